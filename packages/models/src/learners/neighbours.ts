import { choice, flag, int, type Json } from '@attune/core'
import type { Matrix, Prediction, Task } from '../matrix.ts'
import type { Model } from './learner.ts'
import { neighboursGraph } from './neighbours-graph.ts'
import { presentClasses, refuseExamples, refuseQueries } from './parts/examples.ts'
import { createRowIndex, type Metric, unitRows } from './parts/nearest-rows.ts'
import { checkedOptions, oneOf, trueOrFalse, wholeNumber } from '../options.ts'
import { packNumbers, unpackNumbers } from '../packed.ts'
import { classPrediction, numberPrediction } from './parts/predictions.ts'
import {
  noScaling,
  scaled,
  scalingFromJson,
  type Scaling,
  scalingOf,
  scalingToJson,
} from './parts/scaling.ts'
import type { Learner } from './learner.ts'
import { storedModel } from './parts/stored-model.ts'

export interface NeighboursOptions {
  /** Neighbours that are asked, default 5; of fewer examples all are. */
  readonly k?: number
  /** All count alike (`uniform`, default), or by 1 / distance; of an exact match only such count. */
  readonly weights?: 'uniform' | 'distance'
  /** Default `euclidean`; `cosine` is 1 − the cosine of the angle. */
  readonly metric?: Metric
  /** Whether columns are brought to mean 0 and standard deviation 1 before; default true. */
  readonly standardize?: boolean
}

/** What a model of neighbours consists of. */
export interface NeighboursState {
  readonly task: Task
  readonly labels: readonly string[]
  readonly columns: number
  readonly options: Required<NeighboursOptions>
  readonly scaling: Scaling
  /** Examples as they are compared: scaled, and of length 1 for `cosine`. */
  readonly examples: Float32Array
  readonly rows: number
  /** By example the index of its class, or its number. */
  readonly targets: Float64Array
  /** By class that has examples its code. */
  readonly codes: readonly number[]
  /** By example what its vote counts. */
  readonly votes: Float64Array
}

const name = 'nearestNeighbours'
const tasks = ['classification', 'regression'] as const
const metrics = ['euclidean', 'manhattan', 'cosine'] as const
const defaults: Required<NeighboursOptions> = {
  k: 5,
  weights: 'uniform',
  metric: 'euclidean',
  standardize: true,
}

/**
 * The k nearest examples vote, or their mean is taken (E. Fix and J. L. Hodges, 1951). Nothing is
 * learnt but the scaling; a prediction compares with all examples.
 */
export const nearestNeighbours = (): Learner<NeighboursOptions> => learner

const learner: Learner<NeighboursOptions> = {
  name,
  tasks,
  takesMissing: false,
  defaults: () => defaults,
  space: (_task, { rows }) => ({
    k: int(1, Math.max(1, Math.min(50, rows)), {
      scale: 'log',
      default: Math.max(1, Math.min(5, rows)),
    }),
    weights: choice(['uniform', 'distance'], { default: 'uniform' }),
    metric: choice(metrics, { default: 'euclidean' }),
    standardize: flag({ default: true }),
  }),
  async fit(x, y, given, run = {}) {
    const options = checkedOptions(name, defaults, given, {
      k: wholeNumber(1),
      weights: oneOf('uniform', 'distance'),
      metric: oneOf(...metrics),
      standardize: trueOrFalse,
    })
    refuseExamples(name, tasks, x, y, run)
    const kept = run.weights === undefined ? x : withWeight(x, run.weights)
    const votes = run.weights?.filter((weight) => weight > 0) ?? new Float64Array(x.rows).fill(1)
    const scaling = options.standardize ? scalingOf(kept, votes) : noScaling(x.columns)
    const present = y.kind === 'classes' ? presentClasses(y, run.weights) : undefined
    const values = present?.classOf ?? (y.kind === 'numbers' ? y.values : [])
    const targets = Float64Array.from(values)
    return modelOf({
      task: y.kind === 'classes' ? 'classification' : 'regression',
      labels: y.kind === 'classes' ? [...y.labels] : [],
      columns: x.columns,
      options,
      scaling,
      examples: compared(kept, scaling, options.metric),
      rows: kept.rows,
      targets: run.weights === undefined ? targets : targets.filter((_, i) => run.weights![i]! > 0),
      codes: present?.codes ?? [],
      votes,
    })
  },
  load: (data) => modelOf(stateOf(data)),
}

function modelOf(state: NeighboursState): Model {
  const { task, labels, columns, options, rows } = state
  const index = createRowIndex(options.metric, { rows, columns, data: state.examples })
  return {
    learner: name,
    task,
    labels,
    columns,
    async predict(x): Promise<Prediction> {
      refuseQueries(name, columns, x)
      const queries = { rows: x.rows, columns, data: compared(x, state.scaling, options.metric) }
      const { k, rows: nearest, distances } = await index.nearest(queries, options.k)
      const votes = votesOf(state, nearest, distances, k)
      return task === 'classification'
        ? classPrediction(labels, state.codes, shares(state, nearest, votes, k))
        : numberPrediction(means(state, nearest, votes, k))
    },
    graph: () => neighboursGraph(name, state),
    toJSON: () => jsonOf(state),
  }
}

/** By neighbour what it counts. */
function votesOf(
  { options, votes }: NeighboursState,
  nearest: Int32Array,
  distances: Float64Array,
  k: number,
): Float64Array {
  const result = new Float64Array(nearest.length)
  for (let at = 0; at < nearest.length; at += k) {
    // Neighbours stand in order: an exact match is the first.
    const matched = distances[at] === 0
    for (let i = at; i < at + k; i++) {
      const distance = distances[i]!
      const vote = votes[nearest[i]!]!
      if (options.weights === 'uniform') result[i] = vote
      else if (matched) result[i] = distance === 0 ? vote : 0
      // Relative to the nearest, so that tiny distances do not overflow.
      else result[i] = (vote * distances[at]!) / distance
    }
  }
  return result
}

function shares(
  { codes, targets }: NeighboursState,
  nearest: Int32Array,
  votes: Float64Array,
  k: number,
): Float64Array {
  const result = new Float64Array((nearest.length / k) * codes.length)
  for (let i = 0; i < nearest.length; i++) {
    result[Math.floor(i / k) * codes.length + targets[nearest[i]!]!]! += votes[i]!
  }
  return result
}

function means(
  { targets }: NeighboursState,
  nearest: Int32Array,
  votes: Float64Array,
  k: number,
): Float64Array {
  const result = new Float64Array(nearest.length / k)
  for (let q = 0; q < result.length; q++) {
    let sum = 0
    let total = 0
    for (let i = q * k; i < (q + 1) * k; i++) {
      sum += votes[i]! * targets[nearest[i]!]!
      total += votes[i]!
    }
    result[q] = sum / total
  }
  return result
}

function compared(x: Matrix, scaling: Scaling, metric: Metric): Float32Array {
  const numbers = scaled(x, scaling)
  return metric === 'cosine' ? unitRows(numbers, x.columns) : numbers
}

/** Without the rows that count nothing. */
function withWeight(x: Matrix, weights: Float64Array): Matrix {
  const rows = Array.from(weights.keys()).filter((i) => weights[i]! > 0)
  const data = new Float32Array(rows.length * x.columns)
  for (const [i, row] of rows.entries()) {
    data.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), i * x.columns)
  }
  return { ...x, rows: rows.length, data }
}

function jsonOf(state: NeighboursState): Json {
  const { task, labels, columns, options, codes, rows } = state
  return {
    learner: name,
    version: 1,
    ...{ task, labels, columns, rows, codes },
    options: { ...options },
    scaling: scalingToJson(state.scaling),
    examples: packNumbers(state.examples),
    targets: packNumbers(state.targets),
    votes: packNumbers(state.votes),
  }
}

function stateOf(data: Json): NeighboursState {
  const stored = storedModel(name, data)
  return {
    task: stored.task,
    labels: stored.labels,
    columns: stored.columns,
    options: { ...defaults, ...(stored['options'] as NeighboursOptions) },
    scaling: scalingFromJson(stored['scaling']),
    examples: unpackNumbers(stored['examples'], 'float32'),
    rows: stored['rows'] as number,
    targets: unpackNumbers(stored['targets'], 'float64'),
    codes: stored['codes'] as number[],
    votes: unpackNumbers(stored['votes'], 'float64'),
  }
}
