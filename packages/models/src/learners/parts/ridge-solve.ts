import { createFactor, dot, type Factor, packedLength } from '@attune/core/math'
import type { Matrix } from '../../matrix.ts'
import type { Scaling } from './scaling.ts'

/** Rows whose products are added up together. */
const blockSize = 64

/**
 * The coefficients of the scaled columns that minimise Σ weight (y − intercept − z w)² + alpha |w|². The
 * means of the scaling must be the weighted ones, so that the intercept is the weighted mean of y.
 */
export function ridgeCoefficients(
  x: Matrix,
  y: Float64Array,
  weights: Float64Array,
  scaling: Scaling,
  alpha: number,
): { readonly coefficients: Float64Array; readonly intercept: number } {
  let intercept = 0
  let total = 0
  for (let i = 0; i < x.rows; i++) {
    intercept += weights[i]! * y[i]!
    total += weights[i]!
  }
  intercept /= total
  const targets = y.map((value, i) => Math.sqrt(weights[i]!) * (value - intercept))
  const solve = x.columns <= x.rows ? byColumns : byRows
  return { coefficients: solve(x, targets, weights, scaling, alpha), intercept }
}

/** w = (Zᵀ Z + alpha I)⁻¹ Zᵀ y */
function byColumns(
  x: Matrix,
  targets: Float64Array,
  weights: Float64Array,
  scaling: Scaling,
  alpha: number,
): Float64Array {
  const { rows, columns } = x
  const gram = new Float64Array(packedLength(columns))
  const right = new Float64Array(columns)
  const block = new Float64Array(columns * blockSize)
  for (let start = 0; start < rows; start += blockSize) {
    const count = Math.min(blockSize, rows - start)
    for (let r = 0; r < count; r++) {
      scaledRow(x, start + r, weights, scaling, block, r, blockSize)
    }
    for (let i = 0, at = 0; i < columns; i++) {
      right[i]! += dot(block, i * blockSize, targets, start, count)
      for (let j = 0; j <= i; j++, at++) {
        gram[at]! += dot(block, i * blockSize, block, j * blockSize, count)
      }
    }
  }
  return solved(gram, right, alpha)
}

/** w = Zᵀ (Z Zᵀ + alpha I)⁻¹ y */
function byRows(
  x: Matrix,
  targets: Float64Array,
  weights: Float64Array,
  scaling: Scaling,
  alpha: number,
): Float64Array {
  const { rows, columns } = x
  const z = new Float64Array(rows * columns)
  const gram = new Float64Array(packedLength(rows))
  for (let i = 0, at = 0; i < rows; i++) {
    scaledRow(x, i, weights, scaling, z, i * columns, 1)
    for (let j = 0; j <= i; j++, at++) gram[at] = dot(z, i * columns, z, j * columns, columns)
  }
  const shares = solved(gram, targets, alpha)
  const coefficients = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) coefficients[j]! += shares[i]! * z[i * columns + j]!
  }
  return coefficients
}

/** A row, scaled and times the root of its weight, at every `stride`-th place from `at` on. */
function scaledRow(
  x: Matrix,
  row: number,
  weights: Float64Array,
  { mean, scale }: Scaling,
  into: Float64Array,
  at: number,
  stride: number,
): void {
  const root = Math.sqrt(weights[row]!)
  const from = row * x.columns
  for (let j = 0; j < x.columns; j++) {
    into[at + j * stride] = (root * (x.data[from + j]! - mean[j]!)) / scale[j]!
  }
}

/** The solution of (K + alpha I) v = right, K a packed lower triangle. */
function solved(gram: Float64Array, right: Float64Array, alpha: number): Float64Array {
  const n = right.length
  const factor: Factor = createFactor(n)
  for (let i = 0, at = 0; i < n; i++, at += i) {
    // Of a column or row of zeros any share is as good; it gets none.
    const variance = gram[at + i]! + alpha
    factor.append(gram.subarray(at, at + i), variance > 0 ? variance : 1)
  }
  const white = new Float64Array(n)
  const solution = new Float64Array(n)
  factor.whiten(right, white)
  factor.unwhiten(white, solution)
  return solution
}
