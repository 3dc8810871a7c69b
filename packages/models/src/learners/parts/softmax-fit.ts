import { exp, log, log1p, startLbfgs } from '@attune/core/math'
import type { Matrix } from '../../matrix.ts'
import { addRow, type LinearScores, unscaled } from './linear-scores.ts'
import type { Scaling } from './scaling.ts'

export interface SoftmaxFit {
  readonly c: number
  readonly l1Ratio: number
  readonly tolerance: number
  /** By row, with a mean of 1. */
  readonly weights: Float64Array
  /** What the loss of all rows weighs against the penalty. */
  readonly totalWeight: number
  readonly scaling: Scaling
}

export interface SoftmaxTarget {
  /** By row; rows of weight 0 may have −1. */
  readonly classOf: Int32Array
  readonly classes: number
}

/** A fit on its way. */
export interface SoftmaxDescent {
  /** What it has learnt by now, of columns that are not scaled. */
  scores(): LinearScores
  /** The mean loss without the penalty. */
  loss(): number
  /** One step; false when there is nothing left to do. */
  step(): boolean
}

/**
 * Minimises mean loss + (l1 |w|₁ + (1 − l1) |w|² / 2) / (c · weight) over the coefficients w of the
 * scaled columns by L-BFGS. With an l1 share, w = u − v with u, v ≥ 0, whose sum is |w| where one of both
 * is 0, as it is at the minimum; that keeps the function smooth and makes zeros exact.
 */
export function softmaxDescent(x: Matrix, target: SoftmaxTarget, fit: SoftmaxFit): SoftmaxDescent {
  const { columns } = x
  const width = target.classes === 2 ? 1 : target.classes
  const size = columns * width
  const strength = 1 / (fit.c * fit.totalWeight)
  const loss = createLoss(x, target, width, fit)
  const split = fit.l1Ratio > 0
  const squares = strength * (1 - fit.l1Ratio)
  const lengths = strength * fit.l1Ratio
  const scores: LinearScores = {
    coefficients: new Float64Array(size),
    intercepts: new Float64Array(width),
  }
  const gradient: LinearScores = {
    coefficients: new Float64Array(size),
    intercepts: new Float64Array(width),
  }
  const place = (point: Float64Array): void => {
    for (let i = 0; i < size; i++) {
      scores.coefficients[i] = split ? point[i]! - point[size + i]! : point[i]!
    }
    scores.intercepts.set(point.subarray(point.length - width))
  }
  const length = (split ? 2 : 1) * size + width
  const descent = startLbfgs(
    (point, slope) => {
      place(point)
      let value = loss(scores, gradient)
      for (let i = 0; i < size; i++) {
        const w = scores.coefficients[i]!
        const along = gradient.coefficients[i]! + squares * w
        value += 0.5 * squares * w * w
        slope[i] = along + lengths
        if (!split) continue
        value += lengths * (point[i]! + point[size + i]!)
        slope[size + i] = lengths - along
      }
      slope.set(gradient.intercepts, length - width)
      return value
    },
    new Float64Array(length),
    {
      memory: 10,
      gradientTolerance: fit.tolerance,
      valueTolerance: 1e-12,
      ...(split ? { lower: lowerBounds(length, width) } : {}),
    },
  )
  return {
    scores() {
      place(descent.x)
      return unscaled(scores, fit.scaling)
    },
    loss() {
      place(descent.x)
      return loss(scores, gradient)
    },
    step: () => descent.step(),
  }
}

function lowerBounds(length: number, width: number): Float64Array {
  return new Float64Array(length).fill(-Infinity, length - width)
}

/**
 * The weighted mean of −ln p of the actual classes with its gradient, over columns that are scaled on
 * the way: Σ (x − m) / s · w = Σ x · (w / s) − Σ m · (w / s), so zeros of the matrix cost nothing.
 */
function createLoss(
  x: Matrix,
  target: SoftmaxTarget,
  width: number,
  { weights, scaling }: SoftmaxFit,
): (scores: LinearScores, gradient: LinearScores) => number {
  const { rows, columns, data } = x
  const { mean, scale } = scaling
  const row = new Float64Array(width)
  const sums = new Float64Array(width)
  return (scores, gradient) => {
    const raw = unscaled(scores, scaling)
    const slope = gradient.coefficients
    slope.fill(0)
    sums.fill(0)
    let loss = 0
    for (let i = 0; i < rows; i++) {
      const share = weights[i]! / rows
      if (share === 0) continue
      row.set(raw.intercepts)
      addRow(data, i * columns, columns, raw.coefficients, width, row, 0)
      loss += share * toResiduals(row, target.classOf[i]!)
      for (let k = 0; k < width; k++) {
        row[k]! *= share
        sums[k]! += row[k]!
      }
      addOuter(data, i * columns, columns, row, slope)
    }
    for (let j = 0, at = 0; j < columns; j++) {
      for (let k = 0; k < width; k++, at++)
        slope[at] = (slope[at]! - mean[j]! * sums[k]!) / scale[j]!
    }
    gradient.intercepts.set(sums)
    return loss
  }
}

/** Turns scores into their derivatives of the loss, p − 1 of the actual class and p of others. */
function toResiduals(scores: Float64Array, actual: number): number {
  if (scores.length === 1) {
    const score = scores[0]!
    const signed = actual === 1 ? -score : score
    const e = exp(-Math.abs(signed))
    const p = signed > 0 ? 1 / (1 + e) : e / (1 + e)
    scores[0] = actual === 1 ? -p : p
    return Math.max(0, signed) + log1p(e)
  }
  let highest = -Infinity
  for (let k = 0; k < scores.length; k++) highest = Math.max(highest, scores[k]!)
  const own = scores[actual]!
  let sum = 0
  for (let k = 0; k < scores.length; k++) {
    const e = exp(scores[k]! - highest)
    scores[k] = e
    sum += e
  }
  for (let k = 0; k < scores.length; k++) scores[k]! /= sum
  scores[actual]! -= 1
  return log(sum) + highest - own
}

/** into[j · width + k] += data[from + j] row[k] */
function addOuter(
  data: Float32Array,
  from: number,
  columns: number,
  row: Float64Array,
  into: Float64Array,
): void {
  const width = row.length
  if (width === 1) {
    const factor = row[0]!
    for (let j = 0; j < columns; j++) into[j]! += factor * data[from + j]!
    return
  }
  for (let j = 0; j < columns; j++) {
    const value = data[from + j]!
    if (value === 0) continue
    const at = j * width
    for (let k = 0; k < width; k++) into[at + k]! += value * row[k]!
  }
}
