import { AttuneError } from '@attune/core'
import { square } from '../elementary.ts'
import {
  type ClassCounts,
  confusionMatrix,
  countsOf,
  f1Of,
  precisionOf,
  sensitivityOf,
  specificityOf,
} from './confusion.ts'

/**
 * How the figures of several classes become one: the mean of the classes (`macro`, default), the mean
 * weighted by the rows of the classes (`weighted`), from the counts of all classes together (`micro`),
 * or only that of the positive class (`binary`).
 */
export type Average = 'macro' | 'weighted' | 'micro' | 'binary'

export interface ClassMetricOptions {
  /** Number of classes; default: the largest index plus 1. */
  readonly classes?: number
  /** By row; default 1 each. */
  readonly weights?: ArrayLike<number>
  /** Default `macro`. */
  readonly average?: Average
  /** Index of the positive class, for `binary`; default the last. */
  readonly positive?: number
}

/** Share of the rows whose class was told right. */
export function accuracy(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return accuracyOf(confusionMatrix(actual, predicted, classesOf(actual, predicted), weights))
}

/** The mean sensitivity of the classes that have rows. */
export function balancedAccuracy(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return balancedAccuracyOf(
    confusionMatrix(actual, predicted, classesOf(actual, predicted), weights),
  )
}

/** Share of the rows of a class that were told right (recall), averaged over the classes. */
export function sensitivity(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: ClassMetricOptions = {},
): number {
  return averageOf(matrixOf(actual, predicted, options), sensitivityOf, options)
}

/** Share of the rows of other classes that were not taken for a class, averaged over the classes. */
export function specificity(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: ClassMetricOptions = {},
): number {
  return averageOf(matrixOf(actual, predicted, options), specificityOf, options)
}

/** Share of the rows said to be of a class that are, averaged over the classes. */
export function precision(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: ClassMetricOptions = {},
): number {
  return averageOf(matrixOf(actual, predicted, options), precisionOf, options)
}

/** The harmonic mean of precision and sensitivity of a class, averaged over the classes. */
export function f1(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: ClassMetricOptions = {},
): number {
  return averageOf(matrixOf(actual, predicted, options), f1Of, options)
}

/** Matthews' correlation coefficient, of any number of classes; 0 where it is not defined. */
export function mcc(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return mccOf(confusionMatrix(actual, predicted, classesOf(actual, predicted), weights))
}

export function accuracyOf(confusion: Float64Array): number {
  let correct = 0
  let total = 0
  for (const counts of countsOf(confusion)) {
    correct += counts.correct
    total = counts.total
  }
  return correct / total
}

export function balancedAccuracyOf(confusion: Float64Array): number {
  const present = countsOf(confusion).filter((counts) => counts.support > 0)
  let sum = 0
  for (const counts of present) sum += sensitivityOf(counts)
  return sum / present.length
}

/**
 * The correlation of actual and predicted classes: J. Gorodkin, "Comparing two K-category assignments
 * by a K-category correlation coefficient", 2004; of two classes B. W. Matthews, 1975.
 */
export function mccOf(confusion: Float64Array): number {
  let correct = 0
  let chance = 0
  let predicted = 0
  let support = 0
  let total = 0
  for (const counts of countsOf(confusion)) {
    correct += counts.correct
    chance += counts.support * counts.predicted
    predicted += square(counts.predicted)
    support += square(counts.support)
    total = counts.total
  }
  // Of a single class, actual or predicted, rounding may leave a rest of either sign.
  const spread = Math.max(0, square(total) - predicted) * Math.max(0, square(total) - support)
  const tiny = 1e-14 * square(square(total))
  return spread > tiny ? (correct * total - chance) / Math.sqrt(spread) : 0
}

/**
 * Classes that are neither in the rows nor predicted take no part in a mean, as in scikit-learn.
 * @throws AttuneError `usage` for a positive class that does not exist
 */
export function averageOf(
  confusion: Float64Array,
  metric: (counts: ClassCounts) => number,
  options: { readonly average?: Average; readonly positive?: number },
): number {
  const all = countsOf(confusion)
  const { average = 'macro', positive = all.length - 1 } = options
  if (average === 'binary') {
    const counts = all[positive]
    if (counts === undefined) {
      throw new AttuneError(
        'usage',
        `The positive class is ${positive}, but must be one of 0 to ${all.length - 1}.`,
      )
    }
    return metric(counts)
  }
  if (average === 'micro') return metric(together(all))
  let sum = 0
  let weights = 0
  for (const counts of all) {
    if (counts.support === 0 && counts.predicted === 0) continue
    const weight = average === 'weighted' ? counts.support : 1
    sum += weight * metric(counts)
    weights += weight
  }
  return sum / weights
}

/** Every row counts once for every class: right or wrong for its own, and for all others. */
function together(all: readonly ClassCounts[]): ClassCounts {
  const sum = { support: 0, predicted: 0, correct: 0, total: 0 }
  for (const counts of all) {
    sum.support += counts.support
    sum.predicted += counts.predicted
    sum.correct += counts.correct
    sum.total += counts.total
  }
  return sum
}

function matrixOf(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: ClassMetricOptions,
): Float64Array {
  const classes = options.classes ?? classesOf(actual, predicted)
  return confusionMatrix(actual, predicted, classes, options.weights)
}

/** At least 2, so that a sample of one class has others that it was not taken for. */
function classesOf(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let largest = 1
  for (let i = 0; i < actual.length; i++) largest = Math.max(largest, actual[i]!)
  for (let i = 0; i < predicted.length; i++) largest = Math.max(largest, predicted[i]!)
  return largest + 1
}
