import { intOf, intsOf } from '../attributes.ts'
import { reshapeTo, unbroadcast, wholeNumbers } from '../broadcast.ts'
import { type GraphBuilder, type Tensor, impossible } from '../builder.ts'
import type { Dims } from '../ir.ts'
import { type Size, addSizes } from '../sizes.ts'
import { concat, pad, slice, split, transpose, zerosLike } from '../operators/shape.ts'
import {
  type Rule,
  type RuleCall,
  type Rules,
  constantInts,
  gradientOf,
  inputOf,
  outputOf,
} from './rule.ts'

/** Of operators that only call the axes otherwise. */
const reshapeBack: Rule = (call) => [reshapeTo(call.g, gradientOf(call), inputOf(call, 0).dims)]

const transposeRule: Rule = (call) => {
  const perm = intsOf(call.node, 'perm', [])
  const inverse = perm.map((_, axis) => perm.indexOf(axis))
  return [transpose(call.g, gradientOf(call), inverse)]
}

const concatRule: Rule = (call) => {
  const { g, node } = call
  const dy = gradientOf(call)
  const axis = intOf(node, 'axis', 0)
  const parts = call.inputs as readonly Tensor[]
  const sizes = parts.map((part) => part.dims[axis] as Size)
  const wanted = parts.filter((_, i) => call.wants(i)).length
  if (!sizes.every((size) => typeof size === 'number')) return splitLike(g, dy, parts, axis)
  if (wanted > 1) return split(g, dy, sizes, axis)
  return sizes.map((size, i) => {
    if (!call.wants(i)) return undefined
    const start = sizes.slice(0, i).reduce((sum, before) => sum + before, 0)
    return slice(g, dy, [{ axis, start, end: start + size }])
  })
}

/** Cut apart along an axis where other tensors of one type were joined, some of an open size. */
function splitLike(
  g: GraphBuilder,
  x: Tensor,
  parts: readonly Tensor[],
  axis: number,
): readonly Tensor[] {
  const place = { start: { int: axis }, end: { int: axis + 1 } }
  const sizes = parts.map((part) => {
    const size = part.dims[axis] as Size
    if (typeof size === 'number') return wholeNumbers(g, [size])
    return g.apply('Shape', [part], { element: 'int64', dims: [1] }, place)
  })
  return g.node('Split', [x, concat(g, sizes, 0)], parts, { axis: { int: axis } })
}

const splitRule: Rule = (call) => {
  const { g, outputs, node } = call
  const parts = outputs.map((output, i) => call.gradients[i] ?? zerosLike(g, output))
  return [concat(g, parts, intOf(node, 'axis', 0))]
}

/** Puts what a slice took back among zeros, axis by axis. */
const sliceRule: Rule = (call) => {
  const { g } = call
  const x = inputOf(call, 0)
  const [starts, axes] = [constantInts(call, 1), constantInts(call, 3)]
  const steps = constantInts(call, 4) ?? starts?.map(() => 1)
  if (starts === undefined || axes === undefined || steps === undefined) {
    throw impossible('The gradient of Slice needs starts, axes and steps that are constants.')
  }
  let dx = gradientOf(call)
  const pads = x.dims.map(() => [0, 0] as [number, number])
  axes.forEach((axis, i) => {
    const [start, step] = [starts[i] as number, steps[i] as number]
    const size = x.dims[axis] as Size
    if (step === 1) {
      pads[axis] = [start, restOf(size, dx.dims[axis] as Size, start)]
      return
    }
    const count = dx.dims[axis] as number
    const first = step > 0 ? start : start + (count - 1) * step
    if (step < 0) dx = slice(g, dx, [{ axis, step: -1 }])
    dx = spread(g, dx, axis, Math.abs(step))
    pads[axis] = [first, (size as number) - first - (dx.dims[axis] as number)]
  })
  return [pad(g, dx, pads)]
}

function restOf(size: Size, part: Size, start: number): number {
  const rest = addSizes(addSizes(size, part, -1), -start)
  if (typeof rest === 'number') return rest
  throw impossible(`A slice of the size ${part} leaves an open rest of ${size}.`)
}

/** Puts step - 1 zeros between the places along an axis. */
function spread(g: GraphBuilder, x: Tensor, axis: number, step: number): Tensor {
  if (step === 1) return x
  const count = x.dims[axis] as number
  const apart: Dims = [...x.dims.slice(0, axis + 1), 1, ...x.dims.slice(axis + 1)]
  const zeros = apart.map((_, i) => [0, i === axis + 1 ? step - 1 : 0] as const)
  const padded = pad(g, reshapeTo(g, x, apart), zeros)
  const joined = x.dims.map((size, i) => (i === axis ? count * step : size))
  return slice(g, reshapeTo(g, padded, joined), [{ axis, end: count * step - (step - 1) }])
}

const padRule: Rule = (call) => {
  const ends = constantInts(call, 1)
  const x = inputOf(call, 0)
  if (ends === undefined) throw impossible('The gradient of Pad needs pads that are constants.')
  const rank = x.dims.length
  const ranges = x.dims.flatMap((size, axis) => {
    const [before, after] = [ends[axis] as number, ends[rank + axis] as number]
    if (before === 0 && after === 0) return []
    if (typeof size === 'number') return [{ axis, start: before, end: before + size }]
    return [after === 0 ? { axis, start: before } : { axis, start: before, end: -after }]
  })
  return [slice(call.g, gradientOf(call), ranges)]
}

function expandRule(call: RuleCall): readonly Tensor[] {
  return [unbroadcast(call.g, gradientOf(call), outputOf(call), inputOf(call, 0))]
}

export const shapeRules: Rules = {
  Reshape: { rule: reshapeBack },
  Flatten: { rule: reshapeBack },
  Squeeze: { rule: reshapeBack },
  Unsqueeze: { rule: reshapeBack },
  Transpose: { rule: transposeRule },
  Concat: { rule: concatRule },
  Split: { rule: splitRule },
  Slice: { rule: sliceRule },
  Pad: { rule: padRule },
  Expand: { rule: expandRule, broadcasts: true },
}
