import type { GraphBuilder, Tensor } from '../../graph/builder.ts'
import { gemm } from '../../graph/operators/matrix.ts'
import type { Matrix } from '../../matrix.ts'
import type { Scaling } from './scaling.ts'

/** Scores x · coefficients + intercepts. */
export interface LinearScores {
  /** Column by column, one a score. */
  readonly coefficients: Float64Array
  /** One a score. */
  readonly intercepts: Float64Array
}

/** The scores of every row, row by row. */
export function linearScores(x: Matrix, { coefficients, intercepts }: LinearScores): Float64Array {
  const { rows, columns, data } = x
  const width = intercepts.length
  const scores = new Float64Array(rows * width)
  for (let i = 0; i < rows; i++) {
    const out = i * width
    for (let k = 0; k < width; k++) scores[out + k] = intercepts[k]!
    addRow(data, i * columns, columns, coefficients, width, scores, out)
  }
  return scores
}

/** scores[at + k] += Σ data[from + j] coefficients[j · width + k]; zeros are passed over. */
export function addRow(
  data: Float32Array,
  from: number,
  columns: number,
  coefficients: Float64Array,
  width: number,
  scores: Float64Array,
  at: number,
): void {
  if (width === 1) {
    let sum = 0
    for (let j = 0; j < columns; j++) sum += data[from + j]! * coefficients[j]!
    scores[at]! += sum
    return
  }
  for (let j = 0; j < columns; j++) {
    const value = data[from + j]!
    if (value === 0) continue
    const c = j * width
    for (let k = 0; k < width; k++) scores[at + k]! += value * coefficients[c + k]!
  }
}

/** Coefficients of scaled columns as those of the columns themselves. */
export function unscaled(scores: LinearScores, { mean, scale }: Scaling): LinearScores {
  const width = scores.intercepts.length
  const coefficients = new Float64Array(scores.coefficients.length)
  const intercepts = scores.intercepts.slice()
  for (let j = 0; j < mean.length; j++) {
    for (let k = 0; k < width; k++) {
      const coefficient = scores.coefficients[j * width + k]! / scale[j]!
      coefficients[j * width + k] = coefficient
      intercepts[k]! -= coefficient * mean[j]!
    }
  }
  return { coefficients, intercepts }
}

/** The scores in a graph, ['rows', scores]. */
export function scoresGraphPart(
  g: GraphBuilder,
  x: Tensor,
  { coefficients, intercepts }: LinearScores,
): Tensor {
  const width = intercepts.length
  return gemm(g, x, g.constant(coefficients, [coefficients.length / width, width]), {
    c: g.constant(intercepts, [1, width]),
  })
}
