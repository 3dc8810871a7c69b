import type { RowOrder } from './row-order.ts'

/** What trees are grown over. */
export interface Growth {
  readonly columns: readonly Float64Array[]
  /** By feature, how many labels it has; 0 for numbers. */
  readonly counts: readonly number[]
  readonly orders: readonly RowOrder[]
  /** The rows of the tree, in which those of a node stand together. They are reordered. */
  readonly rows: Int32Array
  readonly minLeaf: number
  readonly absent: 'right' | 'larger'
}

export interface Split {
  readonly feature: number
  readonly threshold: number
  readonly labels: number
  /** Grows with the worth of the split; up to a constant of the node its loss of impurity. */
  readonly gain: number
}

/** How the targets of nodes are measured; rows `from` to `to` - 1 of the growth are those of a node. */
export interface Criterion {
  /** Keeps what a new node holds and says whether its targets differ. The calls below are about it. */
  enter(from: number, to: number): boolean
  /** The gain of a split that separates nothing. */
  base(): number
  /** The best split of a numerical feature. */
  numbers(feature: number, from: number, to: number): Split | undefined
  /** The best split of a categorical feature. */
  labels(feature: number, from: number, to: number): Split | undefined
  /** The gain of a split; -Infinity when a side has too few rows. */
  gain(feature: number, threshold: number, labels: number, from: number, to: number): number
}
