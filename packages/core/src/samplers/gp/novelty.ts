import { expm1, log } from '../../math/elementary.ts'
import { log1mExp } from '../../math/special.ts'
import type { Acquisition } from './acquisition.ts'
import type { Observation } from './observations.ts'
import type { Geometry } from './surrogate.ts'

/** With fewer repeated results than this they are taken for chance. */
const leastRepeats = 3
/** Sizes of pieces that are looked at, in the unit of the features: the first, their ratio, how many. */
const smallest = 1e-4
const ratio = 1.125
const sizes = 100
/** Spread of the sizes of single pieces about the common one, in the logarithm. */
const spread = 0.7
/** Closest squared relative distance, in place of 0. */
const touching = 1e-12

/** How many of the latest results tell whether the search is stuck. */
export const recently = 10

/** The log probability of a new result. */
export interface Novelty extends Acquisition {
  /** How many of the latest complete trials had exactly the result of the nearest one before. */
  readonly recentRepeats: number
}

/** How far a trial was from a known result, and whether it had that result. */
interface Meeting {
  readonly squared: number
  readonly repeats: boolean
}

/** The known rows of one result. */
interface Piece {
  readonly rows: Float64Array[]
  readonly meetings: Meeting[]
}

/**
 * The log probability that a point brings a result that no trial had exactly: 1 - exp(-(d/s)²) at
 * distance d from a trial in a piece of size s, for the trial where this is least.
 *
 * Many objectives are constant in pieces: a program rounds its parameters, looks its result up, or
 * leaves a parameter out of account. A model of a continuous function then proposes points of one
 * piece for ever, and nothing is learnt. The common size of pieces is the likeliest given, for
 * every complete trial, its distance to the nearest result known by then and to the one it
 * repeated; that of every piece is log-normal about it. Noisy objectives never repeat a result
 * and are left alone.
 * @param features by observation
 * @param waiting features of pending trials
 * @returns undefined where results do not repeat
 */
export function createNovelty(
  observations: readonly Observation[],
  features: readonly Float64Array[],
  waiting: readonly Float64Array[],
  geometry: Geometry,
): Novelty | undefined {
  const { pieces, recent } = piecesOf(observations, features, geometry)
  const all = pieces.flatMap(({ meetings }) => meetings)
  if (all.filter(({ repeats }) => repeats).length < leastRepeats) return undefined
  const common = likeliestSize(all, undefined)
  const rows: Float64Array[] = []
  const perSize: number[] = []
  const add = (row: Float64Array, size: number): void => {
    rows.push(row)
    perSize.push(1 / (size * size))
  }
  for (const piece of pieces) {
    const size = likeliestSize(piece.meetings, common)
    for (const row of piece.rows) add(row, size)
  }
  for (const row of waiting) add(row, common)
  let x: Float64Array = new Float64Array(0)
  let near = 0
  let least = 1
  return {
    recentRepeats: recent,
    value(at) {
      x = at
      least = Number.POSITIVE_INFINITY
      for (let i = 0; i < rows.length; i++) {
        const weight = perSize[i]!
        const relative = weight * squaredDistance(rows[i]!, x, geometry, least / weight)
        if (relative >= least) continue
        least = relative
        near = i
      }
      least = Math.max(touching, least)
      return log1mExp(-least)
    },
    gradient(out) {
      const slope = (2 * perSize[near]!) / expm1(least)
      out.fill(0)
      for (let f = 0; f < geometry.ordered; f++) out[f] = slope * (x[f]! - rows[near]![f]!)
    },
  }
}

function piecesOf(
  observations: readonly Observation[],
  features: readonly Float64Array[],
  geometry: Geometry,
): { readonly pieces: readonly Piece[]; readonly recent: number } {
  const pieces = new Map<string, Piece>()
  const repeats: boolean[] = []
  observations.forEach(({ state, losses }, i) => {
    if (state !== 'complete') return
    const x = features[i]!
    const key = losses.join()
    const own = pieces.get(key)
    let nearest: Piece | undefined
    let least = Number.POSITIVE_INFINITY
    for (const piece of pieces.values()) {
      const limit = piece === own ? Number.POSITIVE_INFINITY : least
      const squared = distanceToPiece(piece, x, geometry, limit)
      if (piece === own) piece.meetings.push({ squared, repeats: true })
      if (squared >= least) continue
      least = squared
      nearest = piece
    }
    repeats.push(nearest !== undefined && nearest === own)
    if (nearest !== own) nearest?.meetings.push({ squared: least, repeats: false })
    if (own === undefined) pieces.set(key, { rows: [x], meetings: [] })
    else own.rows.push(x)
  })
  const recent = repeats.slice(-recently).filter(Boolean).length
  return { pieces: [...pieces.values()], recent }
}

/** The likeliest size of a piece, given the common size, or of all pieces alike. */
function likeliestSize(meetings: readonly Meeting[], common: number | undefined): number {
  if (common !== undefined && meetings.length === 0) return common
  let best = smallest
  let highest = Number.NEGATIVE_INFINITY
  for (let k = 0; k < sizes; k++) {
    const size = smallest * ratio ** k
    let likelihood = common === undefined ? 0 : -0.5 * (log(size / common) / spread) ** 2
    for (const { squared, repeats } of meetings) {
      const relative = Math.max(touching, squared / (size * size))
      likelihood += repeats ? -relative : log1mExp(-relative)
    }
    if (likelihood <= highest) continue
    highest = likelihood
    best = size
  }
  return best
}

function distanceToPiece(
  { rows }: Piece,
  x: Float64Array,
  geometry: Geometry,
  limit: number,
): number {
  let least = limit
  for (const row of rows) least = Math.min(least, squaredDistance(row, x, geometry, least))
  return least
}

/** The squared distance, every feature counting alike, or a number from `limit` on. */
function squaredDistance(
  row: Float64Array,
  x: Float64Array,
  { features, ordered, neutral }: Geometry,
  limit: number,
): number {
  let squared = 0
  for (let f = 0; f < ordered && squared < limit; f++) {
    const d = x[f]! - row[f]!
    squared += d * d
  }
  for (let f = ordered; f < features && squared < limit; f++) {
    const p = x[f]!
    const q = row[f]!
    if (p !== q) squared += p < 0 || q < 0 ? neutral[f]! : 1
  }
  return squared
}
