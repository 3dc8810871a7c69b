import { broadcastDims, expandLike, reshapeTo, shapeOf, wholeNumbers } from '../broadcast.ts'
import { type GraphBuilder, type Tensor, impossible } from '../builder.ts'
import type { Dims } from '../ir.ts'
import { type Size, addSizes, divideSizes, elementCount, isStatic, showDims } from '../sizes.ts'
import { wholeAxis } from './activations.ts'
import { ELEMENT_CODES, requireElement } from './arithmetic.ts'

/** Axes in another order; by default the last first. */
export function transpose(g: GraphBuilder, x: Tensor, order?: readonly number[]): Tensor {
  const perm = order ?? x.dims.map((_, i) => x.dims.length - 1 - i)
  const sorted = [...perm].sort((a, b) => a - b)
  if (perm.length !== x.dims.length || sorted.some((axis, i) => axis !== i)) {
    throw impossible(
      `Transpose of ${showDims(x.dims)} by [${perm.join(', ')}]: every axis from 0 to ${x.dims.length - 1} must be named once.`,
    )
  }
  if (perm.every((axis, i) => axis === i)) return x
  const dims = perm.map((axis) => x.dims[axis] as Size)
  return g.apply('Transpose', [x], { element: x.element, dims }, { perm: { ints: perm } })
}

/** The same values with other dims; one size may be -1, which stands for what is left. */
export function reshape(g: GraphBuilder, x: Tensor, dims: Dims): Tensor {
  const free = dims.indexOf(-1)
  if (free < 0) return reshapeTo(g, x, dims)
  const others = elementCount(dims.filter((_, i) => i !== free))
  const rest = divideSizes(elementCount(x.dims), others)
  if (rest === undefined) {
    throw impossible(
      `Reshape of ${showDims(x.dims)} to ${showDims(dims)}: ${elementCount(x.dims)} elements cannot be shared out in parts of ${others}.`,
    )
  }
  return reshapeTo(
    g,
    x,
    dims.map((size, i) => (i === free ? rest : size)),
  )
}

/** A matrix: the axes before `axis` (default 1) become one, and those from it on the other. */
export function flatten(g: GraphBuilder, x: Tensor, axis: number = 1): Tensor {
  if (!Number.isInteger(axis) || axis < 0 || axis > x.dims.length) {
    throw impossible(`Flatten of ${showDims(x.dims)} at axis ${axis}: give 0 to ${x.dims.length}.`)
  }
  const dims = [elementCount(x.dims.slice(0, axis)), elementCount(x.dims.slice(axis))]
  return g.apply('Flatten', [x], { element: x.element, dims }, { axis: { int: axis } })
}

/** Leaves out axes of size 1. */
export function squeeze(g: GraphBuilder, x: Tensor, axes: readonly number[]): Tensor {
  const whole = axes.map((axis) => wholeAxis('Squeeze', x, axis))
  for (const axis of whole) {
    if (x.dims[axis] !== 1) {
      throw impossible(
        `Squeeze of ${showDims(x.dims)} along axis ${axis}: only axes of size 1 can be left out.`,
      )
    }
  }
  const dims = x.dims.filter((_, i) => !whole.includes(i))
  return g.apply('Squeeze', [x, wholeNumbers(g, whole)], { element: x.element, dims })
}

/** Puts axes of size 1 in, counted in the result. */
export function unsqueeze(g: GraphBuilder, x: Tensor, axes: readonly number[]): Tensor {
  const rank = x.dims.length + axes.length
  const whole = axes.map((axis) => (axis < 0 ? axis + rank : axis))
  const fine = whole.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank)
  if (!fine || new Set(whole).size !== whole.length) {
    throw impossible(
      `Unsqueeze of ${showDims(x.dims)} at the axes [${axes.join(', ')}]: the result has the axes ${-rank} to ${rank - 1}, and each may be named once.`,
    )
  }
  const rest = [...x.dims]
  const dims = Array.from({ length: rank }, (_, i) =>
    whole.includes(i) ? 1 : (rest.shift() as Size),
  )
  return g.apply('Unsqueeze', [x, wholeNumbers(g, whole)], { element: x.element, dims })
}

/** One after another along an axis; all other sizes must be equal. */
export function concat(g: GraphBuilder, parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts
  if (first === undefined) throw impossible('Concat needs at least one tensor, but none was given.')
  if (parts.length === 1) return first
  const along = wholeAxis('Concat', first, axis)
  let size: Size = 0
  for (const part of parts) {
    const fits =
      part.element === first.element &&
      part.dims.length === first.dims.length &&
      part.dims.every((other, i) => i === along || other === first.dims[i])
    if (!fits) {
      throw impossible(
        `Concat along axis ${along} of ${parts.map((p) => `${p.element} ${showDims(p.dims)}`).join(' and ')}: element types and all other sizes must be equal.`,
      )
    }
    size = addSizes(size, part.dims[along] as Size)
  }
  const dims = first.dims.map((other, i) => (i === along ? size : other))
  return g.apply('Concat', parts, { element: first.element, dims }, { axis: { int: along } })
}

export interface SliceRange {
  readonly axis: number
  /** Counted from the end when negative. Default 0, or the last for a negative step. */
  readonly start?: number
  /** The first that is left out; counted from the end when negative. Default all up to the end. */
  readonly end?: number
  /** Default 1; -1 turns an axis round. An axis of an open size takes only 1. */
  readonly step?: number
}

/** Stands for "up to the end", whatever the size. */
const END = 2147483647

/** A part along each of some axes. */
export function slice(g: GraphBuilder, x: Tensor, ranges: readonly SliceRange[]): Tensor {
  const dims = [...x.dims]
  const places = ranges.map((range) => {
    const axis = wholeAxis('Slice', x, range.axis)
    const size = x.dims[axis] as Size
    const place = typeof size === 'number' ? closedRange(size, range) : openRange(size, range)
    dims[axis] = place.size
    return { axis, ...place }
  })
  if (
    places.every(
      ({ axis, start, step }) => start === 0 && step === 1 && dims[axis] === x.dims[axis],
    )
  ) {
    return x
  }
  const inputs = [
    x,
    wholeNumbers(
      g,
      places.map((place) => place.start),
    ),
    wholeNumbers(
      g,
      places.map((place) => place.end),
    ),
    wholeNumbers(
      g,
      places.map((place) => place.axis),
    ),
    places.every((place) => place.step === 1)
      ? undefined
      : wholeNumbers(
          g,
          places.map((place) => place.step),
        ),
  ]
  return g.apply('Slice', inputs, { element: x.element, dims })
}

interface Place {
  readonly start: number
  readonly end: number
  readonly step: number
  readonly size: Size
}

function closedRange(size: number, range: SliceRange): Place {
  const step = range.step ?? 1
  if (!Number.isInteger(step) || step === 0) {
    throw impossible(`Slice with step ${step}: the step must be a whole number other than 0.`)
  }
  const whole = (value: number): number => (value < 0 ? value + size : value)
  const bound = (value: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, value))
  if (step > 0) {
    const start = bound(whole(range.start ?? 0), 0, size)
    const end = bound(whole(range.end ?? size), 0, size)
    return { start, end, step, size: Math.max(0, Math.ceil((end - start) / step)) }
  }
  const start = bound(whole(range.start ?? size - 1), -1, size - 1)
  const end = range.end === undefined ? -1 : bound(whole(range.end), -1, size - 1)
  const count = Math.max(0, Math.ceil((end - start) / step))
  return { start, end: end < 0 ? -END : end, step, size: count }
}

function openRange(size: Size, range: SliceRange): Place {
  const { start = 0, end, step = 1 } = range
  if (step !== 1 || start < 0 || (end !== undefined && end >= 0)) {
    throw impossible(
      `Slice of the open size ${size} from ${start} to ${end ?? 'the end'} by ${step}: an open size takes a start from 0 up, an end counted from the end (below 0, or left out) and step 1.`,
    )
  }
  return { start, end: end ?? END, step, size: addSizes(size, (end ?? 0) - start) }
}

/** Parts of the given sizes along an axis. */
export function split(
  g: GraphBuilder,
  x: Tensor,
  sizes: readonly number[],
  axis: number,
): readonly Tensor[] {
  const along = wholeAxis('Split', x, axis)
  if (sizes.reduce((sum, size) => sum + size, 0) !== x.dims[along]) {
    throw impossible(
      `Split of ${showDims(x.dims)} along axis ${along} into [${sizes.join(', ')}]: the parts must add up to ${x.dims[along]}.`,
    )
  }
  if (sizes.length === 1) return [x]
  const types = sizes.map((size) => ({
    element: x.element,
    dims: x.dims.map((other, i) => (i === along ? size : other)),
  }))
  return g.node('Split', [x, wholeNumbers(g, sizes)], types, { axis: { int: along } })
}

/** Repeats axes of size 1, and puts axes before, until the dims are those given. */
export function expand(g: GraphBuilder, x: Tensor, dims: readonly number[]): Tensor {
  requireExpandable(x, dims)
  if (isStatic(x.dims) && x.dims.join() === dims.join()) return x
  return g.apply('Expand', [x, wholeNumbers(g, dims)], { element: x.element, dims })
}

/** As `expand`, to the dims of another tensor, which may be open. */
export function expandTo(g: GraphBuilder, x: Tensor, like: Tensor): Tensor {
  requireExpandable(x, like.dims)
  return expandLike(g, x, like)
}

function requireExpandable(x: Tensor, dims: Dims): void {
  const result = broadcastDims('Expand', x.dims, dims)
  if (result.length !== dims.length || result.some((size, i) => size !== dims[i])) {
    throw impossible(
      `Expand of ${showDims(x.dims)} to ${showDims(dims)}: only axes of size 1 can be repeated.`,
    )
  }
}

/** Puts `before` and `after` places with a value (default 0) around; a pair an axis. */
export function pad(
  g: GraphBuilder,
  x: Tensor,
  pads: readonly (readonly [before: number, after: number])[],
  value: number = 0,
): Tensor {
  requireElement('Pad', x, 'float')
  const whole = pads.every(
    ([a, b]) => Number.isInteger(a) && Number.isInteger(b) && a >= 0 && b >= 0,
  )
  if (pads.length !== x.dims.length || !whole) {
    throw impossible(
      `Pad of ${showDims(x.dims)} by [${pads.map((p) => `[${p.join(', ')}]`).join(', ')}]: every axis needs two whole numbers from 0 up.`,
    )
  }
  if (pads.every(([a, b]) => a === 0 && b === 0)) return x
  const dims = x.dims.map((size, i) => {
    const [before, after] = pads[i] as readonly [number, number]
    return addSizes(size, before + after)
  })
  const ends = wholeNumbers(g, [...pads.map(([a]) => a), ...pads.map(([, b]) => b)])
  const inputs = value === 0 ? [x, ends] : [x, ends, g.constant(value)]
  return g.apply('Pad', inputs, { element: 'float', dims })
}

/** The number of elements, as a float without dims: 1 / it makes means over open sizes. */
export function countOf(g: GraphBuilder, x: Tensor): Tensor {
  const count = elementCount(x.dims)
  if (typeof count === 'number') return g.constant(count)
  const size = g.apply('Size', [x], { element: 'int64', dims: [] })
  return g.apply(
    'Cast',
    [size],
    { element: 'float', dims: [] },
    { to: { int: ELEMENT_CODES.float } },
  )
}

/** Zeros with the dims of another tensor. */
export function zerosLike(g: GraphBuilder, x: Tensor): Tensor {
  return g.apply('ConstantOfShape', [shapeOf(g, x)], { element: 'float', dims: x.dims })
}
