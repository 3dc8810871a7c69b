import { choice, createRng, float, type Json } from '@attune/core'
import type { ClassTarget, Matrix, NumberTarget, Prediction, Task } from '../matrix.ts'
import type { FitRun, Learner, Model } from './learner.ts'
import {
  type ClassWeights,
  classWeightNames,
  presentClasses,
  refuseExamples,
  refuseOneClass,
  refuseQueries,
  rowWeights,
} from './parts/examples.ts'
import { checkedOptions, either, numberAbove, oneOf } from '../options.ts'
import { marginRules } from './parts/margin-rules.ts'
import { plainSigmoid } from './parts/platt.ts'
import { createProgress } from './parts/progress.ts'
import { fitPair, type PairMachine } from './parts/support-pairs.ts'
import { fitSupportRegression } from './parts/support-regression.ts'
import { storedModel } from './parts/stored-model.ts'
import { noScaling, scaled, scalingOf, targetScale } from './parts/scaling.ts'
import { rbfGraph } from './support-vectors-graph.ts'
import { predictRbf, type RbfState, stateFromJson, stateToJson } from './support-vectors-state.ts'

export interface RbfSvmOptions {
  /** Cost of violations, default 1. */
  readonly c?: number
  /** Of e^(−gamma |a − b|²); `scale` (default) is 1 / (columns · variance of all numbers). */
  readonly gamma?: 'scale' | number
  /**
   * Of regression: errors up to this cost nothing; default 0.1, in standard deviations of the target
   * with `standardize`.
   */
  readonly epsilon?: number
  /** Default `none`. */
  readonly classWeights?: ClassWeights
  /**
   * How scores become probabilities: by sigmoids that are learnt from the scores of held-out rows
   * (`platt`, default, which takes six times as long), or by 1 / (1 + e^−score) (`none`).
   */
  readonly calibration?: 'platt' | 'none'
  /** Whether columns, and numbers that are the target, are brought to mean 0 and deviation 1; default true. */
  readonly standardize?: boolean
  /** Learning ends when its conditions are violated by less; default 1e-3. */
  readonly tolerance?: number
  /** Most steps of a machine, default 200 000. */
  readonly iterations?: number
}

const name = 'rbfSvm'
const tasks = ['classification', 'regression'] as const
const defaults: Required<RbfSvmOptions> = {
  c: 1,
  gamma: 'scale',
  epsilon: 0.1,
  classWeights: 'none',
  calibration: 'platt',
  standardize: true,
  tolerance: 1e-3,
  iterations: 200_000,
}

/**
 * Support vector machines with Gaussian kernels (C. Cortes and V. Vapnik, 1995), one for every pair of
 * classes; probabilities by Platt's sigmoids and pairwise coupling. Time grows with the square of the
 * rows and more: a learner for some thousand rows.
 */
export const rbfSvm = (): Learner<RbfSvmOptions> => learner

const learner: Learner<RbfSvmOptions> = {
  name,
  tasks,
  takesMissing: false,
  defaults: () => defaults,
  space: (task) => ({
    c: float(1e-2, 1e3, { scale: 'log', default: 1 }),
    gamma: float(1e-4, 10, { scale: 'log' }),
    ...(task === 'regression'
      ? { epsilon: float(1e-3, 1, { scale: 'log', default: 0.1 }) }
      : { classWeights: choice(classWeightNames, { default: 'none' }) }),
  }),
  async fit(x, y, given, run = {}) {
    const options = checkedOptions(name, defaults, given, {
      ...marginRules,
      gamma: either(numberAbove(0), oneOf('scale')),
    })
    refuseExamples(name, tasks, x, y, run)
    const state =
      y.kind === 'classes'
        ? await fitClasses(x, y, options, run)
        : await fitNumbers(x, y, options, run)
    return modelOf(state)
  },
  load: (data) => modelOf(stateFromJson(storedModel(name, data))),
}

function modelOf(state: RbfState): Model {
  const { task, labels, columns } = state
  return {
    learner: name,
    task,
    labels,
    columns,
    async predict(x): Promise<Prediction> {
      refuseQueries(name, columns, x)
      return predictRbf(state, x)
    },
    graph: () => rbfGraph(name, state),
    toJSON: (): Json => ({ learner: name, version: 1, ...stateToJson(state) }),
  }
}

async function fitClasses(
  x: Matrix,
  y: ClassTarget,
  options: Required<RbfSvmOptions>,
  run: FitRun,
): Promise<RbfState> {
  const present = presentClasses(y, run.weights)
  refuseOneClass(name, y.labels, present)
  const weights = costsOf(x, run, rowWeights(x.rows, run.weights, options.classWeights, present))
  const begun = begin('classification', x, options, run)
  const classes = present.codes.length
  const machines: { readonly rows: Int32Array; readonly machine: PairMachine }[] = []
  const rng = createRng(run.seed ?? 0, name)
  const progress = createProgress(run)
  const steps = (classes * (classes - 1)) / 2
  let isOver = false
  for (let i = 0; i < classes; i++) {
    for (let j = i + 1; j < classes; j++) {
      if (isOver) {
        // A machine that was not learnt says nothing.
        machines.push({ rows: new Int32Array(0), machine: untaught })
        continue
      }
      const rows = rowsWhere(x.rows, (r) => {
        const k = present.classOf[r]!
        return (k === i || k === j) && weights[r]! > 0
      })
      const task = {
        data: rowsOf(begun.data, x.columns, rows),
        columns: x.columns,
        signs: Int8Array.from(rows, (r) => (present.classOf[r] === i ? 1 : -1)),
        upper: Float64Array.from(rows, (r) => options.c * weights[r]!),
        gamma: begun.gamma,
        tolerance: options.tolerance,
        iterations: options.iterations,
        platt: options.calibration === 'platt',
      }
      const machine = await fitPair(task, progress, rng.fork(`${i} ${j}`))
      machines.push({ rows, machine })
      isOver = await progress.after(() => {
        return { step: machines.length, steps, metrics: { loss: machine.loss } }
      })
    }
  }
  const { vectors, coefficients } = supportOf(begun.data, x, machines)
  return {
    ...begun.state,
    labels: [...y.labels],
    codes: present.codes,
    vectors,
    coefficients,
    rho: Float64Array.from(machines, ({ machine }) => machine.rho),
    sigmoids: machines.map(({ machine }) => machine.sigmoid),
    target: { mean: 0, scale: 1 },
  }
}

const untaught: PairMachine = {
  coefficients: new Float64Array(0),
  rho: 0,
  loss: 1,
  sigmoid: plainSigmoid,
}

async function fitNumbers(
  x: Matrix,
  y: NumberTarget,
  options: Required<RbfSvmOptions>,
  run: FitRun,
): Promise<RbfState> {
  const weights = costsOf(x, run, rowWeights(x.rows, run.weights))
  const begun = begin('regression', x, options, run)
  const target = options.standardize ? targetScale(y.values, weights) : { mean: 0, scale: 1 }
  const rows = rowsWhere(x.rows, (r) => weights[r]! > 0)
  const progress = createProgress(run)
  const problem = {
    data: rowsOf(begun.data, x.columns, rows),
    columns: x.columns,
    targets: Float64Array.from(rows, (r) => (y.values[r]! - target.mean) / target.scale),
    upper: Float64Array.from(rows, (r) => options.c * weights[r]!),
    epsilon: options.epsilon,
    gamma: begun.gamma,
    tolerance: options.tolerance,
    iterations: options.iterations,
  }
  const machine = await fitSupportRegression(problem, progress)
  const { rho, loss } = machine
  await progress.after(() => ({ step: 1, steps: 1, metrics: { loss } }))
  const support = supportOf(begun.data, x, [{ rows, machine }])
  return {
    ...begun.state,
    labels: [],
    codes: [],
    ...support,
    rho: Float64Array.of(rho),
    sigmoids: [],
    target,
  }
}

/** Weights of the rows in which all together count as they did before they were scaled. */
function costsOf(x: Matrix, run: FitRun, weights: Float64Array): Float64Array {
  const total = run.weights?.reduce((a, b) => a + b, 0) ?? x.rows
  return weights.map((weight) => (weight * total) / x.rows)
}

function begin(
  task: Task,
  x: Matrix,
  options: Required<RbfSvmOptions>,
  run: FitRun,
): {
  readonly data: Float32Array
  readonly gamma: number
  readonly state: Pick<RbfState, 'task' | 'columns' | 'scaling' | 'gamma'>
} {
  const scaling = options.standardize ? scalingOf(x, run.weights) : noScaling(x.columns)
  const data = scaled(x, scaling)
  const gamma = options.gamma === 'scale' ? scaleGamma(data, x.columns, run.weights) : options.gamma
  return { data, gamma, state: { task, columns: x.columns, scaling, gamma } }
}

/** 1 / (columns · variance of all numbers); 1 of numbers that are all alike. */
function scaleGamma(
  data: Float32Array,
  columns: number,
  weights: Float64Array | undefined,
): number {
  let total = 0
  let mean = 0
  let squares = 0
  for (let i = 0, at = 0; at < data.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    for (let j = 0; j < columns; j++, at++) {
      // The running mean and squares of B. P. Welford, 1962, with weights.
      if (weight === 0) continue
      total += weight
      const distance = data[at]! - mean
      mean += (weight / total) * distance
      squares += weight * distance * (data[at]! - mean)
    }
  }
  return squares > 0 ? total / (columns * squares) : 1
}

/** All rows that are support vectors of some machine, and row by row the coefficients of all machines. */
function supportOf(
  data: Float32Array,
  x: Matrix,
  machines: readonly {
    readonly rows: Int32Array
    readonly machine: { readonly coefficients: Float64Array }
  }[],
): { readonly vectors: Float32Array; readonly coefficients: Float64Array } {
  const used = new Uint8Array(x.rows)
  for (const { rows, machine } of machines) {
    for (const [t, row] of rows.entries()) if (machine.coefficients[t] !== 0) used[row] = 1
  }
  const support = rowsWhere(x.rows, (row) => used[row] === 1)
  const place = new Int32Array(x.rows)
  for (const [s, row] of support.entries()) place[row] = s
  const coefficients = new Float64Array(support.length * machines.length)
  for (const [m, { rows, machine }] of machines.entries()) {
    for (const [t, row] of rows.entries()) {
      const coefficient = machine.coefficients[t]!
      if (coefficient !== 0) coefficients[place[row]! * machines.length + m] = coefficient
    }
  }
  return { vectors: rowsOf(data, x.columns, support), coefficients }
}

function rowsWhere(rows: number, holds: (row: number) => boolean): Int32Array {
  const found: number[] = []
  for (let row = 0; row < rows; row++) if (holds(row)) found.push(row)
  return Int32Array.from(found)
}

function rowsOf(data: Float32Array, columns: number, rows: Int32Array): Float32Array {
  const result = new Float32Array(rows.length * columns)
  for (const [i, row] of rows.entries()) {
    result.set(data.subarray(row * columns, (row + 1) * columns), i * columns)
  }
  return result
}
