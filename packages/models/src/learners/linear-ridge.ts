import { flag, float, type Json } from '@attune/core'
import type { Prediction } from '../matrix.ts'
import type { Model } from './learner.ts'
import { refuseExamples, refuseQueries, rowWeights } from './parts/examples.ts'
import { modelGraph } from './parts/graph-parts.ts'
import {
  type LinearScores,
  linearScores,
  scoresGraphPart,
  unscaled,
} from './parts/linear-scores.ts'
import { checkedOptions, numberAtLeast, trueOrFalse } from '../options.ts'
import { packNumbers, unpackNumbers } from '../packed.ts'
import { numberPrediction } from './parts/predictions.ts'
import { ridgeCoefficients } from './parts/ridge-solve.ts'
import { scalingOf } from './parts/scaling.ts'
import type { Learner } from './learner.ts'
import { storedModel } from './parts/stored-model.ts'

export interface RidgeOptions {
  /** Strength of the penalty, default 1: squared errors of all rows + alpha |w|² is minimised. */
  readonly alpha?: number
  /** Whether columns are divided by their standard deviation before; default true. */
  readonly standardize?: boolean
}

const name = 'ridgeRegression'
const tasks = ['regression'] as const
const defaults: Required<RidgeOptions> = { alpha: 1, standardize: true }

/**
 * Ridge regression (A. E. Hoerl and R. W. Kennard, 1970) in closed form: of more rows than columns by
 * the covariances of the columns, else by those of the rows. The intercept is not penalised.
 */
export const ridgeRegression = (): Learner<RidgeOptions> => learner

const learner: Learner<RidgeOptions> = {
  name,
  tasks,
  takesMissing: false,
  defaults: () => defaults,
  space: () => ({
    alpha: float(1e-3, 1e3, { scale: 'log', default: 1 }),
    standardize: flag({ default: true }),
  }),
  async fit(x, y, given, run = {}) {
    const options = checkedOptions(name, defaults, given, {
      alpha: numberAtLeast(0),
      standardize: trueOrFalse,
    })
    refuseExamples(name, tasks, x, y, run)
    if (y.kind !== 'numbers') throw new TypeError('A regression has numbers.')
    const weights = rowWeights(x.rows, run.weights)
    // Scaled to a mean of 1, they would change what the penalty weighs.
    const total = run.weights?.reduce((a, b) => a + b, 0) ?? x.rows
    const scaling = scalingOf(x, run.weights)
    if (!options.standardize) scaling.scale.fill(1)
    const alpha = (options.alpha * x.rows) / total
    const { coefficients, intercept } = ridgeCoefficients(x, y.values, weights, scaling, alpha)
    const scores = { coefficients, intercepts: Float64Array.of(intercept) }
    return modelOf(x.columns, unscaled(scores, scaling))
  },
  load(data) {
    const stored = storedModel(name, data)
    return modelOf(stored.columns, {
      coefficients: unpackNumbers(stored['coefficients'], 'float64'),
      intercepts: unpackNumbers(stored['intercepts'], 'float64'),
    })
  },
}

function modelOf(columns: number, scores: LinearScores): Model {
  return {
    learner: name,
    task: 'regression',
    labels: [],
    columns,
    async predict(x): Promise<Prediction> {
      refuseQueries(name, columns, x)
      return numberPrediction(linearScores(x, scores))
    },
    graph: () =>
      modelGraph(name, columns, (g, x) => g.output('values', scoresGraphPart(g, x, scores))),
    toJSON: (): Json => ({
      learner: name,
      version: 1,
      task: 'regression',
      labels: [],
      columns,
      coefficients: packNumbers(scores.coefficients),
      intercepts: packNumbers(scores.intercepts),
    }),
  }
}
