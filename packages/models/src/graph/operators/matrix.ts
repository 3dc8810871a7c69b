import { broadcastDims } from '../broadcast.ts'
import { type GraphBuilder, type Tensor, impossible } from '../builder.ts'
import type { Dims } from '../ir.ts'
import { showDims } from '../sizes.ts'
import { requireElement } from './arithmetic.ts'

/**
 * Product of matrices [..., m, k] · [..., k, n] → [..., m, n]; the axes before are broadcast. Both need
 * two axes or more.
 */
export function matmul(g: GraphBuilder, a: Tensor, b: Tensor): Tensor {
  requireElement('MatMul', a, 'float')
  requireElement('MatMul', b, 'float')
  const [rows, inner] = a.dims.slice(-2)
  const [across, columns] = b.dims.slice(-2)
  const fine = a.dims.length > 1 && b.dims.length > 1 && inner === across
  if (!fine || rows === undefined || columns === undefined) {
    throw impossible(
      `MatMul of ${showDims(a.dims)} and ${showDims(b.dims)}: both need two axes or more, and the last size of the first must be the last but one of the second.`,
    )
  }
  const lead = broadcastDims('MatMul', a.dims.slice(0, -2), b.dims.slice(0, -2))
  return g.apply('MatMul', [a, b], { element: 'float', dims: [...lead, rows, columns] })
}

export interface GemmOptions {
  /** Takes `a` as [k, m]. Default false. */
  readonly transA?: boolean
  /** Takes `b` as [n, k]. Default false. */
  readonly transB?: boolean
  /** Factor of the product, default 1. */
  readonly alpha?: number
  /** Factor of `c`, default 1. */
  readonly beta?: number
  /** Is added; broadcastable to [m, n]. */
  readonly c?: Tensor
}

/** alpha · a · b + beta · c → [m, n] of matrices [m, k] and [k, n]. */
export function gemm(g: GraphBuilder, a: Tensor, b: Tensor, options: GemmOptions = {}): Tensor {
  const { transA = false, transB = false, alpha = 1, beta = 1, c } = options
  for (const x of [a, b, ...(c === undefined ? [] : [c])]) requireElement('Gemm', x, 'float')
  const [rows, inner] = transA ? [a.dims[1], a.dims[0]] : a.dims
  const [across, columns] = transB ? [b.dims[1], b.dims[0]] : b.dims
  const flat = a.dims.length === 2 && b.dims.length === 2
  if (!flat || rows === undefined || columns === undefined || inner !== across) {
    throw impossible(
      `Gemm of ${showDims(a.dims)}${transA ? ' (transposed)' : ''} and ${showDims(b.dims)}${transB ? ' (transposed)' : ''}: both must have two axes, and the columns of the first must be the rows of the second.`,
    )
  }
  const dims: Dims = [rows, columns]
  if (c !== undefined) requireBroadcastTo('Gemm', c, dims)
  const attributes = {
    ...(transA ? { transA: { int: 1 } } : {}),
    ...(transB ? { transB: { int: 1 } } : {}),
    ...(alpha === 1 ? {} : { alpha: { float: alpha } }),
    ...(beta === 1 || c === undefined ? {} : { beta: { float: beta } }),
  }
  return g.apply('Gemm', [a, b, c], { element: 'float', dims }, attributes)
}

function requireBroadcastTo(what: string, x: Tensor, dims: Dims): void {
  const result = broadcastDims(what, x.dims, dims)
  if (result.length !== dims.length || result.some((size, i) => size !== dims[i])) {
    throw impossible(
      `${what}: a tensor of ${showDims(x.dims)} is added to one of ${showDims(dims)}, which it would make larger.`,
    )
  }
}

/** A dense layer: x [n, inputs] · weights [inputs, units] + bias [units]. */
export function dense(g: GraphBuilder, x: Tensor, weights: Tensor, bias?: Tensor): Tensor {
  return gemm(g, x, weights, bias === undefined ? {} : { c: bias })
}
