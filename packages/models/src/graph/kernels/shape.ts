import { intOf, intsOf } from '../attributes.ts'
import type { GraphNode } from '../ir.ts'
import {
  type Kernel,
  type Kernels,
  type Value,
  commonDims,
  engineError,
  integers,
  need,
  repeated,
  stridedCopy,
  stridesOf,
  volume,
  wholeAxisOf,
} from './value.ts'

function withDims(x: Value, dims: readonly number[]): readonly Value[] {
  return [{ ...x, dims }]
}

/** 0 keeps a size, -1 is what is left. */
const reshape: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const target = integers(need(inputs, 1, node)).map((size, i) =>
    size === 0 ? (x.dims[i] ?? 0) : size,
  )
  const known = target.reduce((product, size) => (size === -1 ? product : product * size), 1)
  const dims = target.map((size) => (size === -1 ? x.data.length / known : size))
  if (volume(dims) !== x.data.length) {
    throw engineError(
      `Reshape that makes ${node.outputs[0]} got [${x.dims.join(', ')}], which cannot become [${target.join(', ')}].`,
    )
  }
  return withDims(x, dims)
}

const flatten: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const axis = wholeAxisOf(intOf(node, 'axis', 1), x.dims.length)
  return withDims(x, [volume(x.dims.slice(0, axis)), volume(x.dims.slice(axis))])
}

const squeeze: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const given = inputs[1] === undefined ? undefined : integers(inputs[1])
  const axes = given?.map((axis) => wholeAxisOf(axis, x.dims.length))
  const dims = x.dims.filter((size, i) => (axes === undefined ? size !== 1 : !axes.includes(i)))
  return withDims(x, dims)
}

const unsqueeze: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const given = integers(need(inputs, 1, node))
  const rank = x.dims.length + given.length
  const axes = given.map((axis) => wholeAxisOf(axis, rank))
  const rest = [...x.dims]
  const dims = Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : (rest.shift() ?? 1)))
  return withDims(x, dims)
}

const transpose: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const perm = intsOf(
    node,
    'perm',
    x.dims.map((_, i) => x.dims.length - 1 - i),
  )
  const own = stridesOf(x.dims)
  const dims = perm.map((axis) => x.dims[axis] as number)
  const strides = perm.map((axis) => own[axis] as number)
  return [{ element: x.element, dims, data: stridedCopy(x.data, dims, strides, 0) }]
}

const concat: Kernel = (inputs, node) => {
  const parts = inputs.map((_, i) => need(inputs, i, node))
  const first = parts[0] as Value
  const axis = wholeAxisOf(intOf(node, 'axis', 0), first.dims.length)
  const total = parts.reduce((sum, part) => sum + (part.dims[axis] as number), 0)
  const dims = first.dims.map((size, i) => (i === axis ? total : size))
  const data = new Float64Array(volume(dims))
  const rows = volume(first.dims.slice(0, axis))
  const pitch = data.length / Math.max(1, rows)
  let offset = 0
  for (const part of parts) {
    const width = volume(part.dims.slice(axis))
    for (let row = 0; row < rows; row++) {
      data.set(part.data.subarray(row * width, (row + 1) * width), row * pitch + offset)
    }
    offset += width
  }
  return [{ element: first.element, dims, data }]
}

const split: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const axis = wholeAxisOf(intOf(node, 'axis', 0), x.dims.length)
  const size = x.dims[axis] as number
  const count = node.outputs.length
  const sizes = inputs[1] === undefined ? node.outputs.map(() => size / count) : integers(inputs[1])
  let start = 0
  return sizes.map((part) => {
    const value = cut(x, axis, start, part)
    start += part
    return value
  })
}

function cut(x: Value, axis: number, start: number, size: number): Value {
  const dims = x.dims.map((other, i) => (i === axis ? size : other))
  const strides = stridesOf(x.dims)
  const data = stridedCopy(x.data, dims, strides, start * (strides[axis] as number))
  return { element: x.element, dims, data }
}

const slice: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const starts = integers(need(inputs, 1, node))
  const ends = integers(need(inputs, 2, node))
  const axes = inputs[3] === undefined ? starts.map((_, i) => i) : integers(inputs[3])
  const steps = inputs[4] === undefined ? starts.map(() => 1) : integers(inputs[4])
  const dims = [...x.dims]
  const strides = stridesOf(x.dims)
  let offset = 0
  axes.forEach((given, i) => {
    const axis = wholeAxisOf(given, x.dims.length)
    const size = x.dims[axis] as number
    const step = steps[i] as number
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1]
    const bound = (place: number): number =>
      Math.min(high, Math.max(low, place < 0 ? place + size : place))
    const start = bound(starts[i] as number)
    dims[axis] = Math.max(0, Math.ceil((bound(ends[i] as number) - start) / step))
    offset += start * (strides[axis] as number)
    strides[axis] = (strides[axis] as number) * step
  })
  return [{ element: x.element, dims, data: stridedCopy(x.data, dims, strides, offset) }]
}

const expand: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const shape = integers(need(inputs, 1, node))
  const dims = commonDims(node, [x, { element: 'float', dims: shape, data: new Float64Array() }])
  return [{ element: x.element, dims, data: repeated(x, dims) }]
}

const pad: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const ends = integers(need(inputs, 1, node))
  const rank = x.dims.length
  const dims = x.dims.map((size, i) => size + (ends[i] as number) + (ends[rank + i] as number))
  const data = new Float64Array(volume(dims)).fill(inputs[2]?.data[0] ?? 0)
  const strides = stridesOf(dims)
  const origin = strides.reduce((sum, stride, i) => sum + stride * (ends[i] as number), 0)
  const width = rank === 0 ? 1 : (x.dims[rank - 1] as number)
  for (let at = 0; at < x.data.length; at += width) {
    let to = origin
    let rest = at
    for (let axis = rank - 1; axis >= 0; axis--) {
      const size = x.dims[axis] as number
      to += (rest % size) * (strides[axis] as number)
      rest = Math.floor(rest / size)
    }
    data.set(x.data.subarray(at, at + width), to)
  }
  return [{ element: x.element, dims, data }]
}

const shape: Kernel = (inputs, node) => {
  const { dims } = need(inputs, 0, node)
  const part = dims.slice(intOf(node, 'start', 0), intOf(node, 'end', dims.length))
  return [{ element: 'int64', dims: [part.length], data: Float64Array.from(part) }]
}

const size: Kernel = (inputs, node) => {
  const count = need(inputs, 0, node).data.length
  return [{ element: 'int64', dims: [], data: Float64Array.of(count) }]
}

const zeros = (inputs: readonly (Value | undefined)[], node: GraphNode): readonly Value[] => {
  const dims = integers(need(inputs, 0, node))
  return [{ element: 'float', dims, data: new Float64Array(volume(dims)) }]
}

export const shapeKernels: Kernels = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: slice,
  Expand: expand,
  Pad: pad,
  Shape: shape,
  Size: size,
  ConstantOfShape: zeros,
}
