import type { Json } from '@attune/core'
import { AttuneError } from '@attune/core'
import type { FittedTarget } from '../data/prepare-state.ts'
import { targetOf } from '../data/prepare-target.ts'
import type { Preparation } from '../data/prepare.ts'
import { loadPreparation } from '../data/prepare.ts'
import type { Table } from '../data/table.ts'
import { withoutColumns } from '../data/table.ts'
import type { Graph } from '../graph/ir.ts'
import { onnxBytes } from '../graph/onnx-bytes.ts'
import type { Model } from '../learners/learner.ts'
import type { Prediction, Task } from '../matrix.ts'
import { evaluate } from '../metrics/evaluate.ts'
import { chainGraphs } from './chain-graphs.ts'
import { loadModel } from './learners.ts'

/** A model together with how tables become its features. */
export interface TrainedModel {
  readonly task: Task
  /** The column it predicts, and the labels of a classification. */
  readonly target: string
  readonly labels: readonly string[]
  readonly preparation: Preparation
  readonly model: Model
  /**
   * Of the rows of a table, of which the target is not looked at.
   *
   * @throws AttuneError `data/format` for columns that are not there or of another kind, `models/data`
   *   for infinite numbers
   */
  predict(table: Table): Promise<Prediction>
  /**
   * All metrics of the task, on a table with the target.
   *
   * @throws AttuneError as `predict`, and `models/data` when the target is not there, has missing values
   *   or labels that the model does not know
   */
  evaluate(table: Table): Promise<Readonly<Record<string, number>>>
  /**
   * Preparation and model as one graph: input `columns` (float, ['rows', inputs]), as
   * `preparation.raw` gives them; output `probabilities` or `values`.
   */
  graph(): Graph
  /** The graph as the bytes of an ONNX file. */
  toOnnx(): Uint8Array
  /** Plain data of which `loadTrainedModel` makes the same again. */
  toJSON(): Json
}

export function trainedModel(preparation: Preparation, model: Model): TrainedModel {
  const { target } = preparation
  if (target === null) {
    throw new AttuneError('usage', 'The preparation of a trained model needs its target.')
  }
  const { column } = target
  // Labels are those of the model: the rows that the preparation was learnt from may lack some.
  const fitted: FittedTarget =
    target.task === 'regression' ? target : { ...target, labels: model.labels }
  const predict = async (table: Table): Promise<Prediction> =>
    model.predict(preparation.apply(withoutTarget(table, column)).x)
  const graph = (): Graph => chainGraphs(preparation.graph(), model.graph(), { from: 'x', to: 'x' })
  return {
    task: model.task,
    target: column,
    labels: model.labels,
    preparation,
    model,
    predict,
    async evaluate(table) {
      const y = targetOf(fitted, table)
      if (y === undefined) {
        throw new AttuneError(
          'models/data',
          `The table has no column "${column}", by which the model is judged.`,
        )
      }
      return evaluate(y, await predict(table))
    },
    graph,
    toOnnx: () => onnxBytes(graph()),
    toJSON: () => ({
      kind: 'trained-model',
      version: 1,
      preparation: preparation.toJSON(),
      model: model.toJSON(),
    }),
  }
}

/** @throws AttuneError `data/format` for what `toJSON` of a trained model did not give */
export function loadTrainedModel(data: Json): TrainedModel {
  const stored = data as Readonly<Record<string, Json>> | null
  if (stored?.['kind'] !== 'trained-model' || stored['version'] !== 1) {
    throw new AttuneError('data/format', 'This is not a stored trained model of version 1.')
  }
  const preparation = loadPreparation(stored['preparation'] as Json)
  const model = loadModel(stored['model'] as Json)
  const { target, features } = preparation
  if (target?.task === model.task && features.length === model.columns) {
    return trainedModel(preparation, model)
  }
  throw new AttuneError(
    'data/format',
    'The preparation and the model of this stored trained model do not belong together.',
  )
}

function withoutTarget(table: Table, name: string): Table {
  return table.columns.some((column) => column.name === name)
    ? withoutColumns(table, [name])
    : table
}
