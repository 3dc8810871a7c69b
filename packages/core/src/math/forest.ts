import type { Rng } from './rng.ts'
import type { Tree, TreeOptions } from './tree.ts'
import { growTree, leafOf, rowOrders } from './tree.ts'

export interface ForestOptions extends TreeOptions {
  /** Default 10. */
  readonly trees?: number
  /** Whether every tree sees its own draw with replacement of all rows; default true. */
  readonly bootstrap?: boolean
}

/** A random forest for regression; see tree.ts for the layout of the data. */
export interface Forest {
  readonly trees: readonly Tree[]
  /** Mean of the trees' means. */
  mean(x: ArrayLike<number>): number
  /**
   * Mean and variance by the law of total variance: the variance of the trees' means plus the mean
   * variance within their leaves (F. Hutter et al., "Algorithm runtime prediction", AIJ 206, 2014,
   * section 4.3.2).
   */
  predict(x: ArrayLike<number>): { readonly mean: number; readonly variance: number }
}

/**
 * Fits a random forest (L. Breiman, "Random Forests", Machine Learning 45, 2001).
 * `counts[j]` is the number of labels of feature j, 0 for numbers. Cost: O(trees · d · n log² n).
 */
export function fitForest(
  columns: readonly Float64Array[],
  counts: readonly number[],
  y: Float64Array,
  options: ForestOptions,
  rng: Rng,
): Forest {
  const { trees: size = 10, bootstrap = true } = options
  const n = y.length
  const orders = rowOrders(columns)
  const trees = Array.from({ length: size }, (_, t) => {
    const own = rng.fork(t)
    const rows = Int32Array.from({ length: n }, (_, i) => (bootstrap ? own.int(n) : i))
    return growTree(columns, counts, y, rows, options, own, orders)
  })
  return {
    trees,
    mean(x) {
      let sum = 0
      for (const tree of trees) sum += tree.mean[leafOf(tree, x)]!
      return sum / size
    },
    predict(x) {
      let sum = 0
      let squares = 0
      let within = 0
      for (const tree of trees) {
        const leaf = leafOf(tree, x)
        const mean = tree.mean[leaf]!
        sum += mean
        squares += mean * mean
        within += tree.variance[leaf]!
      }
      const mean = sum / size
      return { mean, variance: Math.max(0, squares / size - mean * mean) + within / size }
    },
  }
}
