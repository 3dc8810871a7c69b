import { intsOf } from '../attributes.ts'
import type { GraphNode } from '../ir.ts'
import { type Kernel, type Kernels, type Value, engineError, need } from './value.ts'

/**
 * Windows over tensors of one spatial axis are computed as over two of which the first has one place:
 * every field is [along the height, along the width].
 */
interface Window {
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  readonly before: readonly [number, number]
  readonly after: readonly [number, number]
}

type Pair = readonly [number, number]

function pairOf(values: readonly number[], missing: number): Pair {
  return values.length === 1
    ? [missing, values[0] as number]
    : [values[0] as number, values[1] as number]
}

function windowOf(node: GraphNode, kernel: readonly number[]): Window {
  const ones = kernel.map(() => 1)
  const pads = intsOf(
    node,
    'pads',
    [...ones, ...ones].map(() => 0),
  )
  return {
    kernel: pairOf(kernel, 1),
    strides: pairOf(intsOf(node, 'strides', ones), 1),
    dilations: pairOf(intsOf(node, 'dilations', ones), 1),
    before: pairOf(pads.slice(0, kernel.length), 0),
    after: pairOf(pads.slice(kernel.length), 0),
  }
}

/** Sizes of a tensor as [n, channels, height, width]. */
function planesOf(x: Value): readonly [number, number, number, number] {
  const [n, channels, ...rest] = x.dims
  if (rest.length < 1 || rest.length > 2) {
    throw engineError(
      `Windows move over one or two axes, but the tensor is [${x.dims.join(', ')}].`,
    )
  }
  return [n as number, channels as number, ...pairOf(rest, 1)]
}

function spatialOf(x: Value, sizes: Pair): readonly number[] {
  return x.dims.length === 3 ? [sizes[1]] : sizes
}

/** How many places a window can take along each axis. */
function placesOf(height: number, width: number, w: Window): Pair {
  const along = (size: number, i: 0 | 1): number => {
    const room = size + w.before[i] + w.after[i] - (w.kernel[i] - 1) * w.dilations[i] - 1
    return Math.floor(room / w.strides[i]) + 1
  }
  return [along(height, 0), along(width, 1)]
}

/**
 * Goes through every pair of a place of the window [coarse] and a place of the tensor below it
 * [fine], for one tap of the kernel, row by row.
 */
function eachRow(
  w: Window,
  tap: Pair,
  fine: Pair,
  coarse: Pair,
  visit: (coarseAt: number, fineAt: number, count: number) => void,
): void {
  const shift = tap[1] * w.dilations[1] - w.before[1]
  const stride = w.strides[1]
  const first = Math.max(0, Math.ceil(-shift / stride))
  const last = Math.min(coarse[1] - 1, Math.floor((fine[1] - 1 - shift) / stride))
  if (last < first) return
  for (let y = 0; y < coarse[0]; y++) {
    const row = y * w.strides[0] + tap[0] * w.dilations[0] - w.before[0]
    if (row < 0 || row >= fine[0]) continue
    visit(y * coarse[1] + first, row * fine[1] + first * stride + shift, last - first + 1)
  }
}

interface Planes {
  readonly n: number
  /** Channels of the tensor with the finer places, and of the other. */
  readonly fineChannels: number
  readonly coarseChannels: number
  readonly fine: Pair
  readonly coarse: Pair
}

/**
 * Visits all taps of all pairs of channels: `weight` is the place in [coarse channels, fine
 * channels, …kernel].
 */
function eachTap(
  w: Window,
  planes: Planes,
  visit: (weight: number, coarseAt: number, fineAt: number, count: number) => void,
): void {
  const { n, fineChannels, coarseChannels, fine, coarse } = planes
  const area = w.kernel[0] * w.kernel[1]
  for (let example = 0; example < n; example++) {
    for (let m = 0; m < coarseChannels; m++) {
      const coarseStart = (example * coarseChannels + m) * coarse[0] * coarse[1]
      for (let c = 0; c < fineChannels; c++) {
        const fineStart = (example * fineChannels + c) * fine[0] * fine[1]
        for (let tap = 0; tap < area; tap++) {
          const weight = (m * fineChannels + c) * area + tap
          const at: Pair = [Math.floor(tap / w.kernel[1]), tap % w.kernel[1]]
          eachRow(w, at, fine, coarse, (coarseAt, fineAt, count) =>
            visit(weight, coarseStart + coarseAt, fineStart + fineAt, count),
          )
        }
      }
    }
  }
}

/** A result that begins with the bias of its channel. */
function biased(n: number, channels: number, area: number, bias: Value | undefined): Float64Array {
  const data = new Float64Array(n * channels * area)
  if (bias === undefined) return data
  for (let i = 0; i < n * channels; i++) {
    data.fill(bias.data[i % channels] as number, i * area, (i + 1) * area)
  }
  return data
}

const conv: Kernel = (inputs, node) => {
  const [x, weights] = [need(inputs, 0, node), need(inputs, 1, node)]
  const w = windowOf(node, weights.dims.slice(2))
  const [n, channels, height, width] = planesOf(x)
  const units = weights.dims[0] as number
  const coarse = placesOf(height, width, w)
  const data = biased(n, units, coarse[0] * coarse[1], inputs[2])
  const planes = {
    n,
    fineChannels: channels,
    coarseChannels: units,
    fine: [height, width] as const,
    coarse,
  }
  const stride = w.strides[1]
  eachTap(w, planes, (weight, to, from, count) => {
    const factor = weights.data[weight] as number
    for (let i = 0; i < count; i++) {
      data[to + i] = (data[to + i] as number) + factor * (x.data[from + i * stride] as number)
    }
  })
  return [{ element: 'float', dims: [n, units, ...spatialOf(x, coarse)], data }]
}

const convTranspose: Kernel = (inputs, node) => {
  const [x, weights] = [need(inputs, 0, node), need(inputs, 1, node)]
  const kernel = weights.dims.slice(2)
  const w = windowOf(node, kernel)
  const extra = pairOf(
    intsOf(
      node,
      'output_padding',
      kernel.map(() => 0),
    ),
    0,
  )
  const [n, channels, height, width] = planesOf(x)
  const units = weights.dims[1] as number
  const along = (size: number, i: 0 | 1): number =>
    (size - 1) * w.strides[i] +
    (w.kernel[i] - 1) * w.dilations[i] +
    1 -
    w.before[i] -
    w.after[i] +
    extra[i]
  const fine: Pair = [along(height, 0), along(width, 1)]
  const data = biased(n, units, fine[0] * fine[1], inputs[2])
  const planes = {
    n,
    fineChannels: units,
    coarseChannels: channels,
    fine,
    coarse: [height, width] as const,
  }
  const stride = w.strides[1]
  eachTap(w, planes, (weight, from, to, count) => {
    const factor = weights.data[weight] as number
    for (let i = 0; i < count; i++) {
      const at = to + i * stride
      data[at] = (data[at] as number) + factor * (x.data[from + i] as number)
    }
  })
  return [{ element: 'float', dims: [n, units, ...spatialOf(x, fine)], data }]
}

/** Visits the places below each window of every plane, without padding. */
function eachWindow(
  x: Value,
  w: Window,
  coarse: Pair,
  visit: (at: number, places: readonly number[]) => void,
): void {
  const [n, channels, height, width] = planesOf(x)
  let at = 0
  for (let plane = 0; plane < n * channels; plane++) {
    for (let y = 0; y < coarse[0]; y++) {
      for (let z = 0; z < coarse[1]; z++) {
        const places: number[] = []
        for (let i = 0; i < w.kernel[0]; i++) {
          const row = y * w.strides[0] + i * w.dilations[0] - w.before[0]
          if (row < 0 || row >= height) continue
          for (let j = 0; j < w.kernel[1]; j++) {
            const column = z * w.strides[1] + j * w.dilations[1] - w.before[1]
            if (column < 0 || column >= width) continue
            places.push((plane * height + row) * width + column)
          }
        }
        visit(at++, places)
      }
    }
  }
}

const maxPool: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const w = windowOf(node, intsOf(node, 'kernel_shape', []))
  const [n, channels, height, width] = planesOf(x)
  const coarse = placesOf(height, width, w)
  const dims = [n, channels, ...spatialOf(x, coarse)]
  const data = new Float64Array(n * channels * coarse[0] * coarse[1])
  const indices = new Float64Array(data.length)
  eachWindow(x, w, coarse, (at, places) => {
    let best = places[0] as number
    for (const place of places) {
      if ((x.data[place] as number) > (x.data[best] as number)) best = place
    }
    indices[at] = best
    data[at] = x.data[best] as number
  })
  return [
    { element: 'float', dims, data },
    { element: 'int64', dims, data: indices },
  ]
}

const averagePool: Kernel = (inputs, node) => {
  const x = need(inputs, 0, node)
  const w = windowOf(node, intsOf(node, 'kernel_shape', []))
  const [n, channels, height, width] = planesOf(x)
  const coarse = placesOf(height, width, w)
  const data = new Float64Array(n * channels * coarse[0] * coarse[1])
  eachWindow(x, w, coarse, (at, places) => {
    let sum = 0
    for (const place of places) sum += x.data[place] as number
    data[at] = sum / places.length
  })
  return [{ element: 'float', dims: [n, channels, ...spatialOf(x, coarse)], data }]
}

const maxUnpool: Kernel = (inputs, node) => {
  const [x, indices] = [need(inputs, 0, node), need(inputs, 1, node)]
  const kernel = intsOf(node, 'kernel_shape', [])
  const w = windowOf(node, kernel)
  const [n, channels, height, width] = planesOf(x)
  const sizes: Pair = [
    (height - 1) * w.strides[0] + w.kernel[0] - w.before[0] - w.after[0],
    (width - 1) * w.strides[1] + w.kernel[1] - w.before[1] - w.after[1],
  ]
  const data = new Float64Array(n * channels * sizes[0] * sizes[1])
  indices.data.forEach((place, i) => {
    data[place] = x.data[i] as number
  })
  return [{ element: 'float', dims: [n, channels, ...spatialOf(x, sizes)], data }]
}

export const windowKernels: Kernels = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: maxPool,
  MaxUnpool: maxUnpool,
  AveragePool: averagePool,
}
