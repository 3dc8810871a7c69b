import type { Json } from '@attune/core'
import type { Matrix } from '../../matrix.ts'
import { packNumbers, unpackNumbers } from '../../packed.ts'
import { square } from '../../elementary.ts'

/** Columns are moved by `mean` and divided by `scale`. */
export interface Scaling {
  readonly mean: Float64Array
  readonly scale: Float64Array
}

/** Means and standard deviations of the columns; of columns without spread the scale is 1. */
export function scalingOf(x: Matrix, weights?: Float64Array): Scaling {
  const { rows, columns, data } = x
  const mean = new Float64Array(columns)
  const scale = new Float64Array(columns)
  let total = 0
  for (let i = 0; i < rows; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    total += weight
    const at = i * columns
    for (let j = 0; j < columns; j++) mean[j]! += weight * data[at + j]!
  }
  for (let j = 0; j < columns; j++) mean[j]! /= total
  for (let i = 0; i < rows; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    const at = i * columns
    for (let j = 0; j < columns; j++) {
      const distance = data[at + j]! - mean[j]!
      scale[j]! += weight * distance * distance
    }
  }
  for (let j = 0; j < columns; j++) {
    const deviation = Math.sqrt(scale[j]! / total)
    // Float32 numbers that are all alike leave a rest of about 1e-16 of the mean.
    scale[j] = deviation > 1e-12 * Math.abs(mean[j]!) ? deviation : 1
  }
  return { mean, scale }
}

/** The scaling that changes nothing. */
export function noScaling(columns: number): Scaling {
  return { mean: new Float64Array(columns), scale: new Float64Array(columns).fill(1) }
}

/** The scaled numbers, row by row. */
export function scaled(x: Matrix, scaling: Scaling): Float32Array {
  const { rows, columns, data } = x
  const { mean, scale } = scaling
  const result = new Float32Array(rows * columns)
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) result[at] = (data[at]! - mean[j]!) / scale[j]!
  }
  return result
}

export function scalingToJson(scaling: Scaling): Json {
  return { mean: packNumbers(scaling.mean), scale: packNumbers(scaling.scale) }
}

export function scalingFromJson(json: Json | undefined): Scaling {
  const { mean, scale } = json as { mean: Json; scale: Json }
  return { mean: unpackNumbers(mean, 'float64'), scale: unpackNumbers(scale, 'float64') }
}

/** The weighted mean and standard deviation of the target; of equal numbers the scale is 1. */
export function targetScale(
  values: Float64Array,
  weights: Float64Array,
): { readonly mean: number; readonly scale: number } {
  let mean = 0
  let total = 0
  for (const [i, value] of values.entries()) {
    mean += weights[i]! * value
    total += weights[i]!
  }
  mean /= total
  let squares = 0
  for (const [i, value] of values.entries()) squares += weights[i]! * square(value - mean)
  const deviation = Math.sqrt(squares / total)
  return { mean, scale: deviation > 0 ? deviation : 1 }
}
