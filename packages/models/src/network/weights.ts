import { createRng } from '@attune/core'
import type { Rng } from '@attune/core'
import type { NetworkPlan, PlannedLayer } from './check-network.ts'
import { fillUniform } from './draws.ts'
import type { Fans } from './init.ts'
import { initialize, initializerFor } from './init.ts'
import type { Activation, Layer, Recurrent, Weighted } from './layers.ts'
import type { Sizes } from './shapes.ts'
import { pairOf, product } from './shapes.ts'

/** A tensor that is learnt. */
export interface WeightSpec {
  /** The layer's path and the tensor's part, such as `layers.0.kernel`. */
  readonly name: string
  readonly dims: readonly number[]
  /** Shares of Σ|w| and Σw² / 2 in the loss. */
  readonly l1: number
  readonly l2: number
  /** Writes the beginning, drawn from a stream of its own. */
  fill(into: Float32Array, rng: Rng): void
}

/** A tensor that is followed, not learnt: a running mean or variance of a batch normalisation. */
export interface StatisticSpec {
  readonly name: string
  readonly size: number
  /** Its share of the running statistic that is forgotten a batch is 1 - momentum. */
  readonly momentum: number
  /** Before the first batch. */
  readonly start: 0 | 1
}

/** Numbers that are drawn for every batch in training: factors of dropout, or normal noise. */
export interface DrawSpec {
  readonly name: string
  readonly kind: 'mask' | 'noise'
  /** Rate of dropout, or standard deviation of noise. */
  readonly amount: number
  /** Numbers a row. */
  readonly size: number
}

/** All weights in the order of the layers. */
export function weightsOf(plan: NetworkPlan): WeightSpec[] {
  return flattenLayers(plan.layers).flatMap((planned) => layerWeights(planned, plan.outputs))
}

/** All running statistics in the order of the layers, of each layer the mean first. */
export function statisticsOf(plan: NetworkPlan): StatisticSpec[] {
  return flattenLayers(plan.layers).flatMap(layerStatistics)
}

/**
 * What checkpoints call weights and running statistics, by their names. Layers are counted without those
 * that have neither, so that dropout, noise and the like may come and go between two learnings.
 */
export function lastingNames(plan: NetworkPlan): ReadonlyMap<string, string> {
  const lasting = new Map<string, string>()
  let count = 0
  for (const planned of flattenLayers(plan.layers)) {
    const tensors = [...layerWeights(planned, plan.outputs), ...layerStatistics(planned)]
    if (tensors.length > 0) count++
    const { layer, path } = planned
    for (const { name } of tensors) {
      lasting.set(name, `${layer.kind} ${count}${name.slice(path.length)}`)
    }
  }
  return lasting
}

/** All draws in the order of the layers, without those of rate or deviation 0. */
export function drawsOf(plan: NetworkPlan): DrawSpec[] {
  return flattenLayers(plan.layers).flatMap(({ layer, path, input }): DrawSpec[] => {
    const size = product(input)
    if (layer.kind === 'dropout' && layer.rate > 0) {
      return [{ name: `${path}.mask`, kind: 'mask', amount: layer.rate, size }]
    }
    if (layer.kind === 'gaussianNoise' && layer.sd > 0) {
      return [{ name: `${path}.noise`, kind: 'noise', amount: layer.sd, size }]
    }
    return []
  })
}

/** The beginning of all weights, by name; of each it depends only on the seed and the name. */
export function initialWeights(
  weights: readonly WeightSpec[],
  seed: number,
): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = {}
  for (const weight of weights) {
    const into = new Float32Array(product(weight.dims))
    weight.fill(into, createRng(seed, 'network weights', weight.name))
    values[weight.name] = into
  }
  return values
}

/** Layers with those within them, in order. */
export function flattenLayers(layers: readonly PlannedLayer[]): PlannedLayer[] {
  return layers.flatMap((planned) => [
    planned,
    ...flattenLayers(planned.inner),
    ...flattenLayers(planned.shortcut),
  ])
}

function layerStatistics({ layer, path, input }: PlannedLayer): StatisticSpec[] {
  if (layer.kind !== 'batchNorm') return []
  const common = { size: channelsOf(input), momentum: layer.momentum ?? 0.9 }
  return [
    { name: `${path}.mean`, ...common, start: 0 },
    { name: `${path}.variance`, ...common, start: 1 },
  ]
}

/** Features of a vector or sequence, channels of an image. */
export const channelsOf = (sizes: Sizes): number => (sizes.length === 3 ? sizes[0]! : sizes.at(-1)!)

function layerWeights({ layer, path, input }: PlannedLayer, outputs: number): WeightSpec[] {
  switch (layer.kind) {
    case 'dense':
      return denseWeights(layer, path, input.at(-1)!, layer.units)
    case 'output':
      return denseWeights(layer, path, product(input), outputs)
    case 'conv1d':
      return convolutionWeights(layer, path, input[1]!, [layer.size])
    case 'conv2d':
      return convolutionWeights(layer, path, input[0]!, pairOf(layer.size))
    case 'batchNorm':
    case 'layerNorm':
      return normalisationWeights(path, channelsOf(input))
    case 'embedding':
      return [embeddingWeights(layer, `${path}.vectors`, layer.vocabulary, layer.units)]
    case 'columnEmbedding':
      return layer.columns.map(({ column, categories, units }) =>
        embeddingWeights(layer, `${path}.column${column}`, categories, units),
      )
    case 'lstm':
    case 'gru':
      return recurrentWeights(layer, path, input[1]!)
    case 'bidirectional':
      return [
        ...recurrentWeights(layer.layer, `${path}.forward`, input[1]!),
        ...recurrentWeights(layer.layer, `${path}.backward`, input[1]!),
      ]
    default:
      return []
  }
}

const penaltiesOf = (layer: {
  readonly l1?: number
  readonly l2?: number
}): { l1: number; l2: number } => ({ l1: layer.l1 ?? 0, l2: layer.l2 ?? 0 })

const unpenalised = { l1: 0, l2: 0 }

function denseWeights(
  layer: Weighted & { readonly activation?: Activation },
  path: string,
  features: number,
  units: number,
): WeightSpec[] {
  const fans = { in: features, out: units }
  const kernel = kernelSpec(layer, path, [features, units], fans, features)
  return withBias(layer, path, kernel, units)
}

function convolutionWeights(
  layer: Extract<Layer, { kind: 'conv1d' | 'conv2d' }>,
  path: string,
  channels: number,
  size: readonly number[],
): WeightSpec[] {
  const places = product(size)
  const fans = { in: channels * places, out: layer.filters * places }
  const kernel = kernelSpec(layer, path, [layer.filters, channels, ...size], fans, layer.filters)
  return withBias(layer, path, kernel, layer.filters)
}

function kernelSpec(
  layer: Weighted & { readonly activation?: Activation },
  path: string,
  dims: readonly number[],
  fans: Fans,
  rows: number,
): WeightSpec {
  const init = layer.init ?? initializerFor(layer.activation ?? 'linear')
  return {
    name: `${path}.kernel`,
    dims,
    ...penaltiesOf(layer),
    fill: (into, rng) => initialize(init, into, fans, rows, rng),
  }
}

function withBias(layer: Weighted, path: string, kernel: WeightSpec, units: number): WeightSpec[] {
  return layer.bias === false ? [kernel] : [kernel, filledSpec(`${path}.bias`, units, 0)]
}

function filledSpec(name: string, size: number, value: number): WeightSpec {
  return { name, dims: [size], ...unpenalised, fill: (into) => into.fill(value) }
}

function normalisationWeights(path: string, channels: number): WeightSpec[] {
  return [filledSpec(`${path}.gain`, channels, 1), filledSpec(`${path}.offset`, channels, 0)]
}

/** Uniform in [-0.05, 0.05), as in Keras. */
function embeddingWeights(
  layer: { readonly l1?: number; readonly l2?: number },
  name: string,
  vocabulary: number,
  units: number,
): WeightSpec {
  return {
    name,
    dims: [vocabulary, units],
    ...penaltiesOf(layer),
    fill: (into, rng) => fillUniform(rng, into, 0.05),
  }
}

/** Gates of an lstm: input, forget, output, candidate; of a gru: update, reset, candidate. */
function recurrentWeights(layer: Recurrent, path: string, features: number): WeightSpec[] {
  const { units } = layer
  const gates = layer.kind === 'lstm' ? 4 : 3
  const fans = { in: features, out: units }
  const kernel: WeightSpec = {
    name: `${path}.kernel`,
    dims: [features, gates * units],
    ...penaltiesOf(layer),
    fill: (into, rng) => initialize('glorotUniform', into, fans, features, rng),
  }
  const recurrent: WeightSpec = {
    name: `${path}.recurrent`,
    dims: [units, gates * units],
    ...penaltiesOf(layer),
    fill: (into, rng) => fillGates(into, units, gates, rng),
  }
  const bias: WeightSpec = {
    name: `${path}.bias`,
    dims: [gates * units],
    ...unpenalised,
    // Remembering is the better guess (R. Jozefowicz and others, ICML 2015).
    fill: (into) => {
      into.fill(0)
      if (layer.kind === 'lstm') into.fill(1, units, 2 * units)
    },
  }
  if (layer.kind === 'lstm') return [kernel, recurrent, bias]
  return [kernel, recurrent, bias, filledSpec(`${path}.recurrentBias`, units, 0)]
}

/** Every gate an orthogonal matrix, side by side. */
function fillGates(into: Float32Array, units: number, gates: number, rng: Rng): void {
  const block = new Float32Array(units * units)
  for (let gate = 0; gate < gates; gate++) {
    initialize('orthogonal', block, { in: units, out: units }, units, rng)
    for (let row = 0; row < units; row++) {
      const from = block.subarray(row * units, (row + 1) * units)
      into.set(from, row * gates * units + gate * units)
    }
  }
}
