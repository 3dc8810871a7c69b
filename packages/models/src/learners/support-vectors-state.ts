import type { Json } from '@attune/core'
import type { Matrix, Prediction, Task } from '../matrix.ts'
import { couplePairs } from './parts/coupling.ts'
import { packNumbers, unpackNumbers } from '../packed.ts'
import { type Sigmoid, sigmoidAt } from './parts/platt.ts'
import { classPrediction, numberPrediction } from './parts/predictions.ts'
import { kernelRow, squaredLengths } from './parts/rbf-kernel.ts'
import { scaled, scalingFromJson, type Scaling, scalingToJson } from './parts/scaling.ts'
import type { StoredModel } from './parts/stored-model.ts'

/** What a model of machines with Gaussian kernels consists of. */
export interface RbfState {
  readonly task: Task
  readonly labels: readonly string[]
  readonly columns: number
  readonly codes: readonly number[]
  readonly scaling: Scaling
  readonly gamma: number
  /** Support vectors row by row, scaled. */
  readonly vectors: Float32Array
  /** Vector by vector, one a machine; of classes the pairs (0, 1), (0, 2), …, (1, 2), … */
  readonly coefficients: Float64Array
  /** By machine; scores are Σ coefficient K − rho. */
  readonly rho: Float64Array
  /** By machine of classes, the probability of the first of the pair. */
  readonly sigmoids: readonly Sigmoid[]
  /** Of regression: values are score · scale + mean. */
  readonly target: { readonly mean: number; readonly scale: number }
}

export function predictRbf(state: RbfState, x: Matrix): Prediction {
  const scores = machineScores(state, x)
  const { mean, scale } = state.target
  if (state.task === 'regression') {
    return numberPrediction(scores.map((score) => score * scale + mean))
  }
  const classes = state.codes.length
  const shares = new Float64Array(x.rows * classes)
  const machines = state.sigmoids.length
  const pairs = new Float64Array(machines)
  const out = new Float64Array(classes)
  for (let i = 0; i < x.rows; i++) {
    for (let m = 0; m < machines; m++) {
      pairs[m] = sigmoidAt(state.sigmoids[m]!, scores[i * machines + m]!)
    }
    if (classes === 2) out.set([pairs[0]!, 1 - pairs[0]!])
    else couplePairs(pairs, classes, out)
    shares.set(out, i * classes)
  }
  return classPrediction(state.labels, state.codes, shares)
}

/** Row by row the scores of all machines. */
function machineScores(state: RbfState, x: Matrix): Float64Array {
  const { columns, vectors, coefficients, rho, gamma } = state
  const data = scaled(x, state.scaling)
  const squares = squaredLengths(vectors, columns)
  const own = squaredLengths(data, columns)
  const machines = rho.length
  const scores = new Float64Array(x.rows * machines)
  const kernel = new Float64Array(squares.length)
  for (let i = 0; i < x.rows; i++) {
    kernelRow(vectors, columns, squares, data, i * columns, own[i]!, gamma, kernel)
    const at = i * machines
    for (let m = 0; m < machines; m++) scores[at + m] = -rho[m]!
    for (let s = 0, c = 0; s < kernel.length; s++) {
      const similarity = kernel[s]!
      for (let m = 0; m < machines; m++, c++) scores[at + m]! += similarity * coefficients[c]!
    }
  }
  return scores
}

export function stateToJson(state: RbfState): { readonly [key: string]: Json } {
  const { task, labels, columns, codes, gamma, target } = state
  return {
    ...{ task, labels, columns, codes, gamma },
    target: { ...target },
    scaling: scalingToJson(state.scaling),
    vectors: packNumbers(state.vectors),
    coefficients: packNumbers(state.coefficients),
    rho: packNumbers(state.rho),
    sigmoids: state.sigmoids.map((sigmoid) => ({ ...sigmoid })),
  }
}

export function stateFromJson(stored: StoredModel): RbfState {
  return {
    task: stored.task,
    labels: stored.labels,
    columns: stored.columns,
    codes: stored['codes'] as number[],
    gamma: stored['gamma'] as number,
    target: stored['target'] as { mean: number; scale: number },
    scaling: scalingFromJson(stored['scaling']),
    vectors: unpackNumbers(stored['vectors'], 'float32'),
    coefficients: unpackNumbers(stored['coefficients'], 'float64'),
    rho: unpackNumbers(stored['rho'], 'float64'),
    sigmoids: stored['sigmoids'] as unknown as Sigmoid[],
  }
}
