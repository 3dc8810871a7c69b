import { AttuneError } from '@attune/core'
import type { Json } from '@attune/core'
import type { GraphExecutor } from '../engine/executor.ts'
import type { Model } from '../learners/learner.ts'
import { refuseQueries } from '../learners/parts/examples.ts'
import {
  classPrediction,
  logistic,
  numberPrediction,
  softmaxRows,
} from '../learners/parts/predictions.ts'
import { storedModel } from '../learners/parts/stored-model.ts'
import type { Matrix, Prediction } from '../matrix.ts'
import type { NetworkPlan } from './check-network.ts'
import { checkNetwork } from './check-network.ts'
import { packAll, unpackAll } from './checkpoint.ts'
import { scoresOf } from './evaluation.ts'
import { sharedExecutor } from './executors.ts'
import { predictionGraph, scoringGraph } from './graphs.ts'
import type { Layer } from './layers.ts'
import type { Sizes } from './shapes.ts'
import type { TargetCoding } from './targets.ts'
import { statisticsOf, weightsOf } from './weights.ts'

/** A network that was learnt. */
export interface NetworkModel extends Model {
  /** What it was learnt with. */
  readonly executor: GraphExecutor['name']
  /** All layers, the output among them. */
  readonly layers: readonly Layer[]
  /** Whole epochs that were gone through. */
  readonly epochs: number
  /** Weights and running statistics by name, such as `layers.0.kernel`: the model's own arrays. */
  readonly tensors: Readonly<Record<string, Float32Array>>
  /** How targets are coded, with the scale of numbers. */
  readonly coding: TargetCoding
}

/** What a network model is made of. */
export interface ModelParts {
  readonly plan: NetworkPlan
  readonly coding: TargetCoding
  readonly tensors: Readonly<Record<string, Float32Array>>
  readonly columns: number
  readonly epochs: number
  /** What it was learnt with. */
  readonly executor: GraphExecutor['name']
}

/** @param executorOf what computes predictions, asked for by the first of them */
export function networkModel(
  parts: ModelParts,
  executorOf: () => Promise<GraphExecutor>,
): NetworkModel {
  const { plan, coding, tensors, columns, epochs, executor } = parts
  const { task, labels } = coding
  const layers = plan.layers.map(({ layer }) => layer)
  return {
    learner: 'network',
    task,
    labels,
    columns,
    executor,
    layers,
    epochs,
    tensors,
    coding,
    async predict(x) {
      refuseQueries('network', columns, x)
      refuseIndices(plan, x)
      const compiled = await (await executorOf()).compile(scoringGraph(plan))
      try {
        return predictionOf(coding, await scoresOf(compiled, tensors, x, coding.outputs))
      } finally {
        await compiled.release()
      }
    },
    graph: () => predictionGraph(plan, coding, tensors),
    toJSON: () =>
      ({
        learner: 'network',
        version: 1,
        task,
        labels: [...labels],
        columns,
        executor,
        epochs,
        input: [...plan.input],
        layers,
        coding: { ...coding },
        tensors: packAll(tensors),
      }) as unknown as Json,
  }
}

/** Probabilities, or values in the unit of the target. */
function predictionOf(coding: TargetCoding, scores: Float32Array): Prediction {
  const { labels, outputs, mean, scale } = coding
  if (coding.task === 'regression') {
    return numberPrediction(Float64Array.from(scores, (score) => mean + scale * score))
  }
  const codes = Array.from(labels.keys())
  const shares = Float64Array.from(scores)
  if (coding.loss === 'crossEntropy') softmaxRows(shares, outputs)
  else for (let i = 0; i < shares.length; i++) shares[i] = logistic(shares[i]!)
  if (outputs === labels.length) return classPrediction(labels, codes, shares)
  const both = new Float64Array(2 * shares.length)
  for (const [i, share] of shares.entries()) both.set([1 - share, share], 2 * i)
  return classPrediction(labels, codes, both)
}

interface StoredNetwork {
  readonly executor: GraphExecutor['name']
  readonly epochs: number
  readonly input: Sizes
  readonly layers: readonly Layer[]
  readonly coding: TargetCoding
  readonly tensors: Readonly<Record<string, Json>>
}

/**
 * Makes a model again; it predicts with the fastest executor that is there.
 * @throws AttuneError `data/format` for data that is not of a network
 */
export function loadNetwork(data: Json): NetworkModel {
  const { columns } = storedModel('network', data)
  const stored = data as unknown as StoredNetwork
  const plan = checkNetwork(stored.layers, stored.input, stored.coding.outputs)
  const tensors = unpackAll(stored.tensors)
  const names = [...weightsOf(plan), ...statisticsOf(plan)].map(({ name }) => name)
  const missing = names.find((name) => tensors[name] === undefined)
  if (missing !== undefined) {
    throw new AttuneError('data/format', `This network has no numbers for ${missing}.`)
  }
  const { coding, epochs, executor } = stored
  return networkModel({ plan, coding, tensors, columns, epochs, executor }, () =>
    sharedExecutor('auto'),
  )
}

/**
 * Checks that what embeddings read are indices that they have.
 * @throws AttuneError `models/data` with the first that is not
 */
export function refuseIndices(plan: NetworkPlan, x: Matrix): void {
  const layer = plan.layers[0]?.layer
  if (layer?.kind === 'embedding') {
    for (let column = 0; column < x.columns; column++) refuseColumn(x, column, layer.vocabulary)
  }
  if (layer?.kind !== 'columnEmbedding') return
  for (const { column, categories } of layer.columns) refuseColumn(x, column, categories)
}

function refuseColumn(x: Matrix, column: number, count: number): void {
  for (let row = 0; row < x.rows; row++) {
    const index = x.data[row * x.columns + column]!
    if (index >= 0 && index < count && Number.isInteger(index)) continue
    const name = x.names?.[column] ?? `column ${column}`
    throw new AttuneError(
      'models/data',
      `${name} is embedded, so its numbers must be whole and in 0 … ${count - 1}, but row ${row} has ${index}.`,
      { details: { column, row } },
    )
  }
}
