import type { Nodes } from '@attune/core/math'
import { roundUp } from './float32.ts'

/**
 * Many trees over float32 features in flat arrays, one node after another. A left child follows its
 * parent. What a point adds up to is, for each output, the base and the scaled sum over the trees of
 * what the leaf it falls into holds.
 */
export interface Ensemble {
  readonly columns: number
  readonly outputs: number
  /** What a leaf holds: a number for each output, or one for output t % outputs of tree t. */
  readonly width: number
  /** By tree, its first node. */
  readonly roots: Int32Array
  /** Feature of the split, or -1 in a leaf. */
  readonly feature: Int32Array
  /** Numbers: smaller ones go left. As it is a float32, no float32 lies between it and the cut. */
  readonly threshold: Float32Array
  /**
   * How a node splits: a number with a missing value going right (-1) or left (-2), or a set of
   * categories whose members go left: twice its place in `sets`, and 1 more if a missing value does.
   */
  readonly kind: Int32Array
  /** The right child; in a leaf the number of the leaf. */
  readonly right: Int32Array
  /** A set is the number of its words, then the words: a bit a category. */
  readonly sets: Int32Array
  /** Leaf by leaf. */
  readonly values: Float64Array
  readonly base: Float64Array
  readonly scale: number
}

/** One tree, laid out as an ensemble. */
export interface GrownTree {
  readonly feature: Int32Array
  readonly threshold: Float64Array
  readonly right: Int32Array
  /** By node, 1 where a missing value goes left; left out: nowhere. */
  readonly missingLeft?: Uint8Array
  /** By node, the members of the left side; undefined for numbers and in leaves. */
  readonly sets: readonly (Int32Array | undefined)[]
  /** Leaf by leaf, in the order of the nodes. */
  readonly values: Float64Array
}

/** The shape of a tree that the engine's grower made. */
export function grownTree(
  nodes: Nodes,
  setOf: (feature: number, threshold: number, labels: number) => Int32Array | undefined,
  values: Float64Array,
): GrownTree {
  const sets = Array.from(nodes.feature, (feature, node) =>
    feature < 0 ? undefined : setOf(feature, nodes.threshold[node]!, nodes.labels[node]!),
  )
  return { feature: nodes.feature, threshold: nodes.threshold, right: nodes.right, sets, values }
}

/** Puts trees together. */
export function ensembleOf(
  trees: readonly GrownTree[],
  shape: Pick<Ensemble, 'columns' | 'outputs' | 'width' | 'base' | 'scale'>,
): Ensemble {
  const size = trees.reduce((sum, tree) => sum + tree.feature.length, 0)
  const sets: number[] = []
  const made = {
    roots: new Int32Array(trees.length),
    feature: new Int32Array(size),
    threshold: new Float32Array(size),
    kind: new Int32Array(size),
    right: new Int32Array(size),
    values: new Float64Array(trees.reduce((sum, tree) => sum + tree.values.length, 0)),
  }
  let at = 0
  let leaf = 0
  trees.forEach((tree, t) => {
    made.roots[t] = at
    made.feature.set(tree.feature, at)
    made.values.set(tree.values, leaf * shape.width)
    for (let node = 0; node < tree.feature.length; node++) {
      if (tree.feature[node]! < 0) {
        made.right[at + node] = leaf++
        continue
      }
      made.right[at + node] = at + tree.right[node]!
      const missingLeft = tree.missingLeft?.[node] ?? 0
      const set = tree.sets[node]
      if (set === undefined) {
        made.threshold[at + node] = roundUp(tree.threshold[node]!)
        made.kind[at + node] = -1 - missingLeft
      } else {
        made.kind[at + node] = 2 * sets.length + missingLeft
        sets.push(set.length, ...set)
      }
    }
    at += tree.feature.length
  })
  return { ...shape, ...made, sets: Int32Array.from(sets) }
}

/** Whether a missing value goes left at a split of this kind. */
export function missingGoesLeft(kind: number): boolean {
  return kind === -2 || (kind >= 0 && (kind & 1) === 1)
}

/** Categories as the words of a set. */
export function wordsOf(categories: Iterable<number>, count: number): Int32Array {
  const words = new Int32Array(Math.ceil(count / 32))
  for (const category of categories) words[category >>> 5]! |= 1 << (category & 31)
  return words
}

/** The members of the set at a place, ascending. */
export function membersOf(sets: Int32Array, at: number): number[] {
  const members: number[] = []
  for (let category = 0; category < 32 * sets[at]!; category++) {
    if (inSet(sets, at, category)) members.push(category)
  }
  return members
}

/** Whether a category is in the set at a place; numbers that are no category are in none. */
function inSet(sets: Int32Array, at: number, category: number): boolean {
  const index = category | 0
  if (index !== category || index < 0) return false
  const word = index >>> 5
  return word < sets[at]! && ((sets[at + 1 + word]! >>> (index & 31)) & 1) === 1
}

/**
 * Adds what trees `from` to `to` - 1 say of rows, without base and scale.
 * @param data row by row
 * @param sums row by row, a number an output
 */
export function addTrees(
  ensemble: Ensemble,
  data: Float32Array,
  sums: Float64Array,
  from = 0,
  to: number = ensemble.roots.length,
): void {
  const { columns, outputs, width, values } = ensemble
  const rows = data.length / columns
  for (let t = from; t < to; t++) {
    const root = ensemble.roots[t]!
    const output = width === 1 ? t % outputs : 0
    for (let row = 0; row < rows; row++) {
      const leaf = leafOf(ensemble, data, row * columns, root) * width
      const into = row * outputs + output
      for (let k = 0; k < width; k++) sums[into + k]! += values[leaf + k]!
    }
  }
}

/** The number of the leaf into which the row falls that begins at a place of the data. */
function leafOf(ensemble: Ensemble, data: Float32Array, at: number, root: number): number {
  const { feature, threshold, kind, right, sets } = ensemble
  let node = root
  for (let f = feature[node]!; f >= 0; f = feature[node]!) {
    const x = data[at + f]!
    const k = kind[node]!
    let left: boolean
    if (Number.isNaN(x)) left = missingGoesLeft(k)
    else left = k < 0 ? x < threshold[node]! : inSet(sets, k >> 1, x)
    node = left ? node + 1 : right[node]!
  }
  return right[node]!
}

/** The outputs for rows, row by row. */
export function evaluate(ensemble: Ensemble, data: Float32Array): Float64Array {
  const { outputs, base, scale } = ensemble
  const sums = new Float64Array((data.length / ensemble.columns) * outputs)
  addTrees(ensemble, data, sums)
  for (let i = 0; i < sums.length; i++) sums[i] = base[i % outputs]! + scale * sums[i]!
  return sums
}
