import { exp, log } from '../../math/elementary.ts'
import type { Rng } from '../../math/rng.ts'
import type { Tree } from '../../math/tree.ts'
import { goesLeft, growTree, rowOrders } from '../../math/tree.ts'

/** How likely configurations are to fail. */
export interface FailureForest {
  /** The share of trials that failed, wherever they were. */
  readonly base: number
  /** How far the places of failures are believed to matter, from 0 to 1. */
  readonly trust: number
  /**
   * The probability of failing at features as the columns hold them, strictly between 0 and 1. NaN
   * stands for a feature that is not known yet: both sides of a split on it count, by their rows.
   */
  probability(x: ArrayLike<number>): number
}

/** A tree with the shares of failures by node, drawn towards those of the nodes above. */
interface Grown {
  readonly tree: Tree
  /** By shrinkage. */
  readonly shares: readonly Float64Array[]
  /** The rows it has not seen. */
  readonly unseen: readonly number[]
}

const size = 24
/** At most this many rows are drawn for a tree. */
const maxBag = 500
/** Rows of a node from which half of what its children differ is believed; the best is chosen. */
const shrinkages = [1, 4, 16] as const
/** By how many nats places must tell failures better than the base rate does, to be half believed. */
const doubt = 2
/** With less trust than this the model would change nothing that matters. */
const leastTrust = 0.05

/**
 * The probability of failing, by a forest of classification trees on bootstrapped rows (L. Breiman,
 * "Random Forests", 2001), where a node is drawn towards the one above, the more the fewer rows that
 * has (A. Agarwal et al., "Hierarchical Shrinkage", ICML 2022): a failure among many completed trials
 * says little of its place.
 *
 * Failures may be everywhere alike, and then a forest sees patterns that are none. So it is weighed
 * against the hypothesis that places do not matter: each row is predicted by the trees that have not
 * seen it, and the gain in log likelihood over the base rate, less `doubt`, is taken for the log odds
 * of the forest. The probability is the mean of both hypotheses, by these odds.
 *
 * Cost for n rows, d features: O(d n log² n), at most 500 rows a tree.
 * @param columns by feature, a number of every row
 * @param counts by feature, how many labels it has; 0 for numbers
 * @param y how far every row failed, 0 to 1
 * @returns undefined where the places of failures say nothing
 */
export function fitFailureForest(
  columns: readonly Float64Array[],
  counts: readonly number[],
  y: Float64Array,
  rng: Rng,
): FailureForest | undefined {
  const n = y.length
  const base = (y.reduce((a, b) => a + b, 0) + 0.5) / (n + 1)
  const orders = rowOrders(columns)
  const forest = Array.from({ length: size }, (_, t): Grown => {
    const own = rng.fork(t)
    const bag = Int32Array.from({ length: Math.min(n, maxBag) }, () => own.int(n))
    const seen = new Uint8Array(n)
    for (const row of bag) seen[row] = 1
    const unseen = Array.from(seen.keys()).filter((row) => seen[row] === 0)
    const tree = growTree(columns, counts, y, bag, { features: 5 / 6 }, own, orders)
    return { tree, unseen, shares: shrinkages.map((rows) => shrunk(tree, base, rows)) }
  })
  const gains = gainsOf(forest, columns, y, base)
  const best = gains.indexOf(Math.max(...gains))
  const trust = 1 / (1 + exp(doubt - gains[best]!))
  if (!(trust > leastTrust)) return undefined
  return {
    base,
    trust,
    probability(x) {
      let sum = 0
      for (const { tree, shares } of forest) sum += shareAt(tree, shares[best]!, x, 0)
      return trust * (sum / size) + (1 - trust) * base
    },
  }
}

/** By node, the share of failures: that of the node above and a part of what it differs from it. */
function shrunk(tree: Tree, base: number, rows: number): Float64Array {
  const shares = new Float64Array(tree.size)
  const weight = (count: number): number => count / (count + rows)
  shares[0] = base + (tree.mean[0]! - base) * weight(tree.rows[0]!)
  for (let node = 0; node < tree.size; node++) {
    if (tree.feature[node]! < 0) continue
    for (const child of [tree.left[node]!, tree.right[node]!]) {
      const step = tree.mean[child]! - tree.mean[node]!
      shares[child] = shares[node]! + step * weight(tree.rows[node]!)
    }
  }
  return shares
}

/** By shrinkage, how much likelier rows are by trees that have not seen them than by the base rate. */
function gainsOf(
  forest: readonly Grown[],
  columns: readonly Float64Array[],
  y: Float64Array,
  base: number,
): number[] {
  const sums = shrinkages.map(() => new Float64Array(y.length))
  const votes = new Int32Array(y.length)
  const x = new Float64Array(columns.length)
  for (const { tree, shares, unseen } of forest) {
    for (const row of unseen) {
      for (let j = 0; j < x.length; j++) x[j] = columns[j]![row]!
      sums.forEach((sum, k) => (sum[row]! += shareAt(tree, shares[k]!, x, 0)))
      votes[row]!++
    }
  }
  return sums.map((sum) =>
    sum.reduce((gain, share, row) => {
      if (votes[row] === 0) return gain
      return gain + logScore(share / votes[row]!, y[row]!) - logScore(base, y[row]!)
    }, 0),
  )
}

function shareAt(tree: Tree, shares: Float64Array, x: ArrayLike<number>, from: number): number {
  let node = from
  for (let f = tree.feature[node]!; f >= 0; f = tree.feature[node]!) {
    const [left, right] = [tree.left[node]!, tree.right[node]!]
    const value = x[f]!
    if (Number.isNaN(value)) {
      const share = tree.rows[left]! / tree.rows[node]!
      return share * shareAt(tree, shares, x, left) + (1 - share) * shareAt(tree, shares, x, right)
    }
    node = goesLeft(value, tree.threshold[node]!, tree.labels[node]!) ? left : right
  }
  return shares[node]!
}

/** The logarithm of the likelihood of an outcome, which may be between 0 and 1. */
const logScore = (p: number, y: number): number => y * log(p) + (1 - y) * log(1 - p)
