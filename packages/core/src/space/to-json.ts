import type { Json } from '../errors.ts'
import { AttuneError } from '../errors.ts'
import type { Label } from './distribution.ts'
import type { SearchSpace, SpaceNode } from './space.ts'

/** A space as plain data, the form of study files and journals. */
export interface SpaceJson {
  /** `{ lr: { float: [1e-4, 1], scale: 'log' }, act: { choice: ['relu'] }, … }` */
  readonly space: { readonly [name: string]: Json }
  /** Constraints as expressions, or `function NAME HASH` for functions given in code. */
  readonly require?: readonly string[]
}

/** A space in its JSON form; reading it back gives the same space. */
export function spaceToJson(space: SearchSpace): SpaceJson {
  return {
    space: writeNode(space, space.root) as SpaceJson['space'],
    ...(space.constraints.length === 0 ? {} : { require: space.constraints.map((c) => c.source) }),
  }
}

function writeNode(space: SearchSpace, node: SpaceNode): Json {
  if (node.kind === 'shape') {
    return Object.fromEntries(node.entries.map(([key, child]) => [key, writeNode(space, child)]))
  }
  const param = space.params[node.index]
  if (param === undefined) throw new AttuneError('space/problems', 'The space is not whole.')
  const d = param.distribution
  const fallback = param.default === undefined ? {} : { default: param.default }
  if (node.kind === 'variant') {
    const entries = node.options.map(([label, child]) => [label, writeNode(space, child)])
    return { variant: Object.fromEntries(entries), ...fallback }
  }
  if (d.kind === 'choice') {
    const bare = d.choices.length === 1 && !d.ordered && param.default === undefined
    if (bare) return { constant: d.choices[0] as Label }
    return { choice: d.choices, ...(d.ordered ? { ordered: true } : {}), ...fallback }
  }
  const range = [d.low, d.high]
  if (node.kind === 'list')
    return { list: range, of: writeNode(space, node.items[0] as SpaceNode), ...fallback }
  const scale = d.scale === 'log' ? { scale: 'log' } : {}
  const step = d.step === undefined || (d.kind === 'int' && d.step === 1) ? {} : { step: d.step }
  return { [d.kind]: range, ...scale, ...step, ...fallback }
}
