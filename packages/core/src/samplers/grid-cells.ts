import { AttuneError } from '../errors.ts'
import { createRng } from '../math/rng.ts'
import { scrambledSobol } from '../math/sobol.ts'
import { isFeasible } from '../space/constraint.ts'
import type { IntDistribution, Label } from '../space/distribution.ts'
import { valueAt } from '../space/distribution.ts'
import { sharedCodec } from '../space/encode.ts'
import type { FlatParam, SearchSpace, SpaceNode, Values } from '../space/space.ts'

/** Larger grids are refused: nobody waits for their end. */
const maxCells = 1_000_000

/** Every feasible configuration of a grid, in the order of the search. */
export interface Cells {
  readonly order: readonly Record<string, Label>[]
  /** Position in `order` by the key of the values. */
  readonly positions: ReadonlyMap<string, number>
}

export interface Levels {
  /** Values of a continuous parameter, evenly on its scale. */
  readonly levels: number
  /** The same for single parameters by flat name. */
  readonly levelsOf: Readonly<Record<string, number>>
}

/** The cells of a space in their shuffled low-discrepancy order. */
export function orderCells(space: SearchSpace, seed: number, levels: Levels): Cells {
  const tree = buildTree(space, levels)
  const count = tree.size(space.root)
  if (count > maxCells) {
    throw new AttuneError(
      'sampler/options',
      `grid: at most ${maxCells} configurations can be searched exhaustively, the space has ${count}. Give fewer levels, or use sobol or tpe.`,
    )
  }
  const order: Record<string, Label>[] = []
  const positions = new Map<string, number>()
  for (const number of visitingOrder(space, tree, count, seed)) {
    const values = tree.valuesOf(number)
    if (!isFeasible(space, values)) continue
    positions.set(cellKey(space, values), order.length)
    order.push(values)
  }
  if (order.length === 0) {
    throw new AttuneError(
      'sampler/options',
      `grid: none of the ${count} configurations satisfies the constraints. Give more levels, or use sobol or tpe.`,
    )
  }
  return { order, positions }
}

/** A text that two configurations share exactly when they are equal. */
export function cellKey(space: SearchSpace, values: Values): string {
  return JSON.stringify(space.params.map(({ name }) => values[name] ?? [values[name] === null]))
}

/** All cell numbers: first as the Sobol' sequence meets them, then the rest shuffled. */
function visitingOrder(space: SearchSpace, tree: Tree, count: number, seed: number): number[] {
  const met = new Uint8Array(count)
  const order: number[] = []
  const sequence = scrambledSobol(seed, Math.max(1, space.params.length))
  const point = new Float64Array(Math.max(1, space.params.length))
  for (let i = 0; i < 4 * count && order.length < count; i++) {
    const number = tree.numberAt(sequence.at(i, point))
    if (met[number] === 1) continue
    met[number] = 1
    order.push(number)
  }
  const rest: number[] = []
  for (let number = 0; number < count; number++) if (met[number] === 0) rest.push(number)
  createRng(seed, 'grid').shuffle(rest)
  return [...order, ...rest]
}

/** Numbers the configurations of a space: mixed radix, with a block for every option and length. */
interface Tree {
  size(node: SpaceNode): number
  numberAt(point: Float64Array): number
  valuesOf(number: number): Record<string, Label>
}

type ListNode = Extract<SpaceNode, { kind: 'list' }>

function buildTree(space: SearchSpace, levels: Levels): Tree {
  const sizes = new Map<SpaceNode, number>()
  const values = space.params.map((param) => levelsFor(param, levels))
  const minLength = (node: ListNode): number =>
    (space.params[node.index] as FlatParam & { distribution: IntDistribution }).distribution.low
  const product = (nodes: readonly SpaceNode[]): number =>
    nodes.reduce((n, node) => n * size(node), 1)
  const lengths = (node: ListNode): number[] => {
    const low = minLength(node)
    return Array.from({ length: node.items.length - low + 1 }, (_, i) =>
      product(node.items.slice(0, low + i)),
    )
  }
  /** Sizes of the alternatives below a variant or list. */
  const blocks = (node: Exclude<SpaceNode, { kind: 'param' | 'shape' }>): number[] =>
    node.kind === 'list' ? lengths(node) : node.options.map(([, child]) => size(child))
  const size = (node: SpaceNode): number => {
    let known = sizes.get(node)
    if (known === undefined) {
      if (node.kind === 'param') known = (values[node.index] as Label[]).length
      else if (node.kind === 'shape') known = product(node.entries.map(([, child]) => child))
      else known = blocks(node).reduce((a, b) => a + b, 0)
      sizes.set(node, known)
    }
    return known
  }
  const inside = (nodes: readonly SpaceNode[], point: Float64Array): number =>
    nodes.reduce((n, node) => n * size(node) + find(node, point), 0)
  const children = (
    node: Exclude<SpaceNode, { kind: 'param' | 'shape' }>,
    block: number,
  ): readonly SpaceNode[] =>
    node.kind === 'list'
      ? node.items.slice(0, minLength(node) + block)
      : [(node.options[block] as readonly [string, SpaceNode])[1]]
  const find = (node: SpaceNode, point: Float64Array): number => {
    if (node.kind === 'shape')
      return inside(
        node.entries.map(([, child]) => child),
        point,
      )
    const u = point[node.index] as number
    if (node.kind === 'param') return Math.floor(u * size(node))
    const all = blocks(node)
    const block = Math.floor(u * all.length)
    const before = all.slice(0, block).reduce((a, b) => a + b, 0)
    return before + inside(children(node, block), point)
  }
  const assign = (
    nodes: readonly SpaceNode[],
    number: number,
    into: Record<string, Label>,
  ): void => {
    let rest = number
    for (const node of nodes.toReversed()) {
      const here = size(node)
      assignOne(node, rest % here, into)
      rest = Math.floor(rest / here)
    }
  }
  const assignOne = (node: SpaceNode, number: number, into: Record<string, Label>): void => {
    if (node.kind === 'shape')
      return assign(
        node.entries.map(([, child]) => child),
        number,
        into,
      )
    const { name } = space.params[node.index] as FlatParam
    if (node.kind === 'param') {
      into[name] = (values[node.index] as Label[])[number] as Label
      return
    }
    let rest = number
    let block = 0
    for (const here of blocks(node)) {
      if (rest < here) break
      rest -= here
      block++
    }
    into[name] =
      node.kind === 'list'
        ? minLength(node) + block
        : (node.options[block] as readonly [string, SpaceNode])[0]
    assign(children(node, block), rest, into)
  }
  return {
    size,
    numberAt: (point) => find(space.root, point),
    valuesOf(number) {
      const into: Record<string, Label> = {}
      assign([space.root], number, into)
      return into
    },
  }
}

/** The values a parameter takes in the grid. */
function levelsFor({ name, distribution }: FlatParam, { levels, levelsOf }: Levels): Label[] {
  const codec = sharedCodec(distribution)
  const finite = codec.count < Number.POSITIVE_INFINITY
  const wanted = levelsOf[name] ?? (finite ? codec.count : levels)
  if (finite && wanted >= codec.count)
    return Array.from({ length: codec.count }, (_, i) => valueAt(distribution, i))
  const seen = new Set<Label>()
  for (let i = 0; i < wanted; i++) {
    // Continuous levels include both ends; thinned values sit in the middle of equal parts.
    const u = finite || wanted === 1 ? (i + 0.5) / wanted : i / (wanted - 1)
    seen.add(codec.decode(u))
  }
  return [...seen]
}
