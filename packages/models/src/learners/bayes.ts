import { choice, float, type Json } from '@attune/core'
import { log } from '@attune/core/math'
import type { Matrix, Prediction } from '../matrix.ts'
import { bayesGraph } from './bayes-graph.ts'
import { type BayesState, isCategory, scoresOf, tableStarts } from './bayes-state.ts'
import type { Model } from './learner.ts'
import { presentClasses, refuseExamples, refuseQueries } from './parts/examples.ts'
import { checkedOptions, numberAbove, numberAtLeast, oneOf } from '../options.ts'
import { packNumbers, unpackNumbers } from '../packed.ts'
import { classPrediction, softmaxRows } from './parts/predictions.ts'
import type { Learner } from './learner.ts'
import { storedModel } from './parts/stored-model.ts'
import { square } from '../elementary.ts'

export interface BayesOptions {
  /** Share of the largest variance of a column that is added to all variances; default 1e-9. */
  readonly varianceSmoothing?: number
  /** Rows that every category of a class is taken to have beside its own; default 1 (Laplace). */
  readonly categorySmoothing?: number
  /** Classes are expected as often as they are among the examples (`frequency`, default) or all alike. */
  readonly prior?: 'frequency' | 'uniform'
}

const name = 'naiveBayes'
const tasks = ['classification'] as const
const defaults: Required<BayesOptions> = {
  varianceSmoothing: 1e-9,
  categorySmoothing: 1,
  prior: 'frequency',
}

/**
 * Naive Bayes: given the class, columns are independent, those of numbers normal and those of
 * categories multinomial. Which columns are of categories is said by the matrix. A category that was
 * not counted on says nothing.
 */
export const naiveBayes = (): Learner<BayesOptions> => learner

const learner: Learner<BayesOptions> = {
  name,
  tasks,
  takesMissing: false,
  defaults: () => defaults,
  space: () => ({
    varianceSmoothing: float(1e-10, 1, { scale: 'log', default: 1e-9 }),
    categorySmoothing: float(0.01, 10, { scale: 'log', default: 1 }),
    prior: choice(['frequency', 'uniform'], { default: 'frequency' }),
  }),
  async fit(x, y, given, run = {}) {
    const options = checkedOptions(name, defaults, given, {
      varianceSmoothing: numberAtLeast(0),
      categorySmoothing: numberAbove(0),
      prior: oneOf('frequency', 'uniform'),
    })
    refuseExamples(name, tasks, x, y, run)
    if (y.kind !== 'classes') throw new TypeError('A classification has classes.')
    const { codes, classOf } = presentClasses(y, run.weights)
    const weights = run.weights ?? new Float64Array(x.rows).fill(1)
    const counts = new Float64Array(codes.length)
    for (let i = 0; i < x.rows; i++) if (weights[i]! > 0) counts[classOf[i]!]! += weights[i]!
    const total = counts.reduce((a, b) => a + b, 0)
    const categories = x.categories ?? Array.from({ length: x.columns }, () => 0)
    return modelOf({
      labels: [...y.labels],
      columns: x.columns,
      codes,
      categories,
      prior: counts.map((n) => log(options.prior === 'uniform' ? 1 / codes.length : n / total)),
      ...normals(x, classOf, weights, counts, options.varianceSmoothing),
      tables: tablesOf(x, categories, classOf, weights, counts, options.categorySmoothing),
    })
  },
  load(data) {
    const stored = storedModel(name, data)
    return modelOf({
      labels: stored.labels,
      columns: stored.columns,
      codes: stored['codes'] as number[],
      categories: stored['categories'] as number[],
      prior: unpackNumbers(stored['prior'], 'float64'),
      means: unpackNumbers(stored['means'], 'float64'),
      variances: unpackNumbers(stored['variances'], 'float64'),
      tables: unpackNumbers(stored['tables'], 'float64'),
    })
  },
}

function modelOf(state: BayesState): Model {
  const { labels, columns, codes } = state
  return {
    learner: name,
    task: 'classification',
    labels,
    columns,
    async predict(x): Promise<Prediction> {
      refuseQueries(name, columns, x)
      const scores = scoresOf(state, x)
      softmaxRows(scores, codes.length)
      return classPrediction(labels, codes, scores)
    },
    graph: () => bayesGraph(name, state),
    toJSON: (): Json => ({
      learner: name,
      version: 1,
      task: 'classification',
      ...{ labels, columns, codes, categories: state.categories },
      prior: packNumbers(state.prior),
      means: packNumbers(state.means),
      variances: packNumbers(state.variances),
      tables: packNumbers(state.tables),
    }),
  }
}

/** Means and variances by class and column, those of categories among them, which nothing uses. */
function normals(
  x: Matrix,
  classOf: Int32Array,
  weights: Float64Array,
  counts: Float64Array,
  smoothing: number,
): { means: Float64Array; variances: Float64Array } {
  const { rows, columns, data } = x
  const classes = counts.length
  const means = new Float64Array(classes * columns)
  const variances = new Float64Array(classes * columns)
  for (let i = 0; i < rows; i++) {
    if (weights[i] === 0) continue
    const at = classOf[i]! * columns
    const share = weights[i]! / counts[classOf[i]!]!
    for (let j = 0; j < columns; j++) means[at + j]! += share * data[i * columns + j]!
  }
  for (let i = 0; i < rows; i++) {
    if (weights[i] === 0) continue
    const at = classOf[i]! * columns
    const share = weights[i]! / counts[classOf[i]!]!
    for (let j = 0; j < columns; j++) {
      variances[at + j]! += share * square(data[i * columns + j]! - means[at + j]!)
    }
  }
  const largest = largestVariance(x, means, variances, counts)
  // A class of equal rows has no spread: something is needed to divide by.
  const added = largest > 0 ? Math.max(smoothing, 1e-12) * largest : 1e-9
  for (let at = 0; at < variances.length; at++) variances[at]! += added
  return { means, variances }
}

/** The largest variance of a column of numbers over all classes. */
function largestVariance(
  { columns, categories }: Matrix,
  means: Float64Array,
  variances: Float64Array,
  counts: Float64Array,
): number {
  const total = counts.reduce((a, b) => a + b, 0)
  let largest = 0
  for (let j = 0; j < columns; j++) {
    if ((categories?.[j] ?? 0) > 0) continue
    let mean = 0
    for (const [k, n] of counts.entries()) mean += (n / total) * means[k * columns + j]!
    let variance = 0
    for (const [k, n] of counts.entries()) {
      const at = k * columns + j
      variance += (n / total) * (variances[at]! + square(means[at]! - mean))
    }
    largest = Math.max(largest, variance)
  }
  return largest
}

function tablesOf(
  x: Matrix,
  categories: readonly number[],
  classOf: Int32Array,
  weights: Float64Array,
  counts: Float64Array,
  smoothing: number,
): Float64Array {
  const classes = counts.length
  const starts = tableStarts(categories)
  const lines = categories.reduce((sum, count) => sum + count, 0)
  const tables = new Float64Array(lines * classes)
  for (const [j, count] of categories.entries()) {
    if (count === 0) continue
    const first = starts[j]! * classes
    const known = new Float64Array(classes)
    for (let i = 0; i < x.rows; i++) {
      const category = x.data[i * x.columns + j]!
      if (weights[i] === 0 || !isCategory(category, count)) continue
      tables[first + category * classes + classOf[i]!]! += weights[i]!
      known[classOf[i]!]! += weights[i]!
    }
    for (let line = 0; line < count; line++) {
      for (let k = 0; k < classes; k++) {
        const at = first + line * classes + k
        tables[at] = log((tables[at]! + smoothing) / (known[k]! + smoothing * count))
      }
    }
  }
  return tables
}
