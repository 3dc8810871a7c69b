import { intOf, textOf } from '../attributes.ts'
import type { GraphNode } from '../ir.ts'
import {
  type Kernel,
  type Kernels,
  engineError,
  integers,
  need,
  volume,
  wholeAxisOf,
} from './value.ts'

/** An index as a place from 0 up; below 0 it is counted from the end. */
function placeOf(index: number, size: number, node: GraphNode): number {
  const place = index < 0 ? index + size : index
  if (place >= 0 && place < size) return place
  throw engineError(
    `${node.op} that makes ${node.outputs[0]} got the index ${index}, but there are ${size} places.`,
  )
}

const gather: Kernel = (inputs, node) => {
  const [x, indices] = [need(inputs, 0, node), need(inputs, 1, node)]
  const axis = wholeAxisOf(intOf(node, 'axis', 0), x.dims.length)
  const size = x.dims[axis] as number
  const rows = volume(x.dims.slice(0, axis))
  const width = volume(x.dims.slice(axis + 1))
  const places = integers(indices).map((index) => placeOf(index, size, node))
  const dims = [...x.dims.slice(0, axis), ...indices.dims, ...x.dims.slice(axis + 1)]
  const data = new Float64Array(volume(dims))
  let to = 0
  for (let row = 0; row < rows; row++) {
    for (const place of places) {
      const from = (row * size + place) * width
      data.set(x.data.subarray(from, from + width), to)
      to += width
    }
  }
  return [{ element: x.element, dims, data }]
}

const scatter: Kernel = (inputs, node) => {
  const [x, indices, updates] = [
    need(inputs, 0, node),
    need(inputs, 1, node),
    need(inputs, 2, node),
  ]
  const depth = indices.dims.at(-1) as number
  const width = volume(x.dims.slice(depth))
  const adds = textOf(node, 'reduction', 'none') === 'add'
  const data = x.data.slice()
  const count = indices.data.length / Math.max(1, depth)
  for (let i = 0; i < count; i++) {
    let place = 0
    for (let j = 0; j < depth; j++) {
      const size = x.dims[j] as number
      place = place * size + placeOf(indices.data[i * depth + j] as number, size, node)
    }
    for (let j = 0; j < width; j++) {
      const at = place * width + j
      const update = updates.data[i * width + j] as number
      data[at] = adds ? (data[at] as number) + update : update
    }
  }
  return [{ ...x, data }]
}

/** Indices that are out of range give no 1 at all. */
const oneHot: Kernel = (inputs, node) => {
  const indices = need(inputs, 0, node)
  const depth = need(inputs, 1, node).data[0] as number
  const values = need(inputs, 2, node)
  const [off, on] = values.data as unknown as [number, number]
  const rank = indices.dims.length + 1
  const axis = wholeAxisOf(intOf(node, 'axis', -1), rank)
  const dims = [...indices.dims.slice(0, axis), depth, ...indices.dims.slice(axis)]
  const data = new Float64Array(volume(dims)).fill(off)
  const width = volume(indices.dims.slice(axis))
  indices.data.forEach((index, i) => {
    const place = index < 0 ? index + depth : index
    const row = Math.floor(i / width)
    if (place >= 0 && place < depth) data[(row * depth + place) * width + (i % width)] = on
  })
  return [{ element: values.element, dims, data }]
}

export const indexingKernels: Kernels = { Gather: gather, ScatterND: scatter, OneHot: oneHot }
