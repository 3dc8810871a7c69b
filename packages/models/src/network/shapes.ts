import type { Extent, Layer, Padding } from './layers.ts'

/** [features], [steps, features] or [channels, height, width]; NaN is a size that is not known. */
export type Sizes = readonly number[]

/** What a layer does to sizes: the new ones, or in a sentence why there are none. */
export type ShapeResult = { readonly sizes: Sizes } | { readonly problem: string }

/** Zeros before and after the places along one axis, and how many places come out. */
export interface Window {
  readonly kernel: number
  readonly stride: number
  readonly before: number
  readonly after: number
  readonly out: number
}

/**
 * Where a kernel stands along an axis of a size. `same` gives ceil(size / stride) places, the odd zero
 * after the end, as TensorFlow does; `valid` floor((size - kernel) / stride) + 1, at least one unless
 * the kernel is larger than the axis.
 */
export function windowOf(size: number, kernel: number, stride: number, padding: Padding): Window {
  if (padding === 'valid') {
    const out = Math.floor((size - kernel) / stride) + 1
    return { kernel, stride, before: 0, after: 0, out }
  }
  const out = Math.ceil(size / stride)
  const zeros = Math.max((out - 1) * stride + kernel - size, 0)
  const before = Math.floor(zeros / 2)
  return { kernel, stride, before, after: zeros - before, out }
}

/** [height, width]. */
export function pairOf(extent: Extent): readonly [number, number] {
  return typeof extent === 'number' ? [extent, extent] : extent
}

const forms = ['no tensor', 'a vector', 'a sequence', 'an image']

export function describeSizes(sizes: Sizes): string {
  const text = sizes.map((size) => (Number.isNaN(size) ? '?' : String(size))).join(', ')
  return `${forms[sizes.length] ?? 'a tensor'} [${text}]`
}

/** The sizes after one layer that has no layers within, and whose fields are right. */
export function sizesAfter(layer: Layer, input: Sizes): ShapeResult {
  switch (layer.kind) {
    case 'dense':
      if (input.length === 3) return wants('a vector or a sequence', input, flattenHint)
      return { sizes: [...input.slice(0, -1), layer.units] }
    case 'conv1d':
      return slide1d(input, layer.size, layer.stride ?? 1, layer.padding ?? 'valid', layer.filters)
    case 'maxPool1d':
    case 'averagePool1d':
      return slide1d(input, layer.size, layer.stride ?? layer.size, layer.padding ?? 'valid')
    case 'conv2d':
      return slide2d(input, layer.size, layer.stride ?? 1, layer.padding ?? 'valid', layer.filters)
    case 'maxPool2d':
    case 'averagePool2d':
      return slide2d(input, layer.size, layer.stride ?? layer.size, layer.padding ?? 'valid')
    case 'globalMaxPool':
    case 'globalAveragePool':
      if (input.length === 1) return wants('a sequence or an image', input)
      return { sizes: [input.length === 3 ? input[0]! : input[1]!] }
    case 'flatten':
      return { sizes: [product(input)] }
    case 'reshape':
      return reshaped(input, layer.shape)
    case 'sequence':
      if (input.length !== 3) return wants('an image', input)
      return { sizes: sequenceOf(input, layer.over ?? 'columns') }
    case 'embedding':
      if (input.length !== 1) return wants('a vector of indices', input)
      return { sizes: [input[0]!, layer.units] }
    case 'columnEmbedding':
      return columnsEmbedded(input, layer.columns)
    case 'lstm':
    case 'gru':
      if (input.length !== 2) return wants('a sequence', input, sequenceHint)
      return { sizes: layer.sequences === true ? [input[0]!, layer.units] : [layer.units] }
    default:
      return { sizes: input }
  }
}

const flattenHint = 'put a flatten or a global pool before it'
const sequenceHint = 'reshape to [steps, features], or put a sequence layer before it'

function wants(form: string, input: Sizes, hint?: string): ShapeResult {
  const mend = hint === undefined ? '' : `; ${hint}`
  return { problem: `takes ${form}, but ${describeSizes(input)} comes in${mend}.` }
}

export const product = (sizes: Sizes): number => sizes.reduce((all, size) => all * size, 1)

function slide1d(
  input: Sizes,
  size: number,
  stride: number,
  padding: Padding,
  filters?: number,
): ShapeResult {
  if (input.length !== 2) return wants('a sequence', input, 'reshape to [steps, features]')
  const [steps, features] = input as [number, number]
  const { out } = windowOf(steps, size, stride, padding)
  if (out < 1) return { problem: tooLarge(`${size} steps`, input) }
  return { sizes: [out, filters ?? features] }
}

function slide2d(
  input: Sizes,
  size: Extent,
  stride: Extent,
  padding: Padding,
  filters?: number,
): ShapeResult {
  if (input.length !== 3) return wants('an image', input, 'reshape to [channels, height, width]')
  const [channels, height, width] = input as [number, number, number]
  const [kernelHeight, kernelWidth] = pairOf(size)
  const [down, right] = pairOf(stride)
  const rows = windowOf(height, kernelHeight, down, padding).out
  const columns = windowOf(width, kernelWidth, right, padding).out
  if (rows < 1 || columns < 1) {
    return { problem: tooLarge(`${kernelHeight} × ${kernelWidth}`, input) }
  }
  return { sizes: [filters ?? channels, rows, columns] }
}

function tooLarge(size: string, input: Sizes): string {
  return (
    `has a size of ${size}, but only ${describeSizes(input)} comes in, so that nothing is left; ` +
    "make it smaller, leave out a layer that shrinks before it, or set padding: 'same'."
  )
}

function reshaped(input: Sizes, shape: readonly number[]): ShapeResult {
  const all = product(input)
  const given = product(shape.filter((size) => size !== -1))
  const rest = all / given
  const open = shape.includes(-1)
  if (open ? !Number.isInteger(rest) && !Number.isNaN(all) : all !== given && !Number.isNaN(all)) {
    const text = `[${shape.join(', ')}]`
    return { problem: `cannot make ${text} of the ${all} numbers of ${describeSizes(input)}.` }
  }
  return { sizes: shape.map((size) => (size === -1 ? rest : size)) }
}

function sequenceOf(input: Sizes, over: 'columns' | 'rows'): Sizes {
  const [channels, height, width] = input as [number, number, number]
  return over === 'columns' ? [width, channels * height] : [height, channels * width]
}

function columnsEmbedded(
  input: Sizes,
  columns: readonly { readonly column: number; readonly units: number }[],
): ShapeResult {
  if (input.length !== 1) return wants('a vector', input)
  const size = input[0]!
  const beyond = columns.find(({ column }) => column >= size)
  if (beyond !== undefined) {
    return { problem: `embeds column ${beyond.column}, but only ${size} columns come in.` }
  }
  if (new Set(columns.map(({ column }) => column)).size < columns.length) {
    return { problem: 'embeds a column twice; name every column once.' }
  }
  const units = columns.reduce((sum, column) => sum + column.units, 0)
  return { sizes: [size - columns.length + units] }
}
