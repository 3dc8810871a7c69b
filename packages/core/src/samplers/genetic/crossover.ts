import type { Rng } from '../../math/rng.ts'
import type { Label } from '../../space/distribution.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { SearchSpace, SpaceNode } from '../../space/space.ts'
import type { Genome } from './genome.ts'
import { isNumeric, listsOf } from './genome.ts'

/** Blends two coordinates in [0, 1] into one. */
export type Blend = (a: number, b: number, rng: Rng) => number

/**
 * One child of two genomes, parameter by parameter by their names: numbers are blended, labels come
 * from either parent. Parents of different variants pass on one branch whole. Lists cross in one of
 * two ways, by the toss of a coin: element by element, with the length of either parent; or by
 * segments, the head of one parent's list followed by the tail of the other's, cut at random where
 * the length stays allowed. What only one parent has comes from it; what none has is left open.
 */
export function cross(
  space: SearchSpace,
  a: Genome,
  b: Genome,
  blend: Blend,
  rng: Rng,
): (Label | undefined)[] {
  const child: (Label | undefined)[] = Array.from({ length: space.params.length })
  crossNode({ space, a, b, blend, rng, child }, space.root)
  return child
}

interface Mating {
  readonly space: SearchSpace
  readonly a: Genome
  readonly b: Genome
  readonly blend: Blend
  readonly rng: Rng
  readonly child: (Label | undefined)[]
}

function crossNode(mating: Mating, node: SpaceNode): void {
  if (mating.a === mating.b) inherit(mating, node)
  else if (node.kind === 'param') {
    mating.child[node.index] = crossGene(mating, node.index)
  } else if (node.kind === 'shape') {
    for (const [, inner] of node.entries) crossNode(mating, inner)
  } else if (node.kind === 'variant') crossVariant(mating, node)
  else crossList(mating, node)
}

/** Takes a part of one parent as it is. */
function inherit({ a, child }: Mating, node: SpaceNode): void {
  const walk = (part: SpaceNode): void => {
    if (part.kind === 'shape') part.entries.forEach(([, inner]) => walk(inner))
    else child[part.index] = a[part.index]
    if (part.kind === 'variant') part.options.forEach(([, inner]) => walk(inner))
    if (part.kind === 'list') part.items.forEach(walk)
  }
  walk(node)
}

function crossGene({ space, a, b, blend, rng }: Mating, i: number): Label | undefined {
  const [x, y] = [a[i], b[i]]
  if (x === undefined || y === undefined || x === y) return x ?? y
  const { distribution } = space.params[i]!
  if (!isNumeric(distribution)) return rng.next() < 0.5 ? x : y
  const codec = sharedCodec(distribution)
  const [from, to] = [codec.encode(x), codec.encode(y)]
  const u = blend(from, to, rng)
  // Values that a blend leaves alone stay exact: coding them loses the last digits.
  return u === from ? x : u === to ? y : codec.decode(u)
}

function crossVariant(mating: Mating, node: Extract<SpaceNode, { kind: 'variant' }>): void {
  const { a, b, rng, child } = mating
  const [x, y] = [a[node.index], b[node.index]]
  const label = x === undefined || y === undefined ? (x ?? y) : rng.next() < 0.5 ? x : y
  child[node.index] = label
  const branch = node.options.find(([name]) => name === label)?.[1]
  if (branch === undefined) return
  if (x === y) crossNode(mating, branch)
  else {
    const from = label === x ? a : b
    crossNode({ ...mating, a: from, b: from }, branch)
  }
}

function crossList(mating: Mating, node: Extract<SpaceNode, { kind: 'list' }>): void {
  const { a, b, rng, child } = mating
  const [x, y] = [a[node.index] as number | undefined, b[node.index] as number | undefined]
  if (x === undefined || y === undefined) {
    const from = x === undefined ? b : a
    child[node.index] = x ?? y
    for (const item of node.items.slice(0, x ?? y)) crossNode({ ...mating, a: from, b: from }, item)
  } else if (rng.next() < 0.5) {
    const length = rng.next() < 0.5 ? x : y
    child[node.index] = length
    node.items.slice(0, length).forEach((item, i) => {
      const own = i < x ? (i < y ? mating : { ...mating, b: a }) : { ...mating, a: b }
      crossNode(own, item)
    })
  } else crossSegments(mating, node.index, x, y)
}

function crossSegments(mating: Mating, index: number, x: number, y: number): void {
  const { space, a, b, rng, child } = mating
  const { min, max, first, size } = listsOf(space).get(index)!
  const head = rng.int(x + 1)
  // Never empty: y is at least min, and head at most max.
  const least = Math.max(0, min - head)
  const tail = least + rng.int(Math.min(y, max - head) - least + 1)
  child[index] = head + tail
  const copy = (from: Genome, element: number, to: number): void => {
    for (let k = 0; k < size; k++) child[first + to * size + k] = from[first + element * size + k]
  }
  for (let i = 0; i < head; i++) copy(a, i, i)
  for (let i = 0; i < tail; i++) copy(b, y - tail + i, head + i)
}
