import { exp, log } from '@attune/core/math'
import { intOf, intsOf } from '../attributes.ts'
import type { GraphNode } from '../ir.ts'
import {
  type Kernel,
  type Kernels,
  type Value,
  integers,
  need,
  stridedCopy,
  stridesOf,
  volume,
  wholeAxisOf,
} from './value.ts'

/** Axes from an input (of the sum) or an attribute (of all others); none means all. */
function axesOf(inputs: readonly (Value | undefined)[], node: GraphNode, rank: number): number[] {
  const given = inputs[1] === undefined ? intsOf(node, 'axes', []) : integers(inputs[1])
  if (given.length === 0) return Array.from({ length: rank }, (_, i) => i)
  return given.map((axis) => wholeAxisOf(axis, rank))
}

/** The groups that become one number each lie one after another. */
interface Grouped {
  readonly data: Float64Array
  readonly width: number
}

function grouped(x: Value, axes: readonly number[]): Grouped {
  const kept = x.dims.map((_, i) => i).filter((axis) => !axes.includes(axis))
  const order = [...kept, ...x.dims.map((_, i) => i).filter((axis) => axes.includes(axis))]
  const strides = stridesOf(x.dims)
  const data = order.every((axis, i) => axis === i)
    ? x.data
    : stridedCopy(
        x.data,
        order.map((axis) => x.dims[axis] as number),
        order.map((axis) => strides[axis] as number),
        0,
      )
  return { data, width: volume(axes.map((axis) => x.dims[axis] as number)) }
}

function reduction(fold: (data: Float64Array, start: number, width: number) => number): Kernel {
  return (inputs, node) => {
    const x = need(inputs, 0, node)
    const axes = axesOf(inputs, node, x.dims.length)
    const keep = intOf(node, 'keepdims', 1) === 1
    const dims = keep
      ? x.dims.map((size, i) => (axes.includes(i) ? 1 : size))
      : x.dims.filter((_, i) => !axes.includes(i))
    const { data, width } = grouped(x, axes)
    const result = new Float64Array(volume(dims))
    for (let i = 0; i < result.length; i++) result[i] = fold(data, i * width, width)
    return [{ element: x.element, dims, data: result }]
  }
}

function sumOf(data: Float64Array, start: number, width: number): number {
  let sum = 0
  for (let i = start; i < start + width; i++) sum += data[i] as number
  return sum
}

function greatest(data: Float64Array, start: number, width: number): number {
  let best = -Infinity
  for (let i = start; i < start + width; i++) best = Math.max(best, data[i] as number)
  return best
}

const argMax: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const axis = wholeAxisOf(intOf(node, 'axis', 0), x.dims.length)
  const keep = intOf(node, 'keepdims', 1) === 1
  const { data, width } = grouped(x, [axis])
  const result = new Float64Array(data.length / width)
  for (let i = 0; i < result.length; i++) {
    let best = 0
    for (let j = 1; j < width; j++) {
      if ((data[i * width + j] as number) > (data[i * width + best] as number)) best = j
    }
    result[i] = best
  }
  const dims = keep
    ? x.dims.map((size, i) => (i === axis ? 1 : size))
    : x.dims.filter((_, i) => i !== axis)
  return [{ element: 'int64', dims, data: result }]
}

/** Softmax along an axis, or its logarithm; the greatest is taken off first, so that nothing overflows. */
function softmax(logarithm: boolean): Kernel {
  return (inputs, node) => {
    const x = need(inputs, 0, node)
    const axis = wholeAxisOf(intOf(node, 'axis', -1), x.dims.length)
    const data = new Float64Array(x.data.length)
    const size = x.dims[axis] as number
    const pitch = volume(x.dims.slice(axis + 1))
    for (let start = 0; start < data.length; start += size * pitch) {
      for (let i = start; i < start + pitch; i++) {
        let top = -Infinity
        for (let j = 0; j < size; j++) top = Math.max(top, x.data[i + j * pitch] as number)
        let sum = 0
        for (let j = 0; j < size; j++) sum += exp((x.data[i + j * pitch] as number) - top)
        for (let j = 0; j < size; j++) {
          const share = (x.data[i + j * pitch] as number) - top - log(sum)
          data[i + j * pitch] = logarithm ? share : exp(share)
        }
      }
    }
    return [{ element: x.element, dims: x.dims, data }]
  }
}

export const reduceKernels: Kernels = {
  ReduceSum: reduction(sumOf),
  ReduceMean: reduction((data, start, width) => sumOf(data, start, width) / width),
  ReduceMax: reduction(greatest),
  ArgMax: argMax,
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
}
