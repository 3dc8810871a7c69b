import { refuseLengths } from './confusion.ts'

/**
 * Area under the receiver operating characteristic: the probability that a positive row has a higher
 * score than a negative one, equal scores counting half (the statistic of H. B. Mann and D. R. Whitney,
 * 1947, over the number of pairs).
 *
 * @param positive by row, whether it is positive: 1 or 0
 * @param scores by row, higher for what looks positive
 * @param weights by row; default 1 each
 * @returns NaN unless there are rows of both kinds
 */
export function auc(
  positive: ArrayLike<number | boolean>,
  scores: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  refuseLengths(scores, { length: positive.length }, weights)
  const rows = scores.length
  const order = orderOf(scores)
  let below = 0
  let positives = 0
  let won = 0
  for (let start = 0; start < rows;) {
    const score = scores[order[start]!]!
    let up = 0
    let down = 0
    let end = start
    for (; end < rows && scores[order[end]!] === score; end++) {
      const row = order[end]!
      const weight = weights === undefined ? 1 : weights[row]!
      if (positive[row]) up += weight
      else down += weight
    }
    if (end === start) return NaN
    won += up * (below + down / 2)
    below += down
    positives += up
    start = end
  }
  return positives > 0 && below > 0 ? won / (positives * below) : NaN
}

/**
 * The area of several classes, each against all others (one-vs-rest).
 *
 * @param actual indices of classes
 * @param probabilities row by row, one a class
 * @param options `macro` (default) is the mean of the classes, `weighted` that weighted by their rows,
 *   `micro` the area of all pairs of rows and classes together, `binary` the area of the positive class
 * @returns of the classes that have rows while others have some, too; NaN if there is none
 */
export function oneVsRestAuc(
  actual: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
  options: {
    readonly weights?: ArrayLike<number>
    readonly average?: 'macro' | 'weighted' | 'micro' | 'binary'
    readonly positive?: number
  } = {},
): number {
  const { weights, average = 'macro', positive = classes - 1 } = options
  refuseLengths({ length: actual.length * classes }, probabilities, undefined)
  refuseLengths(actual, actual, weights)
  if (average === 'micro') return microAuc(actual, probabilities, classes, weights)
  if (average === 'binary') return aucOfClass(actual, probabilities, classes, positive, weights)
  const support = new Float64Array(classes)
  for (let i = 0; i < actual.length; i++) {
    support[actual[i]!]! += weights === undefined ? 1 : weights[i]!
  }
  let sum = 0
  let total = 0
  for (let k = 0; k < classes; k++) {
    const area = aucOfClass(actual, probabilities, classes, k, weights)
    if (Number.isNaN(area)) continue
    const weight = average === 'weighted' ? support[k]! : 1
    sum += weight * area
    total += weight
  }
  return total > 0 ? sum / total : NaN
}

function aucOfClass(
  actual: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
  k: number,
  weights: ArrayLike<number> | undefined,
): number {
  const positive = new Uint8Array(actual.length)
  const scores = new Float64Array(actual.length)
  for (let i = 0; i < actual.length; i++) {
    positive[i] = actual[i] === k ? 1 : 0
    scores[i] = probabilities[i * classes + k]!
  }
  return auc(positive, scores, weights)
}

function microAuc(
  actual: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
  weights: ArrayLike<number> | undefined,
): number {
  const positive = new Uint8Array(probabilities.length)
  const repeated = new Float64Array(probabilities.length)
  for (let i = 0; i < actual.length; i++) {
    positive[i * classes + actual[i]!] = 1
    repeated.fill(weights === undefined ? 1 : weights[i]!, i * classes, (i + 1) * classes)
  }
  return auc(positive, probabilities, repeated)
}

/** Rows by ascending score. */
function orderOf(scores: ArrayLike<number>): Uint32Array {
  const order = new Uint32Array(scores.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  return order.sort((a, b) => scores[a]! - scores[b]! || a - b)
}
