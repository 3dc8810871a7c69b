import { intOf } from '../attributes.ts'
import { gather, scatterAdd } from '../operators/indexing.ts'
import { squeeze, transpose, zerosLike } from '../operators/shape.ts'
import { type Rule, type Rules, gradientOf, inputOf } from './rule.ts'

/** What each place gives goes to the row it took; rows taken several times get the sum. */
const gatherRule: Rule = (call) => {
  const { g, node } = call
  const dy = gradientOf(call)
  const [x, indices] = [inputOf(call, 0), inputOf(call, 1)]
  const axis = intOf(node, 'axis', 0)
  if (axis === 0) return [scatterAdd(g, zerosLike(g, x), indices, dy)]
  const rank = indices.dims.length
  const taken = dy.dims.map((_, i) => i)
  const moved = taken.splice(axis, rank)
  const rest = x.dims.map((_, i) => i).filter((i) => i !== axis)
  const front = transpose(g, zerosLike(g, x), [axis, ...rest])
  const summed = scatterAdd(g, front, indices, transpose(g, dy, [...moved, ...taken]))
  const back = x.dims.map((_, i) => (i === axis ? 0 : i < axis ? i + 1 : i))
  return [transpose(g, summed, back)]
}

/** Of `x + updates at places`: dy to x, and what stands at the places to the updates. */
const scatterRule: Rule = (call) => {
  const { g } = call
  const dy = gradientOf(call)
  const places = squeeze(g, inputOf(call, 1), [-1])
  return [dy, undefined, call.wants(2) ? gather(g, dy, places) : undefined]
}

export const indexingRules: Rules = {
  Gather: { rule: gatherRule },
  ScatterND: { rule: scatterRule },
}
