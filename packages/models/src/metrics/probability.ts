import { log } from '@attune/core/math'
import { refuseLengths } from './confusion.ts'

/** Probabilities nearer to 0 or 1 count as this near, so that one certain mistake is not infinite. */
const smallest = 1e-15

/**
 * The mean of −ln of the probability that was given to the actual class. Probabilities are kept from
 * 0 by 1e-15 and scaled to add up to 1 row by row.
 *
 * @param actual indices of classes
 * @param probabilities row by row, one a class
 */
export function logLoss(
  actual: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): number {
  refuseLengths({ length: actual.length * classes }, probabilities, undefined)
  refuseLengths(actual, actual, weights)
  let sum = 0
  let total = 0
  for (let i = 0; i < actual.length; i++) {
    const at = i * classes
    let whole = 0
    for (let k = 0; k < classes; k++) whole += kept(probabilities[at + k]!)
    const weight = weights === undefined ? 1 : weights[i]!
    sum -= weight * log(kept(probabilities[at + actual[i]!]!) / whole)
    total += weight
  }
  return sum / total
}

/**
 * The mean squared distance of the probabilities from what came true (G. W. Brier, 1950). Of two
 * classes that of the second class only, as is usual: half the sum over both.
 */
export function brier(
  actual: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): number {
  refuseLengths({ length: actual.length * classes }, probabilities, undefined)
  refuseLengths(actual, actual, weights)
  const scale = classes === 2 ? 0.5 : 1
  let sum = 0
  let total = 0
  for (let i = 0; i < actual.length; i++) {
    let squares = 0
    for (let k = 0; k < classes; k++) {
      const distance = probabilities[i * classes + k]! - (actual[i] === k ? 1 : 0)
      squares += distance * distance
    }
    const weight = weights === undefined ? 1 : weights[i]!
    sum += weight * squares
    total += weight
  }
  return (scale * sum) / total
}

function kept(probability: number): number {
  return Math.min(1 - smallest, Math.max(smallest, probability))
}
