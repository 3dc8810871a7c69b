import { floatOf, intOf } from '../attributes.ts'
import { reshapeTo, unbroadcast } from '../broadcast.ts'
import type { GraphBuilder, Tensor } from '../builder.ts'
import type { Size } from '../sizes.ts'
import { elementCount } from '../sizes.ts'
import { mul } from '../operators/arithmetic.ts'
import { gemm, matmul } from '../operators/matrix.ts'
import { transpose } from '../operators/shape.ts'
import { type Rule, type RuleCall, type Rules, gradientOf, inputOf, outputOf } from './rule.ts'

/**
 * Y = α · A' · B' + β · C, where A' and B' may be transposed: each gradient is one Gemm with the
 * transpositions that make the shapes fit, so that nothing is transposed by itself.
 */
const gemmRule: Rule = (call) => {
  const { g, node } = call
  const dy = gradientOf(call)
  const [a, b] = [inputOf(call, 0), inputOf(call, 1)]
  const transA = intOf(node, 'transA', 0) === 1
  const transB = intOf(node, 'transB', 0) === 1
  const alpha = floatOf(node, 'alpha', 1)
  return [
    call.wants(0)
      ? transA
        ? gemm(g, b, dy, { transA: transB, transB: true, alpha })
        : gemm(g, dy, b, { transB: !transB, alpha })
      : undefined,
    call.wants(1)
      ? transB
        ? gemm(g, dy, a, { transA: true, transB: transA, alpha })
        : gemm(g, a, dy, { transA: !transA, alpha })
      : undefined,
    call.wants(2) ? addendGradient(call) : undefined,
  ]
}

function addendGradient(call: RuleCall): Tensor {
  const summed = unbroadcast(call.g, gradientOf(call), outputOf(call), inputOf(call, 2))
  const beta = floatOf(call.node, 'beta', 1)
  return beta === 1 ? summed : mul(call.g, summed, beta)
}

function swapLast(g: GraphBuilder, x: Tensor): Tensor {
  const order = x.dims.map((_, i) => i)
  order.push(...order.splice(-2).reverse())
  return transpose(g, x, order)
}

/** All axes but the last as one. */
function asMatrix(g: GraphBuilder, x: Tensor): Tensor {
  return reshapeTo(g, x, [elementCount(x.dims.slice(0, -1)), x.dims.at(-1) as Size])
}

const matmulRule: Rule = (call) => {
  const { g } = call
  const dy = gradientOf(call)
  const [a, b] = [inputOf(call, 0), inputOf(call, 1)]
  // A stack of matrices times one matrix is one product of a long matrix.
  if (b.dims.length === 2) {
    const long = asMatrix(g, dy)
    return [
      call.wants(0) ? productWithTransposed(g, dy, b, a) : undefined,
      call.wants(1) ? gemm(g, asMatrix(g, a), long, { transA: true }) : undefined,
    ]
  }
  return [
    call.wants(0) ? unstack(g, matmul(g, dy, swapLast(g, b)), a) : undefined,
    call.wants(1) ? unstack(g, matmul(g, swapLast(g, a), dy), b) : undefined,
  ]
}

/** dy · bᵀ for one matrix b, with the dims of a; two open sizes cannot be taken apart again. */
function productWithTransposed(g: GraphBuilder, dy: Tensor, b: Tensor, a: Tensor): Tensor {
  if (dy.dims.filter((size) => typeof size === 'string').length > 1) {
    return matmul(g, dy, transpose(g, b))
  }
  return reshapeTo(g, gemm(g, asMatrix(g, dy), b, { transB: true }), a.dims)
}

/** Sums over stacked axes along which an operand was repeated. */
function unstack(g: GraphBuilder, gradient: Tensor, operand: Tensor): Tensor {
  return unbroadcast(g, gradient, gradient, operand)
}

export const matrixRules: Rules = {
  Gemm: { rule: gemmRule },
  MatMul: { rule: matmulRule },
}
