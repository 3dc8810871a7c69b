import type { GraphBuilder, Tensor } from '../graph/builder.ts'
import * as op from '../graph/operators.ts'
import { activate } from './activate.ts'
import type { NetworkPlan, PlannedLayer } from './check-network.ts'
import type { Bidirectional, Layer, Padding, Recurrent } from './layers.ts'
import { gatherStates, unroll } from './recurrence.ts'
import type { Sizes } from './shapes.ts'
import { pairOf, product, windowOf } from './shapes.ts'

/** Where layers take from what is not theirs, and leave what others want. */
export interface Surroundings {
  /** A tensor that is learnt, by its name. */
  weight(name: string): Tensor
  /** A running statistic, by its name; not asked for in training. */
  statistic(name: string): Tensor
  /** Undefined when the network is used. */
  readonly training?: Training
}

export interface Training {
  /** Numbers drawn anew for every batch, by the name in `drawsOf`: [rows, …sizes]. */
  draw(name: string, sizes: Sizes): Tensor
  /** A statistic of the batch, by the name of the running one. */
  observe(name: string, value: Tensor): void
}

/** What flows between layers. Sequences wait for their next reader in the order that the last one had. */
interface Flow {
  readonly tensor: Tensor
  /** [rows, features, steps] instead of [rows, steps, features]. */
  readonly featuresFirst: boolean
}

/** The scores of the output layer, [rows, outputs], of examples [rows, …sizes of the input]. */
export function assemble(
  g: GraphBuilder,
  plan: NetworkPlan,
  x: Tensor,
  around: Surroundings,
): Tensor {
  return through(g, plan.layers, { tensor: x, featuresFirst: false }, around).tensor
}

function through(
  g: GraphBuilder,
  layers: readonly PlannedLayer[],
  flow: Flow,
  around: Surroundings,
): Flow {
  return layers.reduce((value, planned) => step(g, planned, value, around), flow)
}

function step(g: GraphBuilder, planned: PlannedLayer, flow: Flow, around: Surroundings): Flow {
  const { layer } = planned
  switch (layer.kind) {
    case 'conv1d':
    case 'maxPool1d':
    case 'averagePool1d':
    case 'batchNorm':
      return channelwise(g, planned, flow, around)
    case 'activation':
    case 'dropout':
    case 'gaussianNoise':
      return { ...flow, tensor: elementwise(g, planned, flow, around) }
    default: {
      const tensor = plain(g, planned, inOrder(g, flow), around)
      return { tensor, featuresFirst: false }
    }
  }
}

const isSequence = (tensor: Tensor): boolean => tensor.dims.length === 3

/** Steps before features, as all layers take sequences that do not slide along them. */
function inOrder(g: GraphBuilder, flow: Flow): Tensor {
  return flow.featuresFirst ? op.transpose(g, flow.tensor, [0, 2, 1]) : flow.tensor
}

/** Features before steps, as operators on channels take sequences. */
function channelsFirst(g: GraphBuilder, flow: Flow): Tensor {
  return isSequence(flow.tensor) && !flow.featuresFirst
    ? op.transpose(g, flow.tensor, [0, 2, 1])
    : flow.tensor
}

/** Layers that take sequences with the features first. */
function channelwise(
  g: GraphBuilder,
  planned: PlannedLayer,
  flow: Flow,
  around: Surroundings,
): Flow {
  const x = channelsFirst(g, flow)
  return { tensor: onChannels(g, planned, x, around), featuresFirst: isSequence(x) }
}

function onChannels(
  g: GraphBuilder,
  { layer, path, input }: PlannedLayer,
  x: Tensor,
  around: Surroundings,
): Tensor {
  switch (layer.kind) {
    case 'conv1d': {
      const { size, stride = 1, padding = 'valid' } = layer
      return convolve(g, layer, path, x, slide([input[0]!], [size], [stride], padding), around)
    }
    case 'maxPool1d':
    case 'averagePool1d': {
      const { size, stride = size, padding = 'valid' } = layer
      const window = slide([input[0]!], [size], [stride], padding)
      const options = { kernel: [size], ...window }
      return layer.kind === 'maxPool1d' ? op.maxPool(g, x, options) : op.averagePool(g, x, options)
    }
    default:
      return normaliseBatch(g, layer as Extract<Layer, { kind: 'batchNorm' }>, path, x, around)
  }
}

/** Layers that act on every number by itself, whatever the order; softmax by features or channels. */
function elementwise(
  g: GraphBuilder,
  { layer, path, input }: PlannedLayer,
  flow: Flow,
  { training }: Surroundings,
): Tensor {
  const x = flow.tensor
  switch (layer.kind) {
    case 'dropout': {
      if (training === undefined || layer.rate === 0) return x
      return op.mul(g, x, training.draw(`${path}.mask`, sizesOf(x)))
    }
    case 'gaussianNoise': {
      if (training === undefined || layer.sd === 0) return x
      return op.add(g, x, training.draw(`${path}.noise`, sizesOf(x)))
    }
    case 'activation': {
      const axis = input.length === 3 || flow.featuresFirst ? 1 : -1
      return activate(g, x, layer.activation, { axis, slope: layer.slope })
    }
    default:
      return x
  }
}

const sizesOf = (x: Tensor): Sizes => x.dims.slice(1) as number[]

/** Layers that take sequences with the steps first. */
function plain(g: GraphBuilder, planned: PlannedLayer, x: Tensor, around: Surroundings): Tensor {
  const { layer, path, input, output } = planned
  switch (layer.kind) {
    case 'dense':
      return denseLayer(g, planned, x, around)
    case 'output': {
      const flat = op.reshape(g, x, [-1, product(input)])
      return activate(g, affine(g, layer, path, flat, around), layer.activation ?? 'linear')
    }
    case 'conv2d': {
      const { size, stride = 1, padding = 'valid' } = layer
      const window = slide(input.slice(1), pairOf(size), pairOf(stride), padding)
      return convolve(g, layer, path, x, window, around)
    }
    case 'maxPool2d':
    case 'averagePool2d': {
      const { size, stride = size, padding = 'valid' } = layer
      const window = slide(input.slice(1), pairOf(size), pairOf(stride), padding)
      const options = { kernel: pairOf(size), ...window }
      return layer.kind === 'maxPool2d' ? op.maxPool(g, x, options) : op.averagePool(g, x, options)
    }
    case 'globalMaxPool':
      return op.reduceMax(g, x, { axes: input.length === 3 ? [2, 3] : [1] })
    case 'globalAveragePool':
      return op.reduceMean(g, x, { axes: input.length === 3 ? [2, 3] : [1] })
    case 'flatten':
    case 'reshape':
      return op.reshape(g, x, [-1, ...output])
    case 'sequence':
      return toSequence(g, x, layer.over ?? 'columns', output)
    case 'layerNorm':
      return normaliseExample(g, layer, path, x, around)
    case 'embedding':
      return op.gather(g, around.weight(`${path}.vectors`), op.cast(g, x, 'int64'))
    case 'columnEmbedding':
      return embedColumns(g, layer, path, x, around)
    case 'lstm':
    case 'gru': {
      const states = unroll(g, layer, x, (part) => around.weight(`${path}.${part}`), false)
      return gatherStates(g, layer, states, false)
    }
    case 'bidirectional':
      return bothWays(g, layer, path, x, around)
    case 'residual':
      return residual(g, planned, x, around)
    default:
      return x
  }
}

function denseLayer(
  g: GraphBuilder,
  { layer, path, input }: PlannedLayer,
  x: Tensor,
  around: Surroundings,
): Tensor {
  const dense = layer as Extract<Layer, { kind: 'dense' }>
  const sums =
    input.length === 1 ? affine(g, dense, path, x, around) : everyStep(g, dense, path, x, around)
  return activate(g, sums, dense.activation ?? 'linear')
}

/** [rows, steps, features] → [rows, steps, units]; the rows stay first, as `projections` explains. */
function everyStep(
  g: GraphBuilder,
  layer: { readonly bias?: boolean },
  path: string,
  x: Tensor,
  around: Surroundings,
): Tensor {
  const sums = op.matmul(g, x, around.weight(`${path}.kernel`))
  return layer.bias === false ? sums : op.add(g, sums, around.weight(`${path}.bias`))
}

function affine(
  g: GraphBuilder,
  layer: { readonly bias?: boolean },
  path: string,
  x: Tensor,
  around: Surroundings,
): Tensor {
  const kernel = around.weight(`${path}.kernel`)
  if (layer.bias === false) return op.matmul(g, x, kernel)
  return op.gemm(g, x, kernel, { c: around.weight(`${path}.bias`) })
}

/** Strides and zeros of a kernel along some axes. */
interface Slide {
  readonly strides: readonly number[]
  /** Before every axis, then after every axis. */
  readonly pads: readonly number[]
}

function slide(
  sizes: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
  padding: Padding,
): Slide {
  const windows = sizes.map((size, i) => windowOf(size, kernel[i]!, strides[i]!, padding))
  const before = windows.map((window) => window.before)
  return { strides, pads: [...before, ...windows.map((window) => window.after)] }
}

function convolve(
  g: GraphBuilder,
  layer: Extract<Layer, { kind: 'conv1d' | 'conv2d' }>,
  path: string,
  x: Tensor,
  window: Slide,
  around: Surroundings,
): Tensor {
  const kernel = around.weight(`${path}.kernel`)
  const bias = layer.bias === false ? undefined : around.weight(`${path}.bias`)
  const y = op.conv(g, x, kernel, { ...window, ...(bias === undefined ? {} : { bias }) })
  return activate(g, y, layer.activation ?? 'linear', { axis: 1 })
}

function normaliseBatch(
  g: GraphBuilder,
  { epsilon = 1e-5 }: Extract<Layer, { kind: 'batchNorm' }>,
  path: string,
  x: Tensor,
  { weight, statistic, training }: Surroundings,
): Tensor {
  const [gain, offset] = [weight(`${path}.gain`), weight(`${path}.offset`)]
  const names = { mean: `${path}.mean`, variance: `${path}.variance` }
  if (training === undefined) {
    const statistics = { mean: statistic(names.mean), variance: statistic(names.variance) }
    return op.batchNormalizationWith(g, x, gain, offset, statistics, epsilon)
  }
  const { y, mean, variance } = op.batchNormalization(g, x, gain, offset, epsilon)
  training.observe(names.mean, mean)
  training.observe(names.variance, variance)
  return y
}

/** Over the last axis, but over all of an image, whose gain and offset are by channel. */
function normaliseExample(
  g: GraphBuilder,
  { epsilon = 1e-5 }: Extract<Layer, { kind: 'layerNorm' }>,
  path: string,
  x: Tensor,
  { weight }: Surroundings,
): Tensor {
  const [gain, offset] = [weight(`${path}.gain`), weight(`${path}.offset`)]
  if (x.dims.length < 4) return op.layerNormalization(g, x, gain, offset, epsilon)
  const sizes = sizesOf(x)
  const all = product(sizes)
  const flat = op.reshape(g, x, [-1, all])
  const ones = g.constant(new Float32Array(all).fill(1))
  const zeros = g.constant(new Float32Array(all))
  const normal = op.reshape(g, op.layerNormalization(g, flat, ones, zeros, epsilon), [-1, ...sizes])
  const byChannel = [sizes[0]!, 1, 1]
  return op.add(
    g,
    op.mul(g, normal, op.reshape(g, gain, byChannel)),
    op.reshape(g, offset, byChannel),
  )
}

/** [rows, channels, height, width] to [rows, steps, features]. */
function toSequence(g: GraphBuilder, x: Tensor, over: 'columns' | 'rows', output: Sizes): Tensor {
  const order = over === 'columns' ? [0, 3, 1, 2] : [0, 2, 1, 3]
  return op.reshape(g, op.transpose(g, x, order), [-1, ...output])
}

function embedColumns(
  g: GraphBuilder,
  { columns }: Extract<Layer, { kind: 'columnEmbedding' }>,
  path: string,
  x: Tensor,
  { weight }: Surroundings,
): Tensor {
  const count = x.dims[1] as number
  const taken = new Set(columns.map(({ column }) => column))
  const others = Array.from({ length: count }, (_, i) => i).filter((i) => !taken.has(i))
  const embedded = columns.map(({ column }) => {
    const index = op.squeeze(g, op.slice(g, x, [{ axis: 1, start: column, end: column + 1 }]), [1])
    return op.gather(g, weight(`${path}.column${column}`), op.cast(g, index, 'int64'))
  })
  if (others.length === 0) return op.concat(g, embedded, 1)
  const indices = g.constant(others, [others.length], 'int64')
  return op.concat(g, [op.gather(g, x, indices, 1), ...embedded], 1)
}

function bothWays(
  g: GraphBuilder,
  { layer, merge = 'concat' }: Bidirectional,
  path: string,
  x: Tensor,
  around: Surroundings,
): Tensor {
  const way = (name: string, backwards: boolean): Tensor =>
    oneWay(g, layer, x, (part) => around.weight(`${path}.${name}.${part}`), backwards)
  const [forward, backward] = [way('forward', false), way('backward', true)]
  if (merge === 'concat') return op.concat(g, [forward, backward], forward.dims.length - 1)
  const sum = op.add(g, forward, backward)
  return merge === 'sum' ? sum : op.mul(g, sum, 0.5)
}

function oneWay(
  g: GraphBuilder,
  layer: Recurrent,
  x: Tensor,
  part: (name: string) => Tensor,
  backwards: boolean,
): Tensor {
  return gatherStates(g, layer, unroll(g, layer, x, part, backwards), backwards)
}

function residual(
  g: GraphBuilder,
  { inner, shortcut }: PlannedLayer,
  x: Tensor,
  around: Surroundings,
): Tensor {
  const flow = { tensor: x, featuresFirst: false }
  const main = through(g, inner, flow, around)
  const side = through(g, shortcut, flow, around)
  return op.add(g, inOrder(g, main), inOrder(g, side))
}
