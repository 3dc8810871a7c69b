import { createRng } from '@attune/core'
import type { ClassTarget, Matrix, NumberTarget, Target, Task } from '../../src/matrix.ts'
import { naiveBayes } from '../../src/learners/bayes.ts'
import { ridgeRegression } from '../../src/learners/linear-ridge.ts'
import { softmaxRegression } from '../../src/learners/linear-softmax.ts'
import { nearestNeighbours } from '../../src/learners/neighbours.ts'
import type { Learner } from '../../src/learners/learner.ts'
import { linearSvm } from '../../src/learners/support-vectors-linear.ts'
import { rbfSvm } from '../../src/learners/support-vectors-rbf.ts'

export type AnyLearner = Learner<Readonly<Record<string, unknown>>>

/** A learner with options that take it off its usual path. */
export interface Case {
  readonly title: string
  readonly learner: AnyLearner
  readonly task: Task
  readonly options: Readonly<Record<string, unknown>>
}

const settings: readonly (readonly [AnyLearner, readonly Readonly<Record<string, unknown>>[]])[] = [
  [
    nearestNeighbours() as AnyLearner,
    [
      {},
      { k: 3, weights: 'distance', metric: 'manhattan' },
      { weights: 'distance', metric: 'cosine' },
    ],
  ],
  [softmaxRegression() as AnyLearner, [{}, { l1Ratio: 1, c: 0.3, classWeights: 'balanced' }]],
  [ridgeRegression() as AnyLearner, [{}, { alpha: 0, standardize: false }]],
  [naiveBayes() as AnyLearner, [{}, { prior: 'uniform', varianceSmoothing: 1e-3 }]],
  [linearSvm() as AnyLearner, [{}, { loss: 'hinge', calibration: 'none' }]],
  [rbfSvm() as AnyLearner, [{}, { calibration: 'none', gamma: 0.3, classWeights: 'balanced' }]],
]

/** All learners of this room with some of their options, for all of their tasks. */
export const cases: readonly Case[] = settings.flatMap(([learner, options]) =>
  learner.tasks.flatMap((task) =>
    options.map((given) => ({
      title: `${learner.name} for ${task} with ${JSON.stringify(given)}`,
      learner,
      task,
      options: given,
    })),
  ),
)

export const learners: readonly AnyLearner[] = settings.map(([learner]) => learner)

/** Three clouds of points about corners, of which one column is a category that goes with the class. */
export function clouds(
  rows: number,
  labels: number = 3,
  seed: number = 1,
): { x: Matrix; y: ClassTarget } {
  const rng = createRng(seed, 'clouds')
  const data = new Float32Array(rows * 4)
  const codes = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const code = i % labels
    codes[i] = code
    const noise = (): number => rng.next() + rng.next() + rng.next() - 1.5
    data[i * 4] = 10 + 2 * noise() + (code === 1 ? 3 : 0)
    data[i * 4 + 1] = noise() + (code === 2 ? 1.5 : 0)
    data[i * 4 + 2] = 100 * noise()
    data[i * 4 + 3] = rng.next() < 0.6 ? code % 3 : rng.int(3)
  }
  const names = ['length', 'width', 'weight', 'kind']
  return {
    x: { rows, columns: 4, data, names, categories: [0, 0, 0, 3] },
    y: { kind: 'classes', codes, labels: ['red', 'green', 'blue', 'grey'].slice(0, labels) },
  }
}

/** A plane with a bend and some noise. */
export function plane(rows: number, seed: number = 1): { x: Matrix; y: NumberTarget } {
  const rng = createRng(seed, 'plane')
  const data = new Float32Array(rows * 3)
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < 3; j++) data[i * 3 + j] = (j + 1) * (rng.next() - 0.5)
    const [a, b] = [data[i * 3]!, data[i * 3 + 1]!]
    values[i] = 20 + 4 * a - 2 * b + a * b + 0.2 * rng.next()
  }
  return { x: { rows, columns: 3, data }, y: { kind: 'numbers', values } }
}

export function examplesFor(task: Task, rows: number, seed: number = 1): { x: Matrix; y: Target } {
  return task === 'classification' ? clouds(rows, 3, seed) : plane(rows, seed)
}
