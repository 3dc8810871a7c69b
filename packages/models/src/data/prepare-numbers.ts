import { mean, normalQuantile, quantile, variance } from '@attune/core/math'
import type { ColumnOptions } from './prepare-options.ts'
import type { NumberBlock, NumberMap } from './prepare-state.ts'
import { quantileOf } from './selection.ts'

/** Numbers to features. */

/** So many points, at most, a distribution is learnt by. */
const mostKnots = 200

/**
 * Learns what stands in for missing numbers and how numbers are scaled.
 *
 * @param values of the training rows; NaN is a missing value
 * @returns undefined when they tell nothing: they are all equal or missing, and as often
 */
export function fitNumberBlock(
  name: string,
  values: Float64Array,
  options: ColumnOptions,
): NumberBlock | undefined {
  const known = knownOf(values)
  const value = known.some((other) => other !== known[0])
  const indicator = options.indicators && known.length > 0 && known.length < values.length
  if (!value && !indicator) return undefined
  const sorted = sortedOnce(known)
  return {
    kind: 'number',
    names: [...(value ? [name] : []), ...(indicator ? [`${name} is missing`] : [])],
    fill: fillOf(known, sorted, options),
    value,
    indicator,
    map: value ? fitMap(known, sorted, options.scaling) : { kind: 'affine', offset: 0, factor: 1 },
  }
}

/** The values that are not missing, in memory of their own. */
function knownOf(values: Float64Array): Float64Array {
  const known = new Float64Array(values.length)
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value === value) known[count++] = value
  }
  return known.slice(0, count)
}

function sortedOnce(values: Float64Array): () => Float64Array {
  let sorted: Float64Array | undefined
  return () => (sorted ??= values.slice().sort())
}

function fillOf(
  known: Float64Array,
  sorted: () => Float64Array,
  options: ColumnOptions,
): number | null {
  switch (options.imputation) {
    case 'keep':
      return null
    case 'constant':
      return options.fill
    case 'mean':
      return mean(known)
    case 'median':
      return quantileOf(known.slice(), 0.5)
    case 'mostFrequent':
      return mostFrequent(sorted())
  }
}

/** The number with the longest run, of equals the smallest. */
function mostFrequent(sorted: Float64Array): number {
  let best = sorted[0]!
  let times = 0
  for (let start = 0; start < sorted.length;) {
    let end = start + 1
    while (end < sorted.length && sorted[end] === sorted[start]) end++
    if (end - start > times) [best, times] = [sorted[start]!, end - start]
    start = end
  }
  return best
}

function fitMap(
  known: Float64Array,
  sorted: () => Float64Array,
  scaling: ColumnOptions['scaling'],
): NumberMap {
  switch (scaling) {
    case 'none':
      return { kind: 'affine', offset: 0, factor: 1 }
    case 'standard':
      return affine(mean(known), Math.sqrt(variance(known, 0)))
    case 'minMax': {
      const low = sorted()[0]!
      return affine(low, sorted().at(-1)! - low)
    }
    case 'robust':
      return robustMap(sorted())
    case 'quantileNormal':
      return fitKnots(sorted())
  }
}

function robustMap(sorted: Float64Array): NumberMap {
  const range = quantile(sorted, 0.75) - quantile(sorted, 0.25)
  const size = Math.max(Math.abs(sorted[0]!), Math.abs(sorted.at(-1)!))
  // Where half of the values are equal, or nearly so, there is no such range.
  const spread = range > size * 1e-12 ? range : Math.sqrt(variance(sorted, 0))
  return affine(quantile(sorted, 0.5), spread)
}

/** A spread too small to divide by is none. */
function affine(offset: number, spread: number): NumberMap {
  const factor = 1 / spread
  return { kind: 'affine', offset, factor: Number.isFinite(factor) ? factor : 1 }
}

/**
 * Points of the distribution function at ranks of equal distance, as quantiles of the normal
 * distribution; of a value that stands for several ranks their mean. Between the points the map is
 * linear (scikit-learn's QuantileTransformer is linear in the rank instead).
 */
function fitKnots(sorted: Float64Array): NumberMap {
  const count = Math.min(mostKnots, sorted.length)
  const from: number[] = []
  const ranks: number[][] = []
  for (let k = 0; k < count; k++) {
    const value = quantile(sorted, count === 1 ? 0 : k / (count - 1))
    if (value !== from.at(-1)) {
      from.push(value)
      ranks.push([])
    }
    ranks.at(-1)!.push((k + 0.5) / count)
  }
  return { kind: 'knots', from, to: ranks.map((list) => normalQuantile(mean(list))) }
}

/** The value a map gives to a number. */
export function mapNumber(map: NumberMap, value: number): number {
  if (map.kind === 'affine') return (value - map.offset) * map.factor
  const { from, to } = map
  const last = from.length - 1
  if (value <= from[0]!) return to[0]!
  if (value >= from[last]!) return to[last]!
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (from[middle]! <= value) low = middle
    else high = middle
  }
  const share = (value - from[low]!) / (from[high]! - from[low]!)
  return to[low]! + share * (to[high]! - to[low]!)
}
