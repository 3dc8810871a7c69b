import type { Matrix, Target, Task } from '../../matrix.ts'
import type { FitRun } from '../learner.ts'
import type { ClassWeights, PresentClasses } from '../parts/examples.ts'
import { presentClasses, refuseExamples, refuseQueries, rowWeights } from '../parts/examples.ts'

/** The rows that are learnt from: those of a positive weight. */
export interface Examples {
  /** Column by column. */
  readonly columns: readonly Float64Array[]
  /** By column, how many categories it has; 0 for numbers. */
  readonly categories: readonly number[]
  readonly target: Target
  /** All positive, 1 on average; the same for all rows: exactly 1. */
  readonly weights: Float64Array
  /** Of a classification. */
  readonly present: PresentClasses | undefined
}

export const treeTasks: readonly Task[] = ['classification', 'regression']

/** Whether missing values may stay in a matrix. */
export type Takes = 'missing' | 'no missing'

/**
 * Checks what is to be learnt from, and puts it column by column.
 * @throws AttuneError `models/data`
 */
export function examplesOf(
  learner: string,
  x: Matrix,
  y: Target,
  run: FitRun,
  takes: Takes,
  classWeights: ClassWeights,
): Examples {
  refuseExamples(learner, treeTasks, checkable(x, takes), y, run)
  if (run.validation !== undefined) refuseOthers(learner, x.columns, run.validation.x, takes)
  const given = run.weights
  const rows: number[] = []
  for (let row = 0; row < x.rows; row++) if (given === undefined || given[row]! > 0) rows.push(row)
  const target = partOf(y, rows)
  const present = target.kind === 'classes' ? presentClasses(target, undefined) : undefined
  const parts = given === undefined ? undefined : Float64Array.from(rows, (row) => given[row]!)
  const weights = rowWeights(rows.length, parts, classWeights, present)
  return {
    columns: Array.from({ length: x.columns }, (_, j) =>
      Float64Array.from(rows, (row) => x.data[row * x.columns + j]!),
    ),
    categories: x.categories ?? Array.from({ length: x.columns }, () => 0),
    target,
    weights: weights.every((w) => w === weights[0]) ? weights.fill(1) : weights,
    present,
  }
}

/**
 * Checks the rows that a model is asked about.
 * @throws AttuneError `models/data`
 */
export function refuseOthers(learner: string, columns: number, x: Matrix, takes: Takes): void {
  refuseQueries(learner, columns, checkable(x, takes))
}

/** The matrix with zeros for what may be missing, so that the checks of all learners fit. */
function checkable(x: Matrix, takes: Takes): Matrix {
  if (takes === 'no missing') return x
  return { ...x, data: x.data.map((value) => (Number.isNaN(value) ? 0 : value)) }
}

function partOf(y: Target, rows: readonly number[]): Target {
  if (y.kind === 'numbers') {
    return { kind: 'numbers', values: Float64Array.from(rows, (row) => y.values[row]!) }
  }
  return { kind: 'classes', codes: Int32Array.from(rows, (row) => y.codes[row]!), labels: y.labels }
}
