import type { Rng } from './rng.ts'
import { giniCriterion } from './trees/gini.ts'
import type { Growth } from './trees/criterion.ts'
import type { Nodes, TreeOptions } from './trees/grow.ts'
import { growNodes } from './trees/grow.ts'
import type { RowOrder } from './trees/row-order.ts'
import { rowOrders } from './trees/row-order.ts'
import { goesLeft } from './trees/side.ts'
import type { VarianceNodes } from './trees/variance.ts'
import { varianceCriterion } from './trees/variance.ts'

export { goesLeft, maxLabels } from './trees/side.ts'
export type { Nodes, TreeOptions } from './trees/grow.ts'
export { rankedOrders, rowOrders } from './trees/row-order.ts'
export type { Ranks, RowOrder } from './trees/row-order.ts'

/**
 * Trees over numbers and categories, in flat arrays; the same grower serves regression and
 * classification, whose nodes are measured by variance and by Gini impurity.
 *
 * n  rows      d  features
 * columns[j][i]  feature j of row i: a number, or for a categorical feature with count[j] labels a
 *                label index in 0 … count[j] - 1 (at most 31 labels; more are treated as numbers)
 * y  targets, length n
 *
 * A node splits its rows by `x < threshold`, or for categories by a set of labels.
 */
export interface Tree extends Nodes {
  /** Mean and variance of the targets in a node. */
  readonly mean: Float64Array
  readonly variance: Float64Array
}

/** A tree for classes. */
export interface ClassTree extends Nodes {
  /** Node by node, the shares of the classes. */
  readonly shares: Float64Array
}

/**
 * Grows a tree on the given rows (indices, which may repeat; the array is reordered).
 * @param orders of the columns, when they are at hand
 */
export function growTree(
  columns: readonly Float64Array[],
  counts: readonly number[],
  y: Float64Array,
  rows: Int32Array,
  options: TreeOptions,
  rng: Rng,
  orders: readonly RowOrder[] = rowOrders(columns),
): Tree {
  const growth = growthOf(columns, counts, rows, options, orders)
  const found: VarianceNodes = { mean: [], variance: [] }
  const criterion = varianceCriterion(growth, y, options.weights ?? ones(y.length), found)
  const nodes = growNodes(growth, criterion, options, rng)
  return {
    ...nodes,
    mean: Float64Array.from(found.mean),
    variance: Float64Array.from(found.variance),
  }
}

/**
 * Grows a tree for classes on the given rows, as growTree does for numbers.
 * @param codes by row, its class in 0 … classes - 1
 */
export function growClassTree(
  columns: readonly Float64Array[],
  counts: readonly number[],
  codes: Int32Array,
  classes: number,
  rows: Int32Array,
  options: TreeOptions,
  rng: Rng,
  orders: readonly RowOrder[] = rowOrders(columns),
): ClassTree {
  const growth = growthOf(columns, counts, rows, options, orders)
  const shares: number[] = []
  const weights = options.weights ?? ones(codes.length)
  const criterion = giniCriterion(growth, codes, classes, weights, shares)
  const nodes = growNodes(growth, criterion, options, rng)
  return { ...nodes, shares: Float64Array.from(shares) }
}

function growthOf(
  columns: readonly Float64Array[],
  counts: readonly number[],
  rows: Int32Array,
  { minLeaf = 1, absent = 'right' }: TreeOptions,
  orders: readonly RowOrder[],
): Growth {
  return { columns, counts, orders, rows, minLeaf, absent }
}

function ones(length: number): Float64Array {
  return new Float64Array(length).fill(1)
}

/** The leaf a point falls into. */
export function leafOf(tree: Nodes, x: ArrayLike<number>): number {
  let node = 0
  for (let feature = tree.feature[0]!; feature >= 0; feature = tree.feature[node]!) {
    node = goesLeft(x[feature]!, tree.threshold[node]!, tree.labels[node]!)
      ? tree.left[node]!
      : tree.right[node]!
  }
  return node
}
