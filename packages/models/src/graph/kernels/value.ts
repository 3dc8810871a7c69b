import { AttuneError } from '@attune/core'
import type { ElementType, GraphNode } from '../ir.ts'

/**
 * A tensor while the reference interpreter runs: row by row in float64, whatever its element type;
 * whole numbers are exact up to 2^53, bool is 0 or 1.
 */
export interface Value {
  readonly element: ElementType
  readonly dims: readonly number[]
  readonly data: Float64Array
}

/** What an operator does; an input that was left out is undefined. */
export type Kernel = (inputs: readonly (Value | undefined)[], node: GraphNode) => readonly Value[]

export type Kernels = Readonly<Record<string, Kernel>>

/** The error of a graph that does not run. */
export function engineError(what: string): AttuneError {
  return new AttuneError('models/engine', what)
}

/** An input that must be there. */
export function need(inputs: readonly (Value | undefined)[], at: number, node: GraphNode): Value {
  const value = inputs[at]
  if (value === undefined) {
    throw engineError(
      `The operator ${node.op} that makes ${node.outputs[0]} needs its input ${at}, which was left out.`,
    )
  }
  return value
}

export function volume(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1)
}

/** How far apart neighbours along each axis lie. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length)
  let step = 1
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = step
    step *= dims[axis] as number
  }
  return strides
}

export function wholeAxisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

/**
 * Reads an array with any strides, row by row, into a new one: this transposes, repeats (stride 0) and
 * cuts out.
 */
export function stridedCopy(
  source: Float64Array,
  dims: readonly number[],
  strides: readonly number[],
  offset: number,
): Float64Array {
  const result = new Float64Array(volume(dims))
  if (result.length === 0) return result
  const rank = dims.length
  if (rank === 0) {
    result[0] = source[offset] as number
    return result
  }
  const width = dims[rank - 1] as number
  const step = strides[rank - 1] as number
  const place = new Array<number>(rank).fill(0)
  let from = offset
  for (let at = 0; at < result.length; at += width) {
    for (let i = 0; i < width; i++) result[at + i] = source[from + i * step] as number
    for (let axis = rank - 2; axis >= 0; axis--) {
      from += strides[axis] as number
      const next = (place[axis] as number) + 1
      if (next < (dims[axis] as number)) {
        place[axis] = next
        break
      }
      from -= (dims[axis] as number) * (strides[axis] as number)
      place[axis] = 0
    }
  }
  return result
}

/** The dims that tensors have together when axes of size 1 are repeated. */
export function commonDims(node: GraphNode, values: readonly Value[]): number[] {
  const rank = Math.max(...values.map((value) => value.dims.length))
  const dims = new Array<number>(rank).fill(1)
  for (const value of values) {
    value.dims.forEach((size, i) => {
      const at = rank - value.dims.length + i
      if (size === 1) return
      if (dims[at] !== 1 && dims[at] !== size) {
        throw engineError(
          `The operator ${node.op} that makes ${node.outputs[0]} got tensors of ${values.map((v) => `[${v.dims.join(', ')}]`).join(' and ')}, which do not fit each other.`,
        )
      }
      dims[at] = size
    })
  }
  return dims
}

/** The numbers of a tensor when it has been repeated to other dims. */
export function repeated(value: Value, dims: readonly number[]): Float64Array {
  if (value.data.length === volume(dims) && value.dims.length <= dims.length) return value.data
  const lead = dims.length - value.dims.length
  const own = stridesOf(value.dims)
  const strides = dims.map((_, axis) => {
    const at = axis - lead
    return at < 0 || value.dims[at] === 1 ? 0 : (own[at] as number)
  })
  return stridedCopy(value.data, dims, strides, 0)
}

/** Whole numbers of a tensor, such as axes. */
export function integers(value: Value): number[] {
  return Array.from(value.data)
}
