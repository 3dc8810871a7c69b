import type { Task } from '../matrix.ts'

/** All that `evaluate` says of a classification. */
export interface ClassificationMetrics extends Readonly<Record<string, number>> {
  readonly accuracy: number
  readonly balancedAccuracy: number
  readonly sensitivity: number
  readonly specificity: number
  readonly precision: number
  readonly f1: number
  readonly mcc: number
  /** NaN when the rows are all of one label. */
  readonly auc: number
  readonly logLoss: number
  readonly brier: number
  readonly calibrationError: number
}

/** All that `evaluate` says of a regression. */
export interface RegressionMetrics extends Readonly<Record<string, number>> {
  readonly rmse: number
  readonly mae: number
  readonly medianAbsoluteError: number
  readonly r2: number
}

/** A metric that a study can use. */
export interface MetricSpec {
  /** Its name in what `evaluate` gives. */
  readonly name: string
  /** As people write it. */
  readonly title: string
  readonly direction: 'minimize' | 'maximize'
  /** Lowest and highest value it can take. */
  readonly range: readonly [number, number]
}

const unit: readonly [number, number] = [0, 1]
const positive: readonly [number, number] = [0, Infinity]

const classification: readonly MetricSpec[] = [
  maximized('accuracy', 'accuracy', unit),
  maximized('balancedAccuracy', 'balanced accuracy', unit),
  maximized('sensitivity', 'sensitivity', unit),
  maximized('specificity', 'specificity', unit),
  maximized('precision', 'precision', unit),
  maximized('f1', 'F1', unit),
  maximized('mcc', "Matthews' correlation", [-1, 1]),
  maximized('auc', 'AUC', unit),
  minimized('logLoss', 'log loss', positive),
  minimized('brier', 'Brier score', [0, 2]),
  minimized('calibrationError', 'expected calibration error', unit),
]

const regression: readonly MetricSpec[] = [
  minimized('rmse', 'RMSE', positive),
  minimized('mae', 'mean absolute error', positive),
  minimized('medianAbsoluteError', 'median absolute error', positive),
  maximized('r2', 'R²', [-Infinity, 1]),
]

/** The metrics of a task, in the order in which they are shown; the first is the usual objective. */
export function metricsOf(task: Task): readonly MetricSpec[] {
  return task === 'classification' ? classification : regression
}

function maximized(name: string, title: string, range: readonly [number, number]): MetricSpec {
  return { name, title, direction: 'maximize', range }
}

function minimized(name: string, title: string, range: readonly [number, number]): MetricSpec {
  return { name, title, direction: 'minimize', range }
}
