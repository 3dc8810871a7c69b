import { createRng } from '@attune/core'
import { histogramBoosting } from '../../src/learners/boosting.ts'
import { extraTrees } from '../../src/learners/extra-trees.ts'
import { randomForest } from '../../src/learners/forest.ts'
import type { TreeLearner } from '../../src/learners/trees/tree-model.ts'
import type { ClassTarget, Matrix, NumberTarget, Prediction, Task } from '../../src/matrix.ts'

/** The learners of this room, with options that make their models small. */
export const treeLearners: readonly {
  readonly name: string
  readonly learner: TreeLearner<object>
  readonly small: object
}[] = [
  { name: 'random forest', learner: randomForest(), small: { trees: 12 } },
  { name: 'extra trees', learner: extraTrees(), small: { trees: 12 } },
  { name: 'histogram boosting', learner: histogramBoosting(), small: { rounds: 12, minLeaf: 5 } },
]

export const tasks: readonly Task[] = ['classification', 'regression']

export interface Examples<T = ClassTarget | NumberTarget> {
  readonly x: Matrix
  readonly y: T
}

/** Two numbers, a category of 5 kinds and one of 60, all of which matter. */
export function examplesFor(
  task: 'classification',
  rows: number,
  seed?: number,
): Examples<ClassTarget>
export function examplesFor(task: 'regression', rows: number, seed?: number): Examples<NumberTarget>
export function examplesFor(task: Task, rows: number, seed?: number): Examples
export function examplesFor(task: Task, rows: number, seed = 1): Examples {
  const rng = createRng(seed, 'tree examples')
  const data = new Float32Array(rows * 4)
  const values = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    const [a, b, c, d] = [rng.next() * 4 - 2, rng.int(12), rng.int(5), rng.int(60)]
    data.set([a, b, c, d], row * 4)
    values[row] = a * a + 0.2 * b + (c % 2) * 2 + (d % 3 === 0 ? 1.5 : 0) + 0.3 * rng.next()
  }
  const x: Matrix = { rows, columns: 4, data, categories: [0, 0, 5, 60] }
  if (task === 'regression') return { x, y: { kind: 'numbers', values } }
  const codes = Int32Array.from(values, (v) => (v < 2.5 ? 0 : v < 4 ? 1 : 2))
  return { x, y: { kind: 'classes', codes, labels: ['low', 'middle', 'high'] } }
}

/** Some rows of examples, in the order given. */
export function pick<T extends ClassTarget | NumberTarget>(
  { x, y }: Examples<T>,
  rows: readonly number[],
): Examples<T> {
  const data = Float32Array.from(
    rows.flatMap((row) => [...x.data.subarray(row * x.columns, (row + 1) * x.columns)]),
  )
  const part =
    y.kind === 'classes'
      ? { ...y, codes: Int32Array.from(rows, (row) => y.codes[row]!) }
      : { ...y, values: Float64Array.from(rows, (row) => y.values[row]!) }
  return { x: { ...x, rows: rows.length, data }, y: part as T }
}

/** A matrix of one column. */
export function column(values: readonly number[], categories?: number): Matrix {
  return {
    rows: values.length,
    columns: 1,
    data: Float32Array.from(values),
    ...(categories === undefined ? {} : { categories: [categories] }),
  }
}

export function classes(codes: readonly number[], labels = ['no', 'yes']): ClassTarget {
  return { kind: 'classes', codes: Int32Array.from(codes), labels }
}

export function numbers(values: readonly number[]): NumberTarget {
  return { kind: 'numbers', values: Float64Array.from(values) }
}

/** Accuracy, or R² of a regression. */
export function scoreOf(y: ClassTarget | NumberTarget, prediction: Prediction): number {
  if (y.kind === 'classes' && prediction.kind === 'classes') {
    return y.codes.filter((code, row) => code === prediction.codes[row]).length / y.codes.length
  }
  if (y.kind === 'classes' || prediction.kind === 'classes') throw new Error('Two tasks.')
  const mean = y.values.reduce((a, b) => a + b, 0) / y.values.length
  let error = 0
  let variance = 0
  y.values.forEach((value, row) => {
    error += (value - prediction.values[row]!) ** 2
    variance += (value - mean) ** 2
  })
  return 1 - error / variance
}
