import { AttuneError } from '@attune/core'
import type {
  ClassPrediction,
  ClassTarget,
  NumberPrediction,
  NumberTarget,
  Prediction,
  Target,
} from '../matrix.ts'
import { oneVsRestAuc } from './auc.ts'
import { topLabelCalibration } from './calibration.ts'
import { type Average, accuracyOf, averageOf, balancedAccuracyOf, mccOf } from './classification.ts'
import {
  type ClassReport,
  confusionMatrix,
  f1Of,
  perClass,
  precisionOf,
  sensitivityOf,
  specificityOf,
} from './confusion.ts'
import type { ClassificationMetrics, RegressionMetrics } from './catalogue.ts'
import { brier, logLoss } from './probability.ts'
import { mae, medianAbsoluteError, r2, rmse } from './regression.ts'

export interface EvaluateOptions {
  /** By row; default 1 each. */
  readonly weights?: ArrayLike<number>
  /** How sensitivity, specificity, precision, F1 and AUC of the labels become one; default `macro`. */
  readonly average?: Average
  /** The label that `binary` looks at; default the last. */
  readonly positive?: string
}

/**
 * All metrics of a prediction, by the names of `metricsOf`. Labels are compared by their texts: a label
 * of the target that the model does not know was given probability 0.
 *
 * @throws AttuneError `models/data` when target and prediction are not of one kind and length
 */
export function evaluate(
  target: ClassTarget,
  prediction: Prediction,
  options?: EvaluateOptions,
): ClassificationMetrics
export function evaluate(
  target: NumberTarget,
  prediction: Prediction,
  options?: EvaluateOptions,
): RegressionMetrics
export function evaluate(
  target: Target,
  prediction: Prediction,
  options?: EvaluateOptions,
): ClassificationMetrics | RegressionMetrics
export function evaluate(
  target: Target,
  prediction: Prediction,
  options: EvaluateOptions = {},
): ClassificationMetrics | RegressionMetrics {
  if (target.kind === 'classes' && prediction.kind === 'classes') {
    return ofClasses(target, prediction, options)
  }
  if (target.kind === 'numbers' && prediction.kind === 'numbers') {
    return ofNumbers(target, prediction, options)
  }
  throw new AttuneError(
    'models/data',
    `The target is of ${target.kind} but the prediction of ${prediction.kind}: evaluate a prediction with the target of its own task.`,
  )
}

/** The table of labels of a prediction, with the confusion matrix. */
export interface LabelTable {
  readonly labels: readonly string[]
  /** Row by row the actual label, column by column the predicted one. */
  readonly confusion: Float64Array
  readonly perLabel: readonly (ClassReport & { readonly label: string })[]
}

/** What is said of every label; the labels are those of the model and then those only in the target. */
export function labelTable(
  target: ClassTarget,
  prediction: ClassPrediction,
  options: { readonly weights?: ArrayLike<number> } = {},
): LabelTable {
  const { labels, actual } = aligned(target, prediction)
  const confusion = confusionMatrix(actual, prediction.codes, labels.length, options.weights)
  const perLabel = perClass(confusion).map((row) => ({ ...row, label: labels[row.code]! }))
  return { labels, confusion, perLabel }
}

function ofClasses(
  target: ClassTarget,
  prediction: ClassPrediction,
  options: EvaluateOptions,
): ClassificationMetrics {
  const { labels, actual, probabilities } = aligned(target, prediction)
  const { weights, average = 'macro' } = options
  const classes = labels.length
  const positive = options.positive === undefined ? classes - 1 : labels.indexOf(options.positive)
  if (positive < 0) {
    throw new AttuneError(
      'usage',
      `The positive label is '${options.positive}', but the labels are ${labels.map((l) => `'${l}'`).join(', ')}.`,
    )
  }
  const confusion = confusionMatrix(actual, prediction.codes, classes, weights)
  const how = { average, positive }
  const areas = { ...how, ...(weights === undefined ? {} : { weights }) }
  return {
    accuracy: accuracyOf(confusion),
    balancedAccuracy: balancedAccuracyOf(confusion),
    sensitivity: averageOf(confusion, sensitivityOf, how),
    specificity: averageOf(confusion, specificityOf, how),
    precision: averageOf(confusion, precisionOf, how),
    f1: averageOf(confusion, f1Of, how),
    mcc: mccOf(confusion),
    auc: oneVsRestAuc(actual, probabilities, classes, areas),
    logLoss: logLoss(actual, probabilities, classes, weights),
    brier: brier(actual, probabilities, classes, weights),
    calibrationError: topLabelCalibration(
      actual,
      probabilities,
      classes,
      weights === undefined ? {} : { weights },
    ).expectedError,
  }
}

function ofNumbers(
  target: NumberTarget,
  prediction: NumberPrediction,
  options: EvaluateOptions,
): RegressionMetrics {
  const { values } = target
  const { weights } = options
  return {
    rmse: rmse(values, prediction.values, weights),
    mae: mae(values, prediction.values, weights),
    medianAbsoluteError: medianAbsoluteError(values, prediction.values, weights),
    r2: r2(values, prediction.values, weights),
  }
}

/** The target in the codes of the prediction, and the probabilities of all labels of both. */
function aligned(
  target: ClassTarget,
  prediction: ClassPrediction,
): {
  readonly labels: readonly string[]
  readonly actual: Int32Array
  readonly probabilities: Float64Array
} {
  if (target.codes.length !== prediction.codes.length) {
    throw new AttuneError(
      'models/data',
      `The target has ${target.codes.length} rows but the prediction ${prediction.codes.length}: both must be of the same rows.`,
    )
  }
  const known = prediction.labels
  if (known.length === target.labels.length && known.every((l, k) => l === target.labels[k])) {
    return { labels: known, actual: target.codes, probabilities: prediction.probabilities }
  }
  const present = new Set<number>(target.codes)
  const extra = target.labels.filter((label, k) => present.has(k) && !known.includes(label))
  const labels = [...known, ...extra]
  const codeOf = target.labels.map((label) => labels.indexOf(label))
  const actual = target.codes.map((code) => codeOf[code]!)
  const rows = actual.length
  const probabilities = new Float64Array(rows * labels.length)
  for (let i = 0; i < rows; i++) {
    const row = prediction.probabilities.subarray(i * known.length, (i + 1) * known.length)
    probabilities.set(row, i * labels.length)
  }
  return { labels, actual, probabilities }
}
