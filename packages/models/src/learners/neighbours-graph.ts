import type { GraphBuilder, Tensor } from '../graph/builder.ts'
import type { Graph } from '../graph/ir.ts'
import { wholeNumbers } from '../graph/broadcast.ts'
import {
  abs,
  div,
  equal,
  max,
  mul,
  sqrt,
  square,
  sub,
  where,
} from '../graph/operators/arithmetic.ts'
import { gather } from '../graph/operators/indexing.ts'
import { gemm } from '../graph/operators/matrix.ts'
import { reduceMax, reduceSum } from '../graph/operators/reduce.ts'
import { slice, unsqueeze } from '../graph/operators/shape.ts'
import type { NeighboursState } from './neighbours.ts'
import { modelGraph, probabilitiesOutput, scaledInput } from './parts/graph-parts.ts'

/** More than k are measured exactly, because their order by products is only nearly right. */
const spare = 8

/**
 * The prediction of neighbours in float32. Distances by products choose candidates, whose distances are
 * then worked out from the differences; sums of absolute differences are worked out of all examples,
 * which takes memory for queries · examples · columns numbers.
 */
export function neighboursGraph(name: string, state: NeighboursState): Graph {
  const { columns, rows, options, task } = state
  return modelGraph(name, columns, (g, x) => {
    const queries = comparedInput(g, x, state)
    const examples = g.constant(state.examples, [rows, columns])
    const k = Math.min(options.k, rows)
    const { distances, places } = nearest(g, queries, examples, k, state)
    const votes = votesOf(g, distances, options.weights)
    const targets = g.constant(...targetTable(state))
    const each = mul(g, gather(g, targets, places), unsqueeze(g, votes, [2]))
    const sums = reduceSum(g, each, { axes: [1] })
    if (task === 'classification') {
      const total = reduceSum(g, sums, { axes: [1], keep: true })
      probabilitiesOutput(g, div(g, sums, total), state.codes, state.labels.length)
      return
    }
    const part = (start: number): Tensor => slice(g, sums, [{ axis: 1, start, end: start + 1 }])
    g.output('values', div(g, part(0), part(1)))
  })
}

function comparedInput(g: GraphBuilder, x: Tensor, state: NeighboursState): Tensor {
  const scaled = scaledInput(g, x, state.scaling)
  if (state.options.metric !== 'cosine') return scaled
  const length = sqrt(g, reduceSum(g, square(g, scaled), { axes: [1], keep: true }))
  return div(g, scaled, max(g, length, 1e-30))
}

/** By example what its vote adds: to its class, or its number and 1. */
function targetTable(state: NeighboursState): [Float32Array, number[]] {
  const { rows, codes, targets, votes, task } = state
  const width = task === 'classification' ? codes.length : 2
  const table = new Float32Array(rows * width)
  for (let i = 0; i < rows; i++) {
    const vote = votes[i]!
    if (task === 'classification') table[i * width + targets[i]!] = vote
    else table.set([vote * targets[i]!, vote], i * width)
  }
  return [table, [rows, width]]
}

function nearest(
  g: GraphBuilder,
  queries: Tensor,
  examples: Tensor,
  k: number,
  state: NeighboursState,
): { distances: Tensor; places: Tensor } {
  const { rows, options } = state
  if (options.metric === 'manhattan') {
    const gaps = abs(g, sub(g, unsqueeze(g, queries, [1]), unsqueeze(g, examples, [0])))
    const [distances, places] = smallest(g, reduceSum(g, gaps, { axes: [2] }), k)
    return { distances, places }
  }
  const rough = roughSquares(g, queries, state)
  const [, candidates] = smallest(g, rough, Math.min(rows, k + spare))
  const gaps = sub(g, unsqueeze(g, queries, [1]), gather(g, examples, candidates))
  const squares = reduceSum(g, square(g, gaps), { axes: [2] })
  const [least, at] = smallest(g, squares, k)
  const places = g.apply(
    'GatherElements',
    [candidates, at],
    { element: 'int64', dims: at.dims },
    { axis: { int: 1 } },
  )
  return { distances: options.metric === 'cosine' ? least : sqrt(g, least), places }
}

/** |b|² − 2 a·b about the mean of the examples, which orders them as their distances do. */
function roughSquares(g: GraphBuilder, queries: Tensor, state: NeighboursState): Tensor {
  const { columns, rows, examples } = state
  const centre = new Float64Array(columns)
  for (let i = 0; i < examples.length; i++) centre[i % columns]! += examples[i]! / rows
  const moved = new Float32Array(examples.length)
  const squares = new Float64Array(rows)
  for (let i = 0; i < examples.length; i++) {
    moved[i] = examples[i]! - centre[i % columns]!
    squares[Math.floor(i / columns)]! += moved[i]! * moved[i]!
  }
  const from = sub(g, queries, g.constant(centre, [1, columns]))
  return gemm(g, from, g.constant(moved, [rows, columns]), {
    transB: true,
    alpha: -2,
    c: g.constant(squares, [1, rows]),
  })
}

/** The k smallest of every row in ascending order, and their places. */
function smallest(g: GraphBuilder, x: Tensor, k: number): readonly [Tensor, Tensor] {
  const dims = [x.dims[0]!, k]
  const [values, places] = g.node(
    'TopK',
    [x, wholeNumbers(g, [k])],
    [
      { element: 'float', dims },
      { element: 'int64', dims },
    ],
    { axis: { int: 1 }, largest: { int: 0 }, sorted: { int: 1 } },
  )
  return [values!, places!]
}

function votesOf(g: GraphBuilder, distances: Tensor, weights: 'uniform' | 'distance'): Tensor {
  // As many ones as there are neighbours: x − x is 0.
  if (weights === 'uniform') return sub(g, 1, sub(g, distances, distances))
  const none = sub(g, distances, distances)
  const ones = sub(g, 1, none)
  const exact = equal(g, distances, 0)
  const matches = where(g, exact, ones, none)
  const first = slice(g, distances, [{ axis: 1, start: 0, end: 1 }])
  const inverse = div(g, first, max(g, distances, 1e-30))
  const matched = equal(g, reduceMax(g, matches, { axes: [1], keep: true }), 1)
  return where(g, matched, matches, inverse)
}
