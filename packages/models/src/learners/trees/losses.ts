import { log } from '@attune/core/math'
import type { Target } from '../../matrix.ts'

/** Probabilities are kept away from 0 by this before their logarithm is taken. */
const leastProbability = 1e-15

/**
 * The mean loss of predictions: of classes the cross-entropy in nats, of numbers the squared error.
 * @param outputs row by row, probabilities or one number
 */
export function lossOf(target: Target, outputs: Float64Array, weights?: Float64Array): number {
  let sum = 0
  let mass = 0
  const rows = target.kind === 'classes' ? target.codes.length : target.values.length
  const width = outputs.length / rows
  for (let row = 0; row < rows; row++) {
    const w = weights?.[row] ?? 1
    mass += w
    if (target.kind === 'classes') {
      const p = outputs[row * width + target.codes[row]!]!
      sum -= w * log(Math.min(1, Math.max(leastProbability, p)))
    } else {
      const error = outputs[row]! - target.values[row]!
      sum += w * error * error
    }
  }
  return sum / mass
}
