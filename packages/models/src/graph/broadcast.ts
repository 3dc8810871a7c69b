import { type GraphBuilder, type Tensor, impossible } from './builder.ts'
import type { Dims } from './ir.ts'
import { type Size, elementCount, isStatic, sameDims, showDims } from './sizes.ts'

/**
 * The dims of an elementwise operator on tensors of these dims: aligned at the last axis, sizes are
 * equal or one of them is 1. An open size is never taken for 1.
 */
export function broadcastDims(what: string, ...shapes: readonly Dims[]): Dims {
  const rank = Math.max(...shapes.map((dims) => dims.length))
  const result: Size[] = new Array<Size>(rank).fill(1)
  for (const dims of shapes) {
    dims.forEach((size, i) => {
      const at = rank - dims.length + i
      if (size === 1) return
      if (result[at] !== 1 && result[at] !== size) {
        throw impossible(
          `${what} of ${shapes.map(showDims).join(' and ')}: the sizes ${result[at]} and ${size} do not fit each other; aligned at the last axis, sizes must be equal or 1.`,
        )
      }
      result[at] = size
    })
  }
  return result
}

/** A vector of whole numbers, as many operators take dims, axes and places. */
export function wholeNumbers(g: GraphBuilder, values: readonly number[]): Tensor {
  return g.constant(values, [values.length], 'int64')
}

/** The dims of a tensor as a tensor, known when the graph runs. */
export function shapeOf(g: GraphBuilder, x: Tensor): Tensor {
  if (isStatic(x.dims)) return wholeNumbers(g, x.dims)
  return g.apply('Shape', [x], { element: 'int64', dims: [x.dims.length] })
}

/**
 * The same values with other dims; at most one open size may stand where the tensor has another.
 *
 * @throws AttuneError `models/impossible` when the number of elements is another
 */
export function reshapeTo(g: GraphBuilder, x: Tensor, dims: Dims): Tensor {
  if (sameDims(x.dims, dims)) return x
  if (elementCount(x.dims) !== elementCount(dims)) {
    throw impossible(
      `Reshape of ${showDims(x.dims)} to ${showDims(dims)}: there are ${elementCount(x.dims)} elements before and ${elementCount(dims)} after, but they must be as many.`,
    )
  }
  const target = dims.map((size, i) =>
    typeof size === 'number' ? size : size === x.dims[i] ? 0 : -1,
  )
  if (target.filter((size) => size === -1).length > 1) {
    throw impossible(
      `Reshape of ${showDims(x.dims)} to ${showDims(dims)}: only one open size may move to another axis.`,
    )
  }
  const shape = wholeNumbers(g, target)
  return g.apply('Reshape', [x, shape], { element: x.element, dims })
}

/** `x` repeated until it has the dims of `like`. */
export function expandLike(g: GraphBuilder, x: Tensor, like: Tensor): Tensor {
  if (sameDims(x.dims, like.dims)) return x
  return g.apply('Expand', [x, shapeOf(g, like)], { element: x.element, dims: like.dims })
}

/**
 * The gradient with respect to an operand of an elementwise operator: `dy`, broadcastable to the
 * operator's output `y`, summed over the axes along which the operand was repeated. The result is
 * broadcastable to the operand.
 */
export function unbroadcast(g: GraphBuilder, dy: Tensor, y: Tensor, operand: Tensor): Tensor {
  const rank = y.dims.length
  const at = (dims: Dims, axis: number): Size => dims[axis - rank + dims.length] ?? 1
  const repeated: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    if (at(operand.dims, axis) === 1 && at(y.dims, axis) !== 1) repeated.push(axis)
  }
  // Where dy is itself still to be repeated along such an axis, the sum has as many equal terms.
  const full = repeated.every((axis) => at(dy.dims, axis) !== 1)
  const whole = full ? dy : expandLike(g, dy, y)
  const lead = rank - whole.dims.length
  const axes = repeated.map((axis) => axis - lead)
  const summed = sumOver(
    g,
    whole,
    axes,
    axes.some((axis) => axis + lead >= rank - operand.dims.length),
  )
  const surplus = summed.dims.length - operand.dims.length
  return surplus <= 0 ? summed : reshapeTo(g, summed, summed.dims.slice(surplus))
}

/** ReduceSum over axes from 0 up; the axes stay with size 1 or go. */
export function sumOver(
  g: GraphBuilder,
  x: Tensor,
  axes: readonly number[],
  keep: boolean,
): Tensor {
  if (axes.length === 0) return x
  const dims = keep
    ? x.dims.map((size, i) => (axes.includes(i) ? 1 : size))
    : x.dims.filter((_, i) => !axes.includes(i))
  return g.apply(
    'ReduceSum',
    [x, wholeNumbers(g, axes)],
    { element: x.element, dims },
    { keepdims: { int: keep ? 1 : 0 } },
  )
}
