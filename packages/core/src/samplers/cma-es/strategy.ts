/** The constants of one run, which depend on its dimension and population alone. */
import { log } from '../../math/elementary.ts'

export interface Strategy {
  readonly population: number
  /** Number of selected members. */
  readonly parents: number
  /** By rank: the first `parents` are positive and sum to 1, the others are negative. */
  readonly weights: Float64Array
  readonly muEff: number
  readonly rankOne: number
  readonly rankMu: number
  readonly pathRate: number
  readonly sigmaRate: number
  readonly sigmaDamping: number
  /** Expected length of a standard normal vector. */
  readonly chi: number
}

/**
 * Members of a generation for this many parameters: 4 + ⌊2 ln d⌋. Fewer than Hansen's 4 + ⌊3 ln d⌋,
 * whose generations are too few within some hundred trials.
 */
export function defaultPopulation(d: number): number {
  return 4 + Math.floor(2 * log(Math.max(1, d)))
}

/**
 * The default constants of N. Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv 1604.00772v2,
 * table 1 (equations 49-58), with negative weights.
 * @param n number of continuous and stepped coordinates, at least 1
 * @param population members of a generation, at least 2
 */
export function strategyOf(n: number, population: number): Strategy {
  const raw = Float64Array.from(
    { length: population },
    (_, i) => log((population + 1) / 2) - log(i + 1),
  )
  const parents = Math.floor(population / 2)
  const sums = (from: number, to: number): readonly [number, number] => {
    let sum = 0
    let squares = 0
    for (let i = from; i < to; i++) {
      sum += raw[i]!
      squares += raw[i]! * raw[i]!
    }
    return [sum, squares]
  }
  const [good, goodSquares] = sums(0, parents)
  const [bad, badSquares] = sums(parents, population)
  const muEff = (good * good) / goodSquares
  const muEffBad = badSquares > 0 ? (bad * bad) / badSquares : 0
  const rankOne = 2 / ((n + 1.3) ** 2 + muEff)
  const rankMu = Math.min(
    1 - rankOne,
    (2 * (0.25 + muEff + 1 / muEff - 2)) / ((n + 2) ** 2 + muEff),
  )
  const negative = Math.min(
    1 + rankOne / rankMu,
    1 + (2 * muEffBad) / (muEff + 2),
    (1 - rankOne - rankMu) / (n * rankMu),
  )
  const weights = raw.map((w) => (w >= 0 ? w / good : (negative * w) / -bad))
  const sigmaRate = (muEff + 2) / (n + muEff + 5)
  return {
    population,
    parents,
    weights,
    muEff,
    rankOne,
    rankMu,
    pathRate: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    sigmaRate,
    sigmaDamping: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + sigmaRate,
    chi: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  }
}
