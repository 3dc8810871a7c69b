import { refuseLengths } from './confusion.ts'
import { square } from '../elementary.ts'

/** The mean squared error. */
export function mse(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return meanOfErrors(actual, predicted, weights, (error) => error * error)
}

/** The root of the mean squared error, in the unit of the target. */
export function rmse(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return Math.sqrt(mse(actual, predicted, weights))
}

/** The mean absolute error. */
export function mae(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return meanOfErrors(actual, predicted, weights, Math.abs)
}

/** The weighted mean of what errors cost. */
function meanOfErrors(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  cost: (error: number) => number,
): number {
  refuseLengths(actual, predicted, weights)
  let sum = 0
  let total = 0
  for (let i = 0; i < actual.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    sum += weight * cost(predicted[i]! - actual[i]!)
    total += weight
  }
  return sum / total
}

/** The absolute error which half of the weight does not exceed; of an even count the mean of the middle two. */
export function medianAbsoluteError(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  refuseLengths(actual, predicted, weights)
  const rows: { readonly error: number; readonly weight: number }[] = []
  let total = 0
  for (let i = 0; i < actual.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    if (weight === 0) continue
    rows.push({ error: Math.abs(predicted[i]! - actual[i]!), weight })
    total += weight
  }
  rows.sort((a, b) => a.error - b.error)
  let below = 0
  for (const [i, row] of rows.entries()) {
    below += row.weight
    if (below * 2 > total) return row.error
    if (below * 2 === total) return (row.error + rows[i + 1]!.error) / 2
  }
  return NaN
}

/**
 * The coefficient of determination R²: 1 minus the squared errors over those of the mean. Of a target
 * without spread it is 1 if all is right and 0 if not.
 */
export function r2(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  refuseLengths(actual, predicted, weights)
  let total = 0
  let mean = 0
  for (let i = 0; i < actual.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    total += weight
    mean += weight * actual[i]!
  }
  mean /= total
  let errors = 0
  let spread = 0
  for (let i = 0; i < actual.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    errors += weight * square(predicted[i]! - actual[i]!)
    spread += weight * square(actual[i]! - mean)
  }
  if (spread === 0) return errors === 0 ? 1 : 0
  return 1 - errors / spread
}
