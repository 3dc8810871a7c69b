import { maxLabels } from '@attune/core/math'
import type { Target } from '../../matrix.ts'
import { wordsOf } from './ensemble.ts'
import type { Examples } from './examples.ts'

/** Columns as the engine's grower takes them, and the way back from its splits to sets. */
export interface GrowerColumns {
  readonly columns: readonly Float64Array[]
  /** By column, how many labels it has for the grower; 0 for numbers. */
  readonly counts: readonly number[]
  setOf(column: number, threshold: number, labels: number): Int32Array | undefined
}

/**
 * Categories of up to 31 kinds are split by sets. Those of more are put in an order once, by which they
 * are then split as numbers, as M. N. Wright and I. R. König propose ("Splitting on categorical
 * predictors in random forests", PeerJ 7, 2019): by the mean of the target, or with several classes
 * by the first principal component of the classes' shares (D. Coppersmith, S. J. Hong, J. R. Hosking,
 * "Partitioning nominal attributes in decision trees", Data Mining and Knowledge Discovery 3, 1999).
 *
 * A column in which some values are no indices of categories, as -1, is taken for numbers. What is no
 * category when a model is asked goes to the right side of every split.
 */
export function growerColumns({ columns, categories, target, weights }: Examples): GrowerColumns {
  const orders = new Map<number, Int32Array>()
  const made = columns.map((column, j) => {
    const count = categories[j]!
    if (count <= maxLabels || !isCategorical(column, count)) return column
    const places = categoryPlaces(column, count, target, weights)
    orders.set(j, places)
    return column.map((category) => places[category]!)
  })
  const counts = categories.map((count, j) =>
    count > 0 && count <= maxLabels && isCategorical(columns[j]!, count) ? count : 0,
  )
  return {
    columns: made,
    counts,
    setOf(column, threshold, labels) {
      if (labels !== 0) return Int32Array.of(labels)
      const places = orders.get(column)
      if (places === undefined) return undefined
      const members: number[] = []
      places.forEach((place, category) => {
        if (place < threshold) members.push(category)
      })
      return wordsOf(members, places.length)
    },
  }
}

/** Whether all values that are there are indices of categories. */
export function isCategorical(column: Float64Array, count: number): boolean {
  return column.every((x) => Number.isNaN(x) || (Number.isInteger(x) && x >= 0 && x < count))
}

/** By category its place in the order; those without rows stand where the mean of all does. */
function categoryPlaces(
  column: Float64Array,
  count: number,
  target: Target,
  weights: Float64Array,
): Int32Array {
  const masses = new Float64Array(count)
  column.forEach((category, i) => (masses[category]! += weights[i]!))
  const keys =
    target.kind === 'numbers'
      ? meanByCategory(column, masses, target.values, weights)
      : componentByCategory(column, masses, target.codes, target.labels.length, weights)
  const order = Array.from({ length: count }, (_, category) => category)
  order.sort((a, b) => keys[a]! - keys[b]! || a - b)
  const places = new Int32Array(count)
  order.forEach((category, place) => (places[category] = place))
  return places
}

function meanByCategory(
  column: Float64Array,
  masses: Float64Array,
  values: Float64Array,
  weights: Float64Array,
): Float64Array {
  const sums = new Float64Array(masses.length)
  column.forEach((category, i) => (sums[category]! += weights[i]! * values[i]!))
  const overall = sums.reduce((a, b) => a + b, 0) / masses.reduce((a, b) => a + b, 0)
  return sums.map((sum, category) => (masses[category]! > 0 ? sum / masses[category]! : overall))
}

/** How often the direction is improved; the order of categories settles long before. */
const powerSteps = 50

function componentByCategory(
  column: Float64Array,
  masses: Float64Array,
  codes: Int32Array,
  classes: number,
  weights: Float64Array,
): Float64Array {
  const shares = Array.from(masses, () => new Float64Array(classes))
  const overall = new Float64Array(classes)
  column.forEach((category, i) => {
    shares[category]![codes[i]!]! += weights[i]!
    overall[codes[i]!]! += weights[i]!
  })
  const total = overall.reduce((a, b) => a + b, 0)
  shares.forEach((share, category) => {
    const mass = masses[category]!
    for (let k = 0; k < classes; k++) {
      share[k] = mass > 0 ? share[k]! / mass - overall[k]! / total : 0
    }
  })
  // The power method on the covariance of the shares, from a start that favours no two classes alike.
  let direction = Float64Array.from({ length: classes }, (_, k) => 1 + k / classes)
  const along = (share: Float64Array): number => share.reduce((s, v, k) => s + v * direction[k]!, 0)
  for (let step = 0; step < powerSteps; step++) {
    const next = new Float64Array(classes)
    shares.forEach((share, category) => {
      const pull = along(share) * masses[category]!
      for (let k = 0; k < classes; k++) next[k]! += pull * share[k]!
    })
    const length = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0))
    if (!(length > 0)) break
    direction = next.map((v) => v / length)
  }
  return Float64Array.from(shares, along)
}
