import { type GraphBuilder, type Tensor, impossible } from '../builder.ts'
import { showDims } from '../sizes.ts'
import { add, div, mul, sqrt, square, sub } from './arithmetic.ts'
import { reduceMean, reduceSum } from './reduce.ts'
import { reshape } from './shape.ts'

interface Centred {
  readonly mean: Tensor
  readonly variance: Tensor
  /** (x - mean) / √(variance + epsilon) */
  readonly normal: Tensor
}

/** Standardised along some axes, with a derivative in few operators. */
function standardise(
  g: GraphBuilder,
  x: Tensor,
  axes: readonly number[],
  epsilon: number,
): Centred {
  const mean = reduceMean(g, x, { axes, keep: true })
  const centred = sub(g, x, mean)
  const variance = reduceMean(g, square(g, centred), { axes, keep: true })
  const deviation = sqrt(g, add(g, variance, epsilon))
  const normal = div(g, centred, deviation)
  g.composite([x], normal, (dy) => {
    const whole = sub(g, dy, reduceMean(g, fullAlong(g, dy, x), { axes, keep: true }))
    const along = mul(g, normal, reduceMean(g, mul(g, dy, normal), { axes, keep: true }))
    return [div(g, sub(g, whole, along), deviation)]
  })
  return { mean, variance, normal }
}

/** The mean of a gradient that is still to be repeated is itself; its rank must be that of x, though. */
function fullAlong(g: GraphBuilder, dy: Tensor, x: Tensor): Tensor {
  const missing = x.dims.length - dy.dims.length
  return missing === 0 ? dy : reshape(g, dy, [...new Array<number>(missing).fill(1), ...dy.dims])
}

export interface Normalised {
  readonly y: Tensor
  /** Of this batch, [channels]: what a running mean is made of. */
  readonly mean: Tensor
  /** Of this batch, divided by the number of places, [channels]. */
  readonly variance: Tensor
}

/**
 * Batch normalisation while training (Ioffe and Szegedy 2015): x [n, channels, …] standardised over all
 * axes but the second, times `scale` [channels] plus `bias` [channels]. The statistics are results
 * like any other; epsilon 1e-5 by default.
 */
export function batchNormalization(
  g: GraphBuilder,
  x: Tensor,
  scale: Tensor,
  bias: Tensor,
  epsilon: number = 1e-5,
): Normalised {
  const shape = channelShape('Batch normalisation', x, scale, bias)
  const axes = x.dims.map((_, i) => i).filter((axis) => axis !== 1)
  const { mean, variance, normal } = standardise(g, x, axes, epsilon)
  const y = add(g, mul(g, normal, reshape(g, scale, shape)), reshape(g, bias, shape))
  return { y, mean: reshape(g, mean, scale.dims), variance: reshape(g, variance, scale.dims) }
}

/** Batch normalisation with statistics [channels] that are given, as when a model is used. */
export function batchNormalizationWith(
  g: GraphBuilder,
  x: Tensor,
  scale: Tensor,
  bias: Tensor,
  statistics: { readonly mean: Tensor; readonly variance: Tensor },
  epsilon: number = 1e-5,
): Tensor {
  const shape = channelShape('Batch normalisation', x, scale, bias)
  const factor = div(g, scale, sqrt(g, add(g, statistics.variance, epsilon)))
  const offset = sub(g, bias, mul(g, statistics.mean, factor))
  return add(g, mul(g, x, reshape(g, factor, shape)), reshape(g, offset, shape))
}

function channelShape(
  what: string,
  x: Tensor,
  scale: Tensor,
  bias: Tensor,
): readonly (number | string)[] {
  const channels = x.dims[1]
  const fine = [scale, bias].every((p) => p.dims.length === 1 && p.dims[0] === channels)
  if (channels === undefined || !fine) {
    throw impossible(
      `${what} of ${showDims(x.dims)} with scale ${showDims(scale.dims)} and bias ${showDims(bias.dims)}: the second axis holds the channels, and scale and bias have one number a channel.`,
    )
  }
  return [channels, ...new Array<number>(x.dims.length - 2).fill(1)]
}

/**
 * Layer normalisation (Ba et al. 2016): every row standardised along the last axis, times `scale` plus
 * `bias`, both of the last axis's size; epsilon 1e-5 by default.
 */
export function layerNormalization(
  g: GraphBuilder,
  x: Tensor,
  scale: Tensor,
  bias: Tensor,
  epsilon: number = 1e-5,
): Tensor {
  const last = x.dims.at(-1)
  const fine = [scale, bias].every((p) => p.dims.length === 1 && p.dims[0] === last)
  if (last === undefined || !fine) {
    throw impossible(
      `Layer normalisation of ${showDims(x.dims)} with scale ${showDims(scale.dims)} and bias ${showDims(bias.dims)}: scale and bias have the size of the last axis.`,
    )
  }
  const { normal } = standardise(g, x, [x.dims.length - 1], epsilon)
  return add(g, mul(g, normal, scale), bias)
}

/** Σ x² over all, the square of the length. */
export function squaredNorm(g: GraphBuilder, x: Tensor): Tensor {
  return reduceSum(g, square(g, x))
}
