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
    return Object.fromEntries(
      node.entries.map(([key, child]) => [key, nestNode(space, child, values)]),
    )
  }
  const value = values[nameAt(space, node.index)]
  if (node.kind === 'param') return value
  if (node.kind === 'list') {
    return node.items.slice(0, value as number).map((item) => nestNode(space, item, values))
  }
  const option = node.options.find(([label]) => label === value)
  const inner = option === undefined ? {} : nestNode(space, option[1], values)
  return { kind: value, ...(inner as object) }
}

const nameAt = (space: SearchSpace, index: number): string => space.params[index]?.name ?? ''

/** A nested (possibly partial) configuration as flat values. */
export function flatten<P>(space: SearchSpace<P>, params: unknown): Record<string, Label> {
  const values: Record<string, Label> = {}
  flattenNode(space as SearchSpace, space.root, params, values)
  return values
}

function flattenNode(
  space: SearchSpace,
  node: SpaceNode,
  given: unknown,
  values: Record<string, Label>,
): void {
  if (given === undefined) return
  if (node.kind === 'shape') {
    for (const [key, child] of node.entries) {
      flattenNode(space, child, (given as Record<string, unknown> | null)?.[key], values)
    }
    return
  }
  const name = nameAt(space, node.index)
  if (node.kind === 'param') {
    values[name] = given as Label
  } else if (node.kind === 'list') {
    if (!Array.isArray(given)) return
    values[name] = given.length
    node.items.forEach((item, i) => flattenNode(space, item, given[i], values))
  } else {
    const kind = (given as { kind?: string } | null)?.kind
    if (kind === undefined) return
    values[name] = kind
    const option = node.options.find(([label]) => label === kind)
    if (option !== undefined) flattenNode(space, option[1], given, values)
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
