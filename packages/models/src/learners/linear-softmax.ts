import { flag, float, choice, type Json } from '@attune/core'
import type { ClassPrediction, Matrix, Prediction } from '../matrix.ts'
import type { Model } from './learner.ts'
import { linearScores, scoresGraphPart } from './parts/linear-scores.ts'
import {
  type ClassWeights,
  classWeightNames,
  presentClasses,
  refuseExamples,
  refuseOneClass,
  refuseQueries,
  rowWeights,
} from './parts/examples.ts'
import { modelGraph, probabilitiesOutput } from './parts/graph-parts.ts'
import {
  checkedOptions,
  numberAbove,
  numberFrom,
  oneOf,
  trueOrFalse,
  wholeNumber,
} from '../options.ts'
import { packNumbers, unpackNumbers } from '../packed.ts'
import { classPrediction, logistic, softmaxRows } from './parts/predictions.ts'
import { noScaling, scalingOf } from './parts/scaling.ts'
import { createProgress } from './parts/progress.ts'
import { type SoftmaxDescent, softmaxDescent } from './parts/softmax-fit.ts'
import { lossOf } from './trees/losses.ts'
import type { FitRun, Learner } from './learner.ts'
import { storedModel } from './parts/stored-model.ts'
import { concat } from '../graph/operators/shape.ts'
import { softmax } from '../graph/operators/activations.ts'
import { sigmoid } from '../graph/operators/activations.ts'
import { sub } from '../graph/operators/arithmetic.ts'

export interface SoftmaxOptions {
  /** Inverse strength of the penalty, default 1: loss of all rows · c + penalty is minimised. */
  readonly c?: number
  /** Share of the penalty that is |w| and not w² / 2: 0 (default) is ridge, 1 lasso. */
  readonly l1Ratio?: number
  /** Whether columns are brought to mean 0 and standard deviation 1 before; default true. */
  readonly standardize?: boolean
  /** Default `none`. */
  readonly classWeights?: ClassWeights
  /** Most steps, default 300. */
  readonly iterations?: number
  /** Learning ends when no entry of the gradient of the mean loss is larger; default 1e-5. */
  readonly tolerance?: number
}

interface SoftmaxState {
  readonly labels: readonly string[]
  readonly columns: number
  readonly codes: readonly number[]
  /** Column by column, a coefficient a score; of two classes there is one score, of the second. */
  readonly coefficients: Float64Array
  readonly intercepts: Float64Array
}

const name = 'softmaxRegression'
const tasks = ['classification'] as const
const defaults: Required<SoftmaxOptions> = {
  c: 1,
  l1Ratio: 0,
  standardize: true,
  classWeights: 'none',
  iterations: 300,
  tolerance: 1e-5,
}

/**
 * Softmax regression, the multinomial logistic model: class probabilities are the softmax of linear
 * scores. Penalty and options mean the same as in scikit-learn's `LogisticRegression` with `C` and the
 * elastic net; two classes have one score. The intercepts are not penalised.
 */
export const softmaxRegression = (): Learner<SoftmaxOptions> => learner

const learner: Learner<SoftmaxOptions> = {
  name,
  tasks,
  takesMissing: false,
  defaults: () => defaults,
  space: () => ({
    c: float(1e-3, 1e3, { scale: 'log', default: 1 }),
    l1Ratio: float(0, 1, { default: 0 }),
    standardize: flag({ default: true }),
    classWeights: choice(classWeightNames, { default: 'none' }),
  }),
  async fit(x, y, given, run = {}) {
    const options = checkedOptions(name, defaults, given, {
      c: numberAbove(0),
      l1Ratio: numberFrom(0, 1),
      standardize: trueOrFalse,
      classWeights: oneOf(...classWeightNames),
      iterations: wholeNumber(1),
      tolerance: numberAbove(0),
    })
    refuseExamples(name, tasks, x, y, run)
    if (y.kind !== 'classes') throw new TypeError('A classification has classes.')
    const present = presentClasses(y, run.weights)
    refuseOneClass(name, y.labels, present)
    const weights = rowWeights(x.rows, run.weights, options.classWeights, present)
    const descent = softmaxDescent(
      x,
      { classOf: present.classOf, classes: present.codes.length },
      {
        ...options,
        weights,
        // Weights have a mean of 1 here; what they add up to says how much data there is.
        totalWeight: run.weights === undefined ? x.rows : run.weights.reduce((a, b) => a + b, 0),
        scaling: options.standardize ? scalingOf(x, run.weights) : noScaling(x.columns),
      },
    )
    const state = (): SoftmaxState => {
      return {
        labels: [...y.labels],
        columns: x.columns,
        codes: present.codes,
        ...descent.scores(),
      }
    }
    await descend(descent, options.iterations, run, state)
    return modelOf(state())
  },
  load(data) {
    const stored = storedModel(name, data)
    return modelOf({
      labels: stored.labels,
      columns: stored.columns,
      codes: stored['codes'] as number[],
      coefficients: unpackNumbers(stored['coefficients'], 'float64'),
      intercepts: unpackNumbers(stored['intercepts'], 'float64'),
    })
  },
}

async function descend(
  descent: SoftmaxDescent,
  steps: number,
  run: FitRun,
  state: () => SoftmaxState,
): Promise<void> {
  const progress = createProgress(run)
  const { validation } = run
  const metrics = (): Readonly<Record<string, number>> => {
    const loss = descent.loss()
    if (validation === undefined) return { loss }
    const { probabilities } = predicted(state(), validation.x)
    return { loss, validationLoss: lossOf(validation.y, probabilities) }
  }
  for (let step = 1; step <= steps; step++) {
    const goesOn = descent.step()
    if ((await progress.after(() => ({ step, steps, metrics: metrics() }))) || !goesOn) return
  }
}

function predicted(state: SoftmaxState, x: Matrix): ClassPrediction {
  return classPrediction(state.labels, state.codes, sharesOf(state, x))
}

function modelOf(state: SoftmaxState): Model {
  const { labels, columns, codes } = state
  return {
    learner: name,
    task: 'classification',
    labels,
    columns,
    async predict(x): Promise<Prediction> {
      refuseQueries(name, columns, x)
      return predicted(state, x)
    },
    graph: () =>
      modelGraph(name, columns, (g, x) => {
        const scores = scoresGraphPart(g, x, state)
        const shares =
          codes.length > 2
            ? softmax(g, scores)
            : concat(g, [sigmoid(g, sub(g, 0, scores)), sigmoid(g, scores)], 1)
        probabilitiesOutput(g, shares, codes, labels.length)
      }),
    toJSON: (): Json => ({
      learner: name,
      version: 1,
      task: 'classification',
      ...{ labels, columns, codes },
      coefficients: packNumbers(state.coefficients),
      intercepts: packNumbers(state.intercepts),
    }),
  }
}

function sharesOf(state: SoftmaxState, x: Matrix): Float64Array {
  const scores = linearScores(x, state)
  if (state.codes.length > 2) {
    softmaxRows(scores, state.codes.length)
    return scores
  }
  const shares = new Float64Array(2 * x.rows)
  for (let i = 0; i < x.rows; i++) {
    shares[2 * i] = logistic(-scores[i]!)
    shares[2 * i + 1] = logistic(scores[i]!)
  }
  return shares
}
