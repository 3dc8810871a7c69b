import { choice, createRng, float, type Json, type Rng } from '@attune/core'
import type { ClassTarget, Matrix, NumberTarget, Prediction, Target, Task } from '../matrix.ts'
import { add, div, sub } from '../graph/operators/arithmetic.ts'
import { reduceSum } from '../graph/operators/reduce.ts'
import { concat } from '../graph/operators/shape.ts'
import type { FitRun, Learner, Model } from './learner.ts'
import {
  type Descent,
  hingeDescent,
  type LinearProblem,
  scoreOf,
  tubeDescent,
} from './parts/dual-descent.ts'
import {
  type ClassWeights,
  classWeightNames,
  presentClasses,
  refuseExamples,
  refuseOneClass,
  refuseQueries,
  rowWeights,
} from './parts/examples.ts'
import { stratifiedFolds } from './parts/folds.ts'
import { modelGraph, probabilitiesOutput } from './parts/graph-parts.ts'
import {
  type LinearScores,
  linearScores,
  scoresGraphPart,
  unscaled,
} from './parts/linear-scores.ts'
import { checkedOptions, oneOf } from '../options.ts'
import { marginLosses, type MarginTask } from './parts/margin-losses.ts'
import { marginRules } from './parts/margin-rules.ts'
import { packNumbers, unpackNumbers } from '../packed.ts'
import { fitSigmoid, plainSigmoid, type Sigmoid, sigmoidAt } from './parts/platt.ts'
import { classPrediction, numberPrediction } from './parts/predictions.ts'
import { createProgress, type Progress } from './parts/progress.ts'
import { noScaling, scaled, scalingOf, targetScale } from './parts/scaling.ts'
import { storedModel } from './parts/stored-model.ts'
import { calibrationFolds } from './parts/support-pairs.ts'
import { sigmoidPart } from './support-vectors-graph.ts'

export interface LinearSvmOptions {
  /** Cost of violations, default 1. */
  readonly c?: number
  /** Violations count as they are (`hinge`) or squared (`squaredHinge`, default). */
  readonly loss?: 'hinge' | 'squaredHinge'
  /**
   * Of regression: errors up to this cost nothing; default 0, in standard deviations of the target with
   * `standardize`.
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
  /** Learning ends when its conditions are violated by less, in regression relative to the start; default 0.01. */
  readonly tolerance?: number
  /** Most passes over the rows, default 1000. */
  readonly iterations?: number
}

interface LinearSvmState {
  readonly task: Task
  readonly labels: readonly string[]
  readonly columns: number
  readonly codes: readonly number[]
  /** One score a class against all others; of two classes that of the second. */
  readonly scores: LinearScores
  readonly sigmoids: readonly Sigmoid[]
}

const name = 'linearSvm'
const tasks = ['classification', 'regression'] as const
const defaults: Required<LinearSvmOptions> = {
  c: 1,
  loss: 'squaredHinge',
  epsilon: 0,
  classWeights: 'none',
  calibration: 'platt',
  standardize: true,
  tolerance: 1e-2,
  iterations: 1000,
}

/**
 * Linear support vector machines, of every class against all others, learnt by dual coordinate descent.
 * As in LIBLINEAR the intercept is penalised, as the coefficient of a column of ones.
 */
export const linearSvm = (): Learner<LinearSvmOptions> => learner

const learner: Learner<LinearSvmOptions> = {
  name,
  tasks,
  takesMissing: false,
  defaults: () => defaults,
  space: (task) => ({
    c: float(1e-4, 1e2, { scale: 'log', default: 1 }),
    loss: choice(['hinge', 'squaredHinge'], { default: 'squaredHinge' }),
    ...(task === 'regression'
      ? { epsilon: float(0, 1, { default: 0 }) }
      : { classWeights: choice(classWeightNames, { default: 'none' }) }),
  }),
  async fit(x, y, given, run = {}) {
    const options = checkedOptions(name, defaults, given, {
      ...marginRules,
      loss: oneOf('hinge', 'squaredHinge'),
    })
    refuseExamples(name, tasks, x, y, run)
    const state =
      y.kind === 'classes'
        ? await fitClasses(x, y, options, run)
        : await fitNumbers(x, y, options, run)
    return modelOf(state)
  },
  load(data) {
    const stored = storedModel(name, data)
    return modelOf({
      task: stored.task,
      labels: stored.labels,
      columns: stored.columns,
      codes: stored['codes'] as number[],
      scores: {
        coefficients: unpackNumbers(stored['coefficients'], 'float64'),
        intercepts: unpackNumbers(stored['intercepts'], 'float64'),
      },
      sigmoids: stored['sigmoids'] as unknown as Sigmoid[],
    })
  },
}

function modelOf(state: LinearSvmState): Model {
  const { task, labels, columns, codes, sigmoids } = state
  return {
    learner: name,
    task,
    labels,
    columns,
    async predict(x): Promise<Prediction> {
      refuseQueries(name, columns, x)
      const scores = linearScores(x, state.scores)
      if (task === 'regression') return numberPrediction(scores)
      return classPrediction(labels, codes, sharesOf(scores, sigmoids, codes.length))
    },
    graph: () =>
      modelGraph(name, columns, (g, x) => {
        const scores = scoresGraphPart(g, x, state.scores)
        if (task === 'regression') {
          g.output('values', scores)
          return
        }
        const each = sigmoidPart(g, scores, sigmoids)
        // The least number keeps shares that all vanish from a division by 0.
        const raised = add(g, each, 1e-30)
        const shares =
          codes.length === 2
            ? concat(g, [sub(g, 1, each), each], 1)
            : div(g, raised, reduceSum(g, raised, { axes: [1], keep: true }))
        probabilitiesOutput(g, shares, codes, labels.length)
      }),
    toJSON: (): Json => ({
      learner: name,
      version: 1,
      ...{ task, labels, columns, codes },
      coefficients: packNumbers(state.scores.coefficients),
      intercepts: packNumbers(state.scores.intercepts),
      sigmoids: sigmoids.map((sigmoid) => ({ ...sigmoid })),
    }),
  }
}

function sharesOf(
  scores: Float64Array,
  sigmoids: readonly Sigmoid[],
  classes: number,
): Float64Array {
  if (classes === 2) {
    const shares = new Float64Array(2 * scores.length)
    for (const [i, score] of scores.entries()) {
      const p = sigmoidAt(sigmoids[0]!, score)
      shares[2 * i] = 1 - p
      shares[2 * i + 1] = p
    }
    return shares
  }
  return scores.map((score, at) => sigmoidAt(sigmoids[at % classes]!, score))
}

async function fitClasses(
  x: Matrix,
  y: ClassTarget,
  options: Required<LinearSvmOptions>,
  run: FitRun,
): Promise<LinearSvmState> {
  const present = presentClasses(y, run.weights)
  refuseOneClass(name, y.labels, present)
  const weights = rowWeights(x.rows, run.weights, options.classWeights, present)
  const { scaling, problem } = begin(x, weights, options, run)
  const classes = present.codes.length
  const of = classes === 2 ? [1] : Array.from({ length: classes }, (_, k) => k)
  const rng = createRng(run.seed ?? 0, name)
  const problems = of.map((k): LinearProblem => {
    const targets = Float64Array.from(present.classOf, (own) => (own === k ? 1 : -1))
    return { ...problem, targets }
  })
  const descents = problems.map((own, m) => hingeDescent(own, rng.fork(of[m]!)))
  const scores = (): LinearScores => unscaled(sideBySide(descents), scaling)
  const progress = createProgress(run)
  const task = { codes: present.codes, squared: problem.squared, epsilon: 0, scale: 1 }
  await descend(descents, { x, y, task, options, run, progress, scores })
  const sigmoids = await sigmoidsOf(problems, weights, options, progress, (m) =>
    rng.fork(of[m]!).fork('folds'),
  )
  return {
    task: 'classification',
    labels: [...y.labels],
    columns: x.columns,
    codes: present.codes,
    scores: scores(),
    sigmoids,
  }
}

async function fitNumbers(
  x: Matrix,
  y: NumberTarget,
  options: Required<LinearSvmOptions>,
  run: FitRun,
): Promise<LinearSvmState> {
  const weights = rowWeights(x.rows, run.weights)
  const { scaling, problem } = begin(x, weights, options, run)
  const { mean, scale } = options.standardize
    ? targetScale(y.values, weights)
    : { mean: 0, scale: 1 }
  const targets = y.values.map((value) => (value - mean) / scale)
  const rng = createRng(run.seed ?? 0, name)
  const descent = tubeDescent({ ...problem, targets }, options.epsilon, rng)
  const scores = (): LinearScores => {
    const own = unscaled(sideBySide([descent]), scaling)
    return {
      coefficients: own.coefficients.map((w) => w * scale),
      intercepts: own.intercepts.map((b) => b * scale + mean),
    }
  }
  const task = { codes: [], squared: problem.squared, epsilon: options.epsilon, scale }
  const progress = createProgress(run)
  await descend([descent], { x, y, task, options, run, progress, scores })
  return {
    task: 'regression',
    labels: [],
    columns: x.columns,
    codes: [],
    scores: scores(),
    sigmoids: [],
  }
}

/** Coefficients column by column, one a machine. */
function sideBySide(descents: readonly Descent[]): LinearScores {
  const width = descents.length
  const columns = descents[0]!.machine.length - 1
  const coefficients = new Float64Array(columns * width)
  const intercepts = new Float64Array(width)
  for (const [m, { machine }] of descents.entries()) {
    for (let j = 0; j < columns; j++) coefficients[j * width + m] = machine[j]!
    intercepts[m] = machine[columns]!
  }
  return { coefficients, intercepts }
}

interface Descending {
  readonly x: Matrix
  readonly y: Target
  readonly task: MarginTask
  readonly options: Required<LinearSvmOptions>
  readonly run: FitRun
  readonly progress: Progress
  /** Of the machines as they are by now. */
  scores(): LinearScores
}

/** Takes all machines through their passes side by side, so that they are a model after each. */
async function descend(descents: readonly Descent[], of: Descending): Promise<void> {
  const { options, progress } = of
  let left = descents
  for (let pass = 1; pass <= options.iterations && left.length > 0; pass++) {
    const going: Descent[] = []
    for (const descent of left) {
      if (descent.pass()) going.push(descent)
      if (pass > 1 && (await progress.breathe())) return
    }
    left = going
    const metrics = (): Readonly<Record<string, number>> => metricsOf(of)
    const { iterations: steps } = options
    if (await progress.after(() => ({ step: pass, steps, metrics: metrics() }))) return
  }
}

function metricsOf({ x, y, task, run, scores }: Descending): Readonly<Record<string, number>> {
  const machines = scores()
  const { loss } = marginLosses(x, y, machines, task)
  if (run.validation === undefined) return { loss }
  const judged = marginLosses(run.validation.x, run.validation.y, machines, task)
  const score = y.kind === 'classes' ? 'validationAccuracy' : 'validationRmse'
  return { loss, validationLoss: judged.loss, [score]: judged.score }
}

function begin(
  x: Matrix,
  weights: Float64Array,
  options: Required<LinearSvmOptions>,
  run: FitRun,
): { scaling: ReturnType<typeof scalingOf>; problem: Omit<LinearProblem, 'targets'> } {
  const scaling = options.standardize ? scalingOf(x, run.weights) : noScaling(x.columns)
  // All weights together count as they did before they were scaled.
  const total = run.weights?.reduce((a, b) => a + b, 0) ?? x.rows
  const costs = weights.map((weight) => (options.c * weight * total) / x.rows)
  const problem = {
    data: scaled(x, scaling),
    columns: x.columns,
    rows: Int32Array.from(costs.keys()).filter((row) => costs[row]! > 0),
    costs,
    squared: options.loss === 'squaredHinge',
    tolerance: options.tolerance,
  }
  return { scaling, problem }
}

/** By machine how its scores become probabilities; not calibrated when learning ends before all are. */
async function sigmoidsOf(
  problems: readonly LinearProblem[],
  weights: Float64Array,
  { calibration, iterations }: Required<LinearSvmOptions>,
  progress: Progress,
  rngOf: (machine: number) => Rng,
): Promise<Sigmoid[]> {
  const plain = problems.map(() => plainSigmoid)
  if (calibration === 'none') return plain
  const sigmoids: Sigmoid[] = []
  for (const [m, problem] of problems.entries()) {
    const sigmoid = await calibrated(problem, weights, iterations, progress, rngOf(m))
    if (sigmoid === undefined) return plain
    sigmoids.push(sigmoid)
  }
  return sigmoids
}

/**
 * Learns the sigmoid of a machine from scores of rows that were held out; undefined when learning ends
 * before.
 */
async function calibrated(
  problem: LinearProblem,
  weights: Float64Array,
  iterations: number,
  progress: Progress,
  rng: Rng,
): Promise<Sigmoid | undefined> {
  const { rows, targets } = problem
  const fold = stratifiedFolds(
    Array.from(rows, (row) => (targets[row] === 1 ? 1 : 0)),
    calibrationFolds,
    rng,
  )
  const scores = new Float64Array(rows.length)
  for (let f = 0; f < calibrationFolds; f++) {
    const descent = hingeDescent(
      { ...problem, rows: rows.filter((_, i) => fold[i] !== f) },
      rng.fork(f),
    )
    for (let pass = 0; pass < iterations; pass++) {
      if (await progress.breathe()) return undefined
      if (!descent.pass()) break
    }
    for (const [i, row] of rows.entries()) {
      if (fold[i] === f) scores[i] = scoreOf(problem, descent.machine, row)
    }
  }
  const positive = Array.from(rows, (row) => targets[row] === 1)
  return fitSigmoid(
    scores,
    positive,
    Float64Array.from(rows, (row) => weights[row]!),
  )
}
