import type { HistoryView } from '../../journal/view.ts'
import type { Rng } from '../../math/rng.ts'
import { assemble, isActive } from '../../space/activity.ts'
import type { Distribution, Label } from '../../space/distribution.ts'
import { contains } from '../../space/distribution.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { FlatParam, SearchSpace, SpaceNode, Values } from '../../space/space.ts'
import { createFold } from './fold.ts'

/** One value a parameter of the space, in its order; undefined where there is none. */
export type Genome = readonly (Label | undefined)[]

/** The values of a trial that the space still allows. */
export function genomeOf(space: SearchSpace, view: HistoryView, trial: number): Genome {
  return space.params.map(({ name, distribution }) => {
    const value = view.valueOf(trial, name)
    return value !== undefined && contains(distribution, value) ? value : undefined
  })
}

/** A function that reads genomes of settled trials and remembers them while the space is the same. */
export function createGenomes(): (space: SearchSpace, view: HistoryView, trial: number) => Genome {
  const known = new WeakMap<HistoryView['history'], { params: unknown; by: Map<number, Genome> }>()
  return (space, view, trial) => {
    let genomes = known.get(view.history)
    if (genomes?.params !== space.params || genomes.by.size > 2000) {
      genomes = { params: space.params, by: new Map() }
      known.set(view.history, genomes)
    }
    let genome = genomes.by.get(trial)
    if (genome === undefined) {
      genome = genomeOf(space, view, trial)
      genomes.by.set(trial, genome)
    }
    return genome
  }
}

/** A configuration with these genes: inactive ones are dropped, missing ones drawn evenly. */
export function express(space: SearchSpace, genes: Genome, rng: Rng): Record<string, Label> {
  return assemble(space, ({ distribution }, i) => {
    const gene = genes[i]
    return gene === undefined ? sharedCodec(distribution).decode(rng.next()) : gene
  })
}

/** The genes of a configuration. */
export function genesOf(space: SearchSpace, values: Values): (Label | undefined)[] {
  return space.params.map(({ name }) => values[name])
}

/** Whether values of this distribution have an order, so that they can be blended and moved. */
export function isNumeric(d: Distribution): boolean {
  return d.kind !== 'choice' || d.ordered
}

/** A text that only equal configurations share; of parameters that exist. */
export function keyOf(
  space: SearchSpace,
  valueOf: (param: FlatParam) => Label | undefined,
): string {
  let key = ''
  for (const param of space.params) {
    const value = valueOf(param)
    key += typeof value === 'string' ? `${JSON.stringify(value)};` : `${value};`
  }
  return key
}

/** The keys of the configurations that were tried, whatever came of it, or are being tried. */
export function createTried(): (space: SearchSpace, view: HistoryView) => (key: string) => boolean {
  const settled = createFold(
    (params: SearchSpace['params']) => ({ params, keys: new Set<string>() }),
    ({ params, keys }, view, trial) => {
      keys.add(keyOf({ params } as SearchSpace, ({ name }) => view.valueOf(trial, name)))
    },
  )
  return (space, view) => {
    const { keys } = settled(view, space.params)
    const running = view.pending.map((t) => keyOf(space, ({ name }) => view.valueOf(t, name)))
    return (key) => keys.has(key) || running.includes(key)
  }
}

/** The list that a parameter is the length of: elements are blocks of equal size, one by one. */
export interface ListGene {
  readonly min: number
  readonly max: number
  /** Index of the first parameter of the first element, and the parameters of an element. */
  readonly first: number
  readonly size: number
}

const anatomies = new WeakMap<SearchSpace['params'], ReadonlyMap<number, ListGene>>()

/** The lists of a space by the index of their length. */
export function listsOf(space: SearchSpace): ReadonlyMap<number, ListGene> {
  let lists = anatomies.get(space.params)
  if (lists === undefined) {
    const found = new Map<number, ListGene>()
    measure(space, space.root, found)
    anatomies.set(space.params, (lists = found))
  }
  return lists
}

/** Enters the lists of a node; tells how many parameters it holds. */
function measure(space: SearchSpace, node: SpaceNode, lists: Map<number, ListGene>): number {
  if (node.kind === 'param') return 1
  if (node.kind === 'shape') {
    return node.entries.reduce((sum, [, child]) => sum + measure(space, child, lists), 0)
  }
  if (node.kind === 'variant') {
    return node.options.reduce((sum, [, child]) => sum + measure(space, child, lists), 1)
  }
  const sizes = node.items.map((item) => measure(space, item, lists))
  const { low, high } = space.params[node.index]!.distribution as { low: number; high: number }
  lists.set(node.index, { min: low, max: high, first: node.index + 1, size: sizes[0] ?? 0 })
  return sizes.reduce((sum, size) => sum + size, 1)
}

/** Indices of the parameters that exist in a configuration and have more than one value. */
export function mutableGenes(space: SearchSpace, values: Values): number[] {
  const found: number[] = []
  space.params.forEach((param, i) => {
    if (isActive(param, values) && sharedCodec(param.distribution).count > 1) found.push(i)
  })
  return found
}
