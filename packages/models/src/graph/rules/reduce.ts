import { intsOf } from '../attributes.ts'
import { reshapeTo } from '../broadcast.ts'
import type { Tensor } from '../builder.ts'
import { type Size, elementCount, isStatic } from '../sizes.ts'
import { cast, div, equal, mul } from '../operators/arithmetic.ts'
import { reduceSum } from '../operators/reduce.ts'
import { countOf } from '../operators/shape.ts'
import {
  type Rule,
  type RuleCall,
  type Rules,
  constantInts,
  gradientOf,
  inputOf,
  outputOf,
} from './rule.ts'

function axesOf(call: RuleCall): readonly number[] {
  return constantInts(call, 1) ?? intsOf(call.node, 'axes', [])
}

/**
 * What was reduced with its axes put back as 1, which is broadcastable to what it was. A gradient that
 * is itself still to be repeated keeps its dims.
 */
function withAxes(call: RuleCall, value: Tensor): Tensor {
  const x = inputOf(call, 0)
  const axes = axesOf(call)
  if (value.dims.every((size) => size === 1)) {
    return reshapeTo(call.g, value, [])
  }
  const y = outputOf(call)
  if (y.dims.length === x.dims.length) return value
  const kept = x.dims.map((_, i) => i).filter((axis) => !axes.includes(axis))
  const lead = y.dims.length - value.dims.length
  const sizeAt = (axis: number): Size => value.dims[kept.indexOf(axis) - lead] ?? 1
  return reshapeTo(
    call.g,
    value,
    x.dims.map((_, axis) => (axes.includes(axis) ? 1 : sizeAt(axis))),
  )
}

const sumRule: Rule = (call) => [withAxes(call, gradientOf(call))]

/** As of the sum, divided by how many were reduced to one. */
const meanRule: Rule = (call) => {
  const { g } = call
  const [x, y] = [inputOf(call, 0), outputOf(call)]
  const dx = withAxes(call, gradientOf(call))
  const axes = axesOf(call)
  const reduced = elementCount(axes.map((axis) => x.dims[axis] as Size))
  if (typeof reduced === 'number') return [mul(g, dx, 1 / reduced)]
  if (!isStatic(y.dims)) return [div(g, dx, div(g, countOf(g, x), countOf(g, y)))]
  const kept = elementCount(y.dims) as number
  const share = div(g, dx, countOf(g, x))
  return [kept === 1 ? share : mul(g, share, kept)]
}

/** The places that are the greatest share the gradient equally. */
const maxRule: Rule = (call) => {
  const { g } = call
  const x = inputOf(call, 0)
  const greatest = withAxes(call, outputOf(call))
  const mask = cast(g, equal(g, x, greatest), 'float')
  const ties = reduceSum(g, mask, { axes: axesOf(call), keep: true })
  return [mul(g, mask, div(g, withAxes(call, gradientOf(call)), ties))]
}

export const reduceRules: Rules = {
  ReduceSum: { rule: sumRule, broadcasts: true },
  ReduceMean: { rule: meanRule, broadcasts: true },
  ReduceMax: { rule: maxRule, broadcasts: true },
}
