/** Summaries and orders of numbers. */

/** The arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/**
 * The mean squared distance from the mean, in two passes.
 * @param ddof what is taken from the count in the divisor: 1 (default) for the unbiased variance of
 *   a sample, 0 for that of a whole population
 * @returns NaN if there are not more values than `ddof`
 */
export function variance(values: ArrayLike<number>, ddof: 0 | 1 = 1): number {
  const count = values.length
  if (count <= ddof) return NaN
  const centre = mean(values)
  let squares = 0
  for (let i = 0; i < count; i++) {
    const distance = values[i]! - centre
    squares += distance * distance
  }
  return squares / (count - ddof)
}

/**
 * The q-quantile of ascending values, linear between the neighbours of rank q (n - 1): type 7 of
 * Hyndman and Fan (1996), the default of R and NumPy.
 * @param q in [0, 1]
 * @returns NaN for no values and for q outside [0, 1]
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0 || !(q >= 0 && q <= 1)) return NaN
  const rank = q * (sorted.length - 1)
  const below = Math.floor(rank)
  const weight = rank - below
  // A sum of two products, not low + weight * (high - low): neighbours may be infinite.
  return weight === 0 ? sorted[below]! : (1 - weight) * sorted[below]! + weight * sorted[below + 1]!
}

/** The middle value of unsorted values, or the mean of the two middle ones; NaN for no values. */
export function median(values: ArrayLike<number>): number {
  return quantile(Float64Array.from(values).sort(), 0.5)
}

/** The indices that put values in ascending order: NaN last, equal values in their given order. */
export function argsort(values: ArrayLike<number>): Int32Array {
  const order = new Int32Array(values.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  return order.sort((i, j) => compare(values[i]!, values[j]!))
}

/** Ranks from 1, ascending; equal values share the average of their ranks; NaN are last and equal. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = argsort(values)
  const result = new Float64Array(values.length)
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && compare(values[order[start]!]!, values[order[end]!]!) === 0) end++
    for (let k = start; k < end; k++) result[order[k]!] = (start + 1 + end) / 2
    start = end
  }
  return result
}

/** Ascending with NaN last; 0 for equal values, for two NaN and for 0 and -0. */
function compare(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}
