import type { GraphBuilder, Tensor } from '../graph/builder.ts'
import type { Graph } from '../graph/ir.ts'
import { sigmoid } from '../graph/operators/activations.ts'
import { add, clip, div, exp, max, mul, square, sub } from '../graph/operators/arithmetic.ts'
import { gemm } from '../graph/operators/matrix.ts'
import { reduceSum } from '../graph/operators/reduce.ts'
import { concat, slice, squeeze, unsqueeze } from '../graph/operators/shape.ts'
import { smallestShare } from './parts/coupling.ts'
import { modelGraph, probabilitiesOutput, scaledInput } from './parts/graph-parts.ts'
import type { Sigmoid } from './parts/platt.ts'
import type { RbfState } from './support-vectors-state.ts'

/** The prediction of machines with Gaussian kernels. */
export function rbfGraph(name: string, state: RbfState): Graph {
  const { columns, codes, coefficients, rho, task, target } = state
  return modelGraph(name, columns, (g, x) => {
    const machines = rho.length
    const kernel = kernelPart(g, scaledInput(g, x, state.scaling), state)
    const scores = gemm(
      g,
      kernel,
      g.constant(coefficients, [coefficients.length / machines, machines]),
      {
        c: g.constant(
          rho.map((r) => -r),
          [1, machines],
        ),
      },
    )
    if (task === 'regression') {
      g.output('values', add(g, mul(g, scores, target.scale), target.mean))
      return
    }
    const pairs = sigmoidPart(g, scores, state.sigmoids)
    const shares =
      codes.length === 2
        ? concat(g, [pairs, sub(g, 1, pairs)], 1)
        : coupledPart(g, pairs, codes.length)
    probabilitiesOutput(g, shares, codes, state.labels.length)
  })
}

/** 1 / (1 + e^(slope · score + offset)), by column. */
export function sigmoidPart(g: GraphBuilder, scores: Tensor, sigmoids: readonly Sigmoid[]): Tensor {
  const row = [1, sigmoids.length]
  const slopes = g.constant(
    sigmoids.map(({ slope }) => -slope),
    row,
  )
  const offsets = g.constant(
    sigmoids.map(({ offset }) => -offset),
    row,
  )
  return sigmoid(g, add(g, mul(g, scores, slopes), offsets))
}

/** e^(−gamma |x − v|²) of all support vectors, with lengths about the mean of the vectors. */
function kernelPart(g: GraphBuilder, x: Tensor, { columns, vectors, gamma }: RbfState): Tensor {
  const count = vectors.length / columns
  const centre = new Float64Array(columns)
  for (let i = 0; i < vectors.length; i++) centre[i % columns]! += vectors[i]! / count
  const moved = new Float32Array(vectors.length)
  const squares = new Float64Array(count)
  for (let i = 0; i < vectors.length; i++) {
    moved[i] = vectors[i]! - centre[i % columns]!
    squares[Math.floor(i / columns)]! += moved[i]! * moved[i]!
  }
  const from = sub(g, x, g.constant(centre, [1, columns]))
  const lengths = reduceSum(g, square(g, from), { axes: [1], keep: true })
  const products = gemm(g, from, g.constant(moved, [count, columns]), {
    transB: true,
    alpha: -2,
    c: g.constant(squares, [1, count]),
  })
  return exp(g, mul(g, max(g, add(g, products, lengths), 0), -gamma))
}

/** Pairwise coupling, as `couplePairs` does it: elimination in a tensor ['rows', classes, classes + 1]. */
function coupledPart(g: GraphBuilder, pairs: Tensor, classes: number): Tensor {
  let system = couplingSystem(
    g,
    clip(g, pairs, { min: smallestShare, max: 1 - smallestShare }),
    classes,
  )
  for (let i = 0; i < classes; i++) {
    const line = slice(g, system, [{ axis: 1, start: i, end: i + 1 }])
    const divided = div(g, line, slice(g, line, [{ axis: 2, start: i, end: i + 1 }]))
    const factors = slice(g, system, [{ axis: 2, start: i, end: i + 1 }])
    const reduced = sub(g, system, mul(g, factors, divided))
    const parts = [divided]
    if (i > 0) parts.unshift(slice(g, reduced, [{ axis: 1, start: 0, end: i }]))
    if (i + 1 < classes) parts.push(slice(g, reduced, [{ axis: 1, start: i + 1, end: classes }]))
    system = concat(g, parts, 1)
  }
  const last = slice(g, system, [{ axis: 2, start: classes, end: classes + 1 }])
  const shares = max(g, squeeze(g, last, [2]), 0)
  return div(g, shares, reduceSum(g, shares, { axes: [1], keep: true }))
}

/** Q + e eᵀ beside e, from what single pairs and products of a pair add to its places. */
function couplingSystem(g: GraphBuilder, pairs: Tensor, classes: number): Tensor {
  const width = classes + 1
  const places = classes * width
  const count = (classes * (classes - 1)) / 2
  const ofFirst = new Float32Array(count * places)
  const ofSecond = new Float32Array(count * places)
  const ofBoth = new Float32Array(count * places)
  let pair = 0
  for (let i = 0; i < classes; i++) {
    for (let j = i + 1; j < classes; j++, pair++) {
      const at = pair * places
      ofSecond[at + i * width + i] = 1
      ofFirst[at + j * width + j] = 1
      ofBoth[at + i * width + j] = -1
      ofBoth[at + j * width + i] = -1
    }
  }
  const others = sub(g, 1, pairs)
  const spread = (values: Tensor, table: Float32Array, c?: Tensor): Tensor =>
    gemm(g, values, g.constant(table, [count, places]), c === undefined ? {} : { c })
  const ones = g.constant(new Float32Array(places).fill(1), [1, places])
  const flat = add(
    g,
    spread(square(g, others), ofSecond, ones),
    add(g, spread(square(g, pairs), ofFirst), spread(mul(g, pairs, others), ofBoth)),
  )
  const lines = Array.from({ length: classes }, (_, i) =>
    unsqueeze(g, slice(g, flat, [{ axis: 1, start: i * width, end: (i + 1) * width }]), [1]),
  )
  return concat(g, lines, 1)
}
