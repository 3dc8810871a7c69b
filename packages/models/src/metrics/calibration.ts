import { AttuneError } from '@attune/core'
import { refuseLengths } from './confusion.ts'

/** Whether what is said with a probability comes true as often. */
export interface Calibration {
  /** Bins that have rows, ascending. */
  readonly bins: readonly ReliabilityBin[]
  /**
   * The mean distance of confidence and frequency, weighted by the rows of the bins: the expected
   * calibration error (C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, 2017, equation 3).
   */
  readonly expectedError: number
  /** The largest such distance. */
  readonly largestError: number
}

export interface ReliabilityBin {
  readonly low: number
  readonly high: number
  /** Weight of its rows. */
  readonly weight: number
  /** The mean probability. */
  readonly confidence: number
  /** Share of the rows for which it came true. */
  readonly frequency: number
}

/**
 * Sorts rows into equally wide bins of probability and compares with how often it came true.
 *
 * @param happened by row, whether it came true: 1 or 0
 * @param probabilities by row the probability that it would
 * @param options `bins`: default 10
 */
export function calibration(
  happened: ArrayLike<number | boolean>,
  probabilities: ArrayLike<number>,
  options: { readonly bins?: number; readonly weights?: ArrayLike<number> } = {},
): Calibration {
  const { bins: count = 10, weights } = options
  if (!Number.isInteger(count) || count < 1) {
    throw new AttuneError('usage', `bins is ${count}, but must be a whole number of at least 1.`)
  }
  refuseLengths(probabilities, { length: happened.length }, weights)
  const weight = new Float64Array(count)
  const confidence = new Float64Array(count)
  const frequency = new Float64Array(count)
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!
    const bin = binOf(p, count)
    const share = weights === undefined ? 1 : weights[i]!
    weight[bin]! += share
    confidence[bin]! += share * p
    if (happened[i]) frequency[bin]! += share
  }
  return summary(weight, confidence, frequency)
}

/**
 * The calibration of the likeliest class: its probability against how often it is the actual one.
 *
 * @param actual indices of classes
 * @param probabilities row by row, one a class
 */
export function topLabelCalibration(
  actual: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
  options: { readonly bins?: number; readonly weights?: ArrayLike<number> } = {},
): Calibration {
  const happened = new Uint8Array(actual.length)
  const confidences = new Float64Array(actual.length)
  for (let i = 0; i < actual.length; i++) {
    let best = 0
    for (let k = 1; k < classes; k++) {
      if (probabilities[i * classes + k]! > probabilities[i * classes + best]!) best = k
    }
    happened[i] = best === actual[i] ? 1 : 0
    confidences[i] = probabilities[i * classes + best]!
  }
  return calibration(happened, confidences, options)
}

/** A bin holds its lower end; the last one 1, too. */
function binOf(p: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(p * count)))
}

function summary(
  weight: Float64Array,
  confidence: Float64Array,
  frequency: Float64Array,
): Calibration {
  const count = weight.length
  const bins: ReliabilityBin[] = []
  let total = 0
  let sum = 0
  let largestError = 0
  for (let b = 0; b < count; b++) {
    const share = weight[b]!
    if (share === 0) continue
    const bin = {
      low: b / count,
      high: (b + 1) / count,
      weight: share,
      confidence: confidence[b]! / share,
      frequency: frequency[b]! / share,
    }
    bins.push(bin)
    const error = Math.abs(bin.confidence - bin.frequency)
    total += share
    sum += share * error
    largestError = Math.max(largestError, error)
  }
  return { bins, expectedError: sum / total, largestError }
}
