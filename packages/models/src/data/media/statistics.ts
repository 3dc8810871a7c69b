/** Statistics of a run of numbers in a larger array, without copying more than once. */

/** Mean, standard deviation (divided by n), skewness and excess kurtosis. */
export interface Moments {
  readonly mean: number
  readonly sd: number
  /** 0 when all numbers are equal. */
  readonly skewness: number
  /** 0 for a normal distribution, and when all numbers are equal. */
  readonly kurtosis: number
}

/** The moments of values[from … to - 1]; all 0 of no numbers. */
export function momentsOf(
  values: ArrayLike<number>,
  from = 0,
  to: number = values.length,
): Moments {
  const n = to - from
  if (n === 0) return { mean: 0, sd: 0, skewness: 0, kurtosis: 0 }
  let sum = 0
  for (let i = from; i < to; i++) sum += values[i]!
  const mean = sum / n
  let second = 0
  let third = 0
  let fourth = 0
  for (let i = from; i < to; i++) {
    const d = values[i]! - mean
    const square = d * d
    second += square
    third += square * d
    fourth += square * square
  }
  const variance = second / n
  // Equal numbers leave a rest of rounding, which must not be taken for a spread.
  if (variance <= 1e-24 * mean * mean || variance === 0) {
    return { mean, sd: 0, skewness: 0, kurtosis: 0 }
  }
  return {
    mean,
    sd: Math.sqrt(variance),
    skewness: third / n / variance ** 1.5,
    kurtosis: fourth / n / (variance * variance) - 3,
  }
}

/**
 * The q-quantile of ascending numbers, linear between the neighbours of rank q (n - 1) (type 7 of
 * R. Hyndman and Y. Fan, "Sample quantiles in statistical packages", 1996); 0 of no numbers.
 */
export function quantileOf(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return 0
  const rank = q * (sorted.length - 1)
  const below = Math.floor(rank)
  const weight = rank - below
  const low = sorted[below]!
  return weight === 0 ? low : low + weight * (sorted[below + 1]! - low)
}

/** The slope of the least-squares line through (i, values[i]); 0 of fewer than two numbers. */
export function slopeOf(values: ArrayLike<number>): number {
  const n = values.length
  if (n < 2) return 0
  const middle = (n - 1) / 2
  let along = 0
  for (let i = 0; i < n; i++) along += (i - middle) * values[i]!
  return along / ((n * (n * n - 1)) / 12)
}
