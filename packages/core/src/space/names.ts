import type { Scope, Value } from '../expression/index.ts'
import { conditionHolds } from './activity.ts'
import type { Distribution, Label } from './distribution.ts'
import type { SearchSpace, SpaceNode, Values } from './space.ts'

/**
 * What a name in an expression means in a space:
 * - a flat name is the parameter (`optimizer.sgd.momentum`); a variant is its label;
 * - `layers.length` is the number of elements, `optimizer.kind` the label;
 * - `layers.units` is the list of that value over the active elements;
 * - a last part that only one parameter has may stand alone (`momentum`).
 */
type Meaning =
  | { readonly kind: 'param'; readonly name: string; readonly distribution: Distribution }
  | { readonly kind: 'each'; readonly names: readonly string[] }

const meanings = new WeakMap<SearchSpace['params'], Map<string, Meaning>>()

function meaningsOf(space: SearchSpace): Map<string, Meaning> {
  const known = meanings.get(space.params)
  if (known !== undefined) return known
  const names = new Map<string, Meaning>()
  const each = new Map<string, string[]>()
  const leaves = new Map<string, string[]>()
  for (const { name, distribution } of space.params) {
    names.set(name, { kind: 'param', name, distribution })
    const general = name.replace(/\.\d+(?=\.|$)/g, '')
    if (general !== name) each.set(general, [...(each.get(general) ?? []), name])
    const leaf = name.slice(name.lastIndexOf('.') + 1)
    leaves.set(leaf, [...(leaves.get(leaf) ?? []), name])
  }
  for (const [general, list] of each) {
    if (!names.has(general)) names.set(general, { kind: 'each', names: list })
  }
  addAliases(space, space.root, names)
  for (const [leaf, [only, ...others]] of leaves) {
    const meaning = names.get(only as string)
    if (others.length === 0 && meaning !== undefined && !names.has(leaf) && !/^\d+$/.test(leaf)) {
      names.set(leaf, meaning)
    }
  }
  meanings.set(space.params, names)
  return names
}

function addAliases(space: SearchSpace, node: SpaceNode, names: Map<string, Meaning>): void {
  if (node.kind === 'shape') {
    for (const [, child] of node.entries) addAliases(space, child, names)
  } else if (node.kind !== 'param') {
    const param = space.params[node.index] as SearchSpace['params'][number]
    const alias = `${param.name}.${node.kind === 'list' ? 'length' : 'kind'}`
    if (!names.has(alias)) {
      names.set(alias, { kind: 'param', name: param.name, distribution: param.distribution })
    }
    const children = node.kind === 'list' ? node.items : node.options.map(([, child]) => child)
    for (const child of children) addAliases(space, child, names)
  }
}

/** The flat parameter that a name in a command or expression stands for, if it stands for one. */
export function resolveName(space: SearchSpace, name: string): string | undefined {
  const meaning = meaningsOf(space).get(name)
  return meaning?.kind === 'param' ? meaning.name : undefined
}

/** The names of a space for checking expressions. */
export function scopeOf(space: SearchSpace): Scope {
  const names = meaningsOf(space)
  return {
    names: [...names.keys()],
    lookup(name) {
      const meaning = names.get(name)
      if (meaning === undefined) return undefined
      if (meaning.kind === 'each') return { type: 'list' }
      const { distribution } = meaning
      if (distribution.kind !== 'choice') return { type: 'number' }
      return { type: typeOfLabels(distribution.choices), labels: distribution.choices }
    },
  }
}

function typeOfLabels(labels: readonly Label[]): 'number' | 'string' | 'boolean' | 'any' {
  const types = new Set(labels.map((label) => typeof label))
  const [only] = types
  if (types.size !== 1) return 'any'
  return only === 'number' || only === 'string' || only === 'boolean' ? only : 'any'
}

/** Whether a parameter without a value may get one when what is missing above it is chosen. */
function isOpen(space: SearchSpace, name: string, values: Values): boolean {
  const param = space.params[space.index.get(name) as number]
  return (param?.when ?? []).every(
    (condition) =>
      conditionHolds(condition, values) ||
      (values[condition.parent] === undefined && isOpen(space, condition.parent, values)),
  )
}

/**
 * For the given names, a function from flat values to a reader of names. A list of values is
 * unknown while one of its active elements is.
 */
export function readerOf(
  space: SearchSpace,
  used: readonly string[],
): (values: Values) => (name: string) => Value | undefined {
  const names = meaningsOf(space)
  const getters = new Map<string, (values: Values) => Value | undefined>()
  for (const name of used) {
    const meaning = names.get(name)
    if (meaning?.kind === 'param') getters.set(name, (values) => values[meaning.name])
    else if (meaning !== undefined) {
      getters.set(name, (values) => {
        const list: Label[] = []
        for (const each of meaning.names) {
          const value = values[each]
          if (value !== undefined) list.push(value)
          else if (isOpen(space, each, values)) return undefined
        }
        return list
      })
    }
  }
  return (values) => (name) => getters.get(name)?.(values)
}
