/** The numbers a comparison of samplers rests on, beside the summaries of `@attune/core/math`. */
import { quantile } from '@attune/core/math'

export type Quartiles = readonly [low: number, median: number, high: number]

export function quartiles(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b)
  return [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)]
}

/** Regrets as near as this are equal. */
export const tie = 1e-12

/** The share of pairs of runs in which `b` is lower, with half of the equal pairs. */
export function shareLost(a: readonly number[], b: readonly number[]): number {
  let lost = 0
  for (const x of a) {
    for (const y of b) lost += Math.abs(x - y) <= tie ? 0.5 : y < x ? 1 : 0
  }
  return lost / (a.length * b.length)
}

/** The rank of every column of runs on one task: 1 and the shares it lost to each of the others. */
export function ranksOf(columns: readonly (readonly number[])[]): number[] {
  return columns.map((a, i) =>
    columns.reduce((rank, b, j) => (i === j ? rank : rank + shareLost(a, b)), 1),
  )
}

/** The two-sided sign test: how likely such a lead of wins or losses is among equals. */
export function signTest(wins: number, losses: number): number {
  const count = wins + losses
  if (count === 0) return 1
  let ways = 1
  let tail = 0
  for (let k = 0; k <= Math.min(wins, losses); k++) {
    tail += ways
    ways = (ways * (count - k)) / (k + 1)
  }
  return Math.min(1, (2 * tail) / 2 ** count)
}

/** p-values corrected for their number (S. Holm, Scandinavian Journal of Statistics 6, 1979). */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const corrected = Array.from<number>({ length: values.length })
  let most = 0
  order.forEach((i, place) => {
    most = Math.max(most, Math.min(1, values[i]! * (values.length - place)))
    corrected[i] = most
  })
  return corrected
}
