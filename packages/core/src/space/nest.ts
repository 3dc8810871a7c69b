import type { Problem } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { isActive } from './activity.ts'
import type { Label } from './distribution.ts'
import { contains, describeDistribution } from './distribution.ts'
import type { SearchSpace, SpaceNode, Values } from './space.ts'

/** Flat values as the nested configuration of the space's type. */
export function nest<P>(space: SearchSpace<P>, values: Values): P {
  return nestNode(space as SearchSpace, space.root, values) as P
}

function nestNode(space: SearchSpace, node: SpaceNode, values: Values): unknown {
  if (node.kind === 'shape') {
    const nested: Record<string, unknown> = {}
    const { entries } = node
    for (let i = 0; i < entries.length; i++) {
      const [key, child] = entries[i]!
      nested[key] = nestNode(space, child, values)
    }
    return nested
  }
  const value = values[space.params[node.index]?.name ?? '']
  // A trial that has no values yet, or is older than this part of the space.
  if (node.kind === 'param' || value === undefined) return value
  if (node.kind === 'list') {
    return node.items
      .slice(0, typeof value === 'number' ? value : 0)
      .map((item) => nestNode(space, item, values))
  }
  const option = node.options.find(([label]) => label === value)
  const inner = option === undefined ? {} : nestNode(space, option[1], values)
  return { kind: value, ...(inner as object) }
}

/** Values whose names the space does not declare: met while an objective ran. Undefined without any. */
export function undeclaredValues(
  space: SearchSpace,
  values: Values,
): Record<string, Label> | undefined {
  let found: Record<string, Label> | undefined
  for (const name in values) {
    if (!space.index.has(name)) (found ??= {})[name] = values[name] as Label
  }
  return found
}

/**
 * A nested (possibly partial) configuration as flat values. What has no place in the space keeps
 * the name it would have, for `checkValues` to find.
 */
export function flatten<P>(space: SearchSpace<P>, params: unknown): Record<string, Label> {
  const values: Record<string, Label> = {}
  flattenNode(space as SearchSpace, space.root, '', params, values)
  return values
}

function isRecord(x: unknown): x is Record<string, unknown> {
  return typeof x === 'object' && x !== null && !Array.isArray(x)
}

/** `name` is that of the node; the names of a shape's entries begin with it. */
function flattenNode(
  space: SearchSpace,
  node: SpaceNode,
  name: string,
  given: unknown,
  values: Record<string, Label>,
): void {
  if (given === undefined) return
  if (node.kind === 'shape' && isRecord(given)) {
    flattenEntries(space, node, name, given, values)
  } else if (node.kind === 'list' && Array.isArray(given)) {
    values[name] = given.length
    node.items.forEach((item, i) => flattenNode(space, item, `${name}.${i}`, given[i], values))
  } else if (node.kind === 'variant' && isRecord(given)) {
    const { kind, ...rest } = given
    if (kind === undefined && Object.keys(rest).length === 0) return
    values[name] = (kind ?? given) as Label
    const inner = node.options.find(([label]) => label === kind)?.[1]
    if (inner?.kind === 'shape') flattenEntries(space, inner, `${name}.${kind}`, rest, values)
  } else values[name] = given as Label
}

function flattenEntries(
  space: SearchSpace,
  { entries }: Extract<SpaceNode, { kind: 'shape' }>,
  name: string,
  given: Readonly<Record<string, unknown>>,
  values: Record<string, Label>,
): void {
  const nodes = new Map(entries)
  for (const [key, value] of Object.entries(given)) {
    const node = nodes.get(key) ?? { kind: 'shape', entries: [] }
    flattenNode(space, node, name === '' ? key : `${name}.${key}`, value, values)
  }
}

/**
 * What is wrong with flat values for this space: unknown names, values outside their range,
 * values of inactive parameters, and (unless `partial`) missing ones.
 */
export function checkValues(
  space: SearchSpace,
  values: Values,
  options: { readonly partial?: boolean } = {},
): Problem[] {
  const problems: Problem[] = []
  for (const [name, value] of Object.entries(values)) {
    const at = space.index.get(name)
    const param = at === undefined ? undefined : space.params[at]
    if (param === undefined) {
      const near = nearest(name, [...space.index.keys()])
      problems.push({
        path: name,
        message: `the space has no such parameter.${near === undefined ? '' : ` Did you mean "${near}"?`}`,
      })
    } else if (!contains(param.distribution, value)) {
      const range = describeDistribution(param.distribution)
      problems.push({ path: name, message: `${JSON.stringify(value)} is not a value of ${range}.` })
    } else if (!isActive(param, values) && !(options.partial && parentsMissing(param, values))) {
      const conditions = param.when
        .map((c) =>
          'in' in c ? `${c.parent} = ${c.in.join(' or ')}` : `${c.parent} >= ${c.atLeast}`,
        )
        .join(' and ')
      problems.push({ path: name, message: `exists only when ${conditions}. Leave it out.` })
    }
  }
  if (options.partial) return problems
  for (const param of space.params) {
    if (values[param.name] === undefined && isActive(param, values)) {
      problems.push({ path: param.name, message: 'this active parameter has no value.' })
    }
  }
  return problems
}

function parentsMissing(param: SearchSpace['params'][number], values: Values): boolean {
  return param.when.some((c) => values[c.parent] === undefined)
}
