import { sumOver } from '../broadcast.ts'
import type { GraphBuilder, Tensor } from '../builder.ts'
import { wholeAxis } from './activations.ts'
import { requireElement } from './arithmetic.ts'

export interface ReduceOptions {
  /** Default all. */
  readonly axes?: readonly number[]
  /** Whether the axes stay with size 1; default false. */
  readonly keep?: boolean
}

function axesOf(what: string, x: Tensor, options: ReduceOptions): readonly number[] {
  requireElement(what, x, 'float')
  const axes = options.axes ?? x.dims.map((_, i) => i)
  return [...new Set(axes.map((axis) => wholeAxis(what, x, axis)))].sort((a, b) => a - b)
}

export function reduceSum(g: GraphBuilder, x: Tensor, options: ReduceOptions = {}): Tensor {
  return sumOver(g, x, axesOf('ReduceSum', x, options), options.keep ?? false)
}

export function reduceMean(g: GraphBuilder, x: Tensor, options: ReduceOptions = {}): Tensor {
  return withAxesAttribute(g, 'ReduceMean', x, options)
}

/** The greatest; where several are, they share the derivative equally. */
export function reduceMax(g: GraphBuilder, x: Tensor, options: ReduceOptions = {}): Tensor {
  return withAxesAttribute(g, 'ReduceMax', x, options)
}

/** In operator set 17 the axes of all reductions but the sum are an attribute. */
function withAxesAttribute(g: GraphBuilder, op: string, x: Tensor, options: ReduceOptions): Tensor {
  const axes = axesOf(op, x, options)
  if (axes.length === 0) return x
  const keep = options.keep ?? false
  const dims = keep
    ? x.dims.map((size, i) => (axes.includes(i) ? 1 : size))
    : x.dims.filter((_, i) => !axes.includes(i))
  return g.apply(
    op,
    [x],
    { element: 'float', dims },
    { axes: { ints: axes }, keepdims: { int: keep ? 1 : 0 } },
  )
}

/** The place of the greatest along an axis, of equals the first; int64, the axis is left out. */
export function argMax(g: GraphBuilder, x: Tensor, axis: number = -1): Tensor {
  requireElement('ArgMax', x, 'float')
  const along = wholeAxis('ArgMax', x, axis)
  return g.apply(
    'ArgMax',
    [x],
    { element: 'int64', dims: x.dims.filter((_, i) => i !== along) },
    { axis: { int: along }, keepdims: { int: 0 } },
  )
}

/** The mean over all axes after the first two, which stay with size 1: [n, channels, …] → [n, channels, 1, …]. */
export function globalAveragePool(g: GraphBuilder, x: Tensor): Tensor {
  return reduceMean(g, x, { axes: x.dims.map((_, i) => i).slice(2), keep: true })
}

/** The greatest over all axes after the first two, which stay with size 1. */
export function globalMaxPool(g: GraphBuilder, x: Tensor): Tensor {
  return reduceMax(g, x, { axes: x.dims.map((_, i) => i).slice(2), keep: true })
}
