/** How good predictions are. */
export { auc, oneVsRestAuc } from './auc.ts'
export { calibration, topLabelCalibration } from './calibration.ts'
export type { Calibration, ReliabilityBin } from './calibration.ts'
export { metricsOf } from './catalogue.ts'
export type { ClassificationMetrics, MetricSpec, RegressionMetrics } from './catalogue.ts'
export {
  accuracy,
  balancedAccuracy,
  f1,
  mcc,
  precision,
  sensitivity,
  specificity,
} from './classification.ts'
export type { Average, ClassMetricOptions } from './classification.ts'
export { confusionMatrix, perClass } from './confusion.ts'
export type { ClassReport } from './confusion.ts'
export { evaluate, labelTable } from './evaluate.ts'
export type { EvaluateOptions, LabelTable } from './evaluate.ts'
export { brier, logLoss } from './probability.ts'
export { mae, mse, medianAbsoluteError, r2, rmse } from './regression.ts'
