import { AttuneError } from '@attune/core'
import type { Json } from '@attune/core'
import type { Prediction, Task } from '../../matrix.ts'
import type { Learner, Model } from '../learner.ts'
import { packNumbers, unpackNumbers } from '../../packed.ts'
import { logistic, softmaxRows } from '../parts/predictions.ts'
import type { StoredModel } from '../parts/stored-model.ts'
import { storedModel } from '../parts/stored-model.ts'
import type { Ensemble } from './ensemble.ts'
import { evaluate } from './ensemble.ts'
import type { Link } from './ensemble-graph.ts'
import { ensembleGraph } from './ensemble-graph.ts'
import type { Takes } from './examples.ts'
import { refuseOthers } from './examples.ts'

/** A learner whose models are trees. */
export interface TreeLearner<O extends object> extends Learner<O> {
  fit(...args: Parameters<Learner<O>['fit']>): Promise<TreeModel>
  load(data: Json): TreeModel
}

export interface TreeModel extends Model {
  /** How many trees there are; of a boosting with several classes one a class and round. */
  readonly trees: number
  /**
   * By column, its share of what all splits gained: for forests the mean decrease in impurity
   * (L. Breiman, "Random Forests", 2001). Adds up to 1, or to 0 when nothing was split. It favours
   * columns of many values.
   */
  readonly importance: Float64Array
}

/** All there is of a model. */
export interface TreeState {
  readonly learner: string
  readonly task: Task
  readonly labels: readonly string[]
  readonly link: Link
  readonly takes: Takes
  readonly ensemble: Ensemble
  readonly importance: Float64Array
}

export function treeModel(state: TreeState): TreeModel {
  const { learner, task, labels, link, ensemble, importance } = state
  return {
    learner,
    task,
    labels,
    columns: ensemble.columns,
    trees: ensemble.roots.length,
    importance,
    async predict(x) {
      refuseOthers(learner, ensemble.columns, x, state.takes)
      return predictionOf(state, linked(link, evaluate(ensemble, x.data), labels.length))
    },
    graph: () => ensembleGraph(learner, ensemble, link, labels.length),
    toJSON: () => toJson(state),
  }
}

/** Outputs of an ensemble as numbers or as probabilities, row by row; the array may be reused. */
export function linked(link: Link, raw: Float64Array, labels: number): Float64Array {
  if (link === 'softmax') softmaxRows(raw, labels)
  if (link !== 'logistic') return raw
  const probabilities = new Float64Array(2 * raw.length)
  raw.forEach((value, row) => {
    const second = logistic(value)
    probabilities[2 * row] = 1 - second
    probabilities[2 * row + 1] = second
  })
  return probabilities
}

function predictionOf({ task, labels }: TreeState, outputs: Float64Array): Prediction {
  if (task === 'regression') return { kind: 'numbers', values: outputs }
  const width = labels.length
  const codes = new Int32Array(outputs.length / width)
  for (let row = 0; row < codes.length; row++) {
    let best = 0
    for (let k = 1; k < width; k++) {
      if (outputs[row * width + k]! > outputs[row * width + best]!) best = k
    }
    codes[row] = best
  }
  return { kind: 'classes', labels, probabilities: outputs, codes }
}

function toJson({ ensemble, importance, ...state }: TreeState): Json {
  const { outputs, width, scale } = ensemble
  const stored: StoredModel = {
    version: 1,
    ...state,
    columns: ensemble.columns,
    outputs,
    width,
    scale,
    importance: packNumbers(importance),
    base: packNumbers(ensemble.base),
    roots: packNumbers(ensemble.roots),
    feature: packNumbers(ensemble.feature),
    threshold: packNumbers(ensemble.threshold),
    kind: packNumbers(ensemble.kind),
    right: packNumbers(ensemble.right),
    sets: packNumbers(ensemble.sets),
    values: packNumbers(ensemble.values),
  }
  return stored
}

const links: readonly Link[] = ['values', 'shares', 'logistic', 'softmax']
const bothTakes: readonly Takes[] = ['missing', 'no missing']

/**
 * The model of which plain data tells.
 * @throws AttuneError `data/format` for data that is not of a model of this learner
 */
export function loadTreeModel(learner: string, data: Json): TreeModel {
  const stored = storedModel(learner, data)
  const { task, labels, columns } = stored
  const link = links.find((name) => name === stored['link'])
  const takes = bothTakes.find((name) => name === stored['takes'])
  const { outputs, width, scale } = stored
  const known =
    typeof outputs === 'number' && typeof width === 'number' && typeof scale === 'number'
  if (link === undefined || takes === undefined || !known) throw incomplete(learner)
  const ensemble: Ensemble = {
    columns,
    outputs,
    width,
    scale,
    base: unpackNumbers(stored['base'], 'float64'),
    roots: unpackNumbers(stored['roots'], 'int32'),
    feature: unpackNumbers(stored['feature'], 'int32'),
    threshold: unpackNumbers(stored['threshold'], 'float32'),
    kind: unpackNumbers(stored['kind'], 'int32'),
    right: unpackNumbers(stored['right'], 'int32'),
    sets: unpackNumbers(stored['sets'], 'int32'),
    values: unpackNumbers(stored['values'], 'float64'),
  }
  const { feature, threshold, kind, right, base } = ensemble
  const nodes = feature.length
  const whole = threshold.length === nodes && kind.length === nodes && right.length === nodes
  if (!whole || base.length !== outputs) throw incomplete(learner)
  const importance = unpackNumbers(stored['importance'], 'float64')
  return treeModel({ learner, task, labels, link, takes, ensemble, importance })
}

function incomplete(learner: string): AttuneError {
  return new AttuneError(
    'data/format',
    `This model of ${learner} is not complete: its parts do not fit together.`,
  )
}
