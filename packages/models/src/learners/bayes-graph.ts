import type { GraphBuilder, Tensor } from '../graph/builder.ts'
import type { Graph } from '../graph/ir.ts'
import { softmax } from '../graph/operators/activations.ts'
import { add, cast, equal, square, sub, sum } from '../graph/operators/arithmetic.ts'
import { gemm } from '../graph/operators/matrix.ts'
import { slice } from '../graph/operators/shape.ts'
import { type BayesState, normalConstants, tableStarts } from './bayes-state.ts'
import { modelGraph, probabilitiesOutput } from './parts/graph-parts.ts'

/**
 * The prediction of naive Bayes. (x − μ)² / σ² is worked out about the mean of the classes' means, so
 * that float32 loses little.
 */
export function bayesGraph(name: string, state: BayesState): Graph {
  return modelGraph(name, state.columns, (g, x) => {
    const parts = [normalScores(g, x, state)]
    const starts = tableStarts(state.categories)
    for (const [j, count] of state.categories.entries()) {
      if (count > 0) parts.push(tableScores(g, x, state, j, starts[j]!))
    }
    probabilitiesOutput(g, softmax(g, sum(g, parts)), state.codes, state.labels.length)
  })
}

/** Scores of the prior and the columns of numbers, as a quadratic form. */
function normalScores(g: GraphBuilder, x: Tensor, state: BayesState): Tensor {
  const { columns, codes, categories, means, variances, prior } = state
  const classes = codes.length
  const centre = new Float64Array(columns)
  for (let at = 0; at < means.length; at++) centre[at % columns]! += means[at]! / classes
  const squares = new Float64Array(columns * classes)
  const lines = new Float64Array(columns * classes)
  const constants = normalConstants(state).map((value, k) => value + prior[k]!)
  for (let k = 0; k < classes; k++) {
    for (let j = 0; j < columns; j++) {
      if (categories[j]! > 0) continue
      const precision = 1 / variances[k * columns + j]!
      const mean = means[k * columns + j]! - centre[j]!
      squares[j * classes + k] = -0.5 * precision
      lines[j * classes + k] = precision * mean
      constants[k]! -= 0.5 * precision * mean * mean
    }
  }
  const moved = sub(g, x, g.constant(centre, [1, columns]))
  const bent = gemm(g, square(g, moved), g.constant(squares, [columns, classes]), {
    c: g.constant(constants, [1, classes]),
  })
  return add(g, bent, gemm(g, moved, g.constant(lines, [columns, classes])))
}

/** What a column of categories adds; of an unknown category zeros. */
function tableScores(
  g: GraphBuilder,
  x: Tensor,
  { codes, categories, tables }: BayesState,
  column: number,
  start: number,
): Tensor {
  const classes = codes.length
  const count = categories[column]!
  const table = tables.slice(start * classes, (start + count) * classes)
  const value = slice(g, x, [{ axis: 1, start: column, end: column + 1 }])
  const known = g.constant(
    Array.from({ length: count }, (_, c) => c),
    [1, count],
  )
  const hits = cast(g, equal(g, value, known), 'float')
  return gemm(g, hits, g.constant(table, [count, classes]))
}
