import type { Rng } from '../rng.ts'
import type { Criterion, Growth, Split } from './criterion.ts'
import { randomSplit } from './random-split.ts'
import { goesLeft, maxLabels } from './side.ts'

/** The shape of a grown tree; nodes stand in preorder, so that a left child follows its parent. */
export interface Nodes {
  /** Feature of the split, or -1 in a leaf. */
  readonly feature: Int32Array
  /** Numbers: smaller values go left. */
  readonly threshold: Float64Array
  /** Categories: labels whose bit is set go left; 0 where the feature is a number. */
  readonly labels: Uint32Array
  readonly left: Int32Array
  readonly right: Int32Array
  /** How many rows a node has. */
  readonly rows: Int32Array
  /** By how much the split of a node lowers the impurity, times the weight of its rows; 0 in a leaf. */
  readonly gain: Float64Array
  readonly size: number
}

export interface TreeOptions {
  /** Fewest rows of a leaf; default 1. */
  readonly minLeaf?: number
  /** Fewest rows of a node that is split; default 2. */
  readonly minSplit?: number
  /** Default 64. */
  readonly maxDepth?: number
  /** Share of the features, drawn anew for each split, among which it is chosen; default 1. */
  readonly features?: number
  /** Shares of attention by row, all positive; default 1 each. */
  readonly weights?: Float64Array
  /**
   * `best` tries every split of a feature, `random` one that is drawn (P. Geurts, D. Ernst,
   * L. Wehenkel, "Extremely randomized trees", Machine Learning 63, 2006); default `best`.
   */
  readonly cuts?: 'best' | 'random'
  /** The side of labels that no row of a node has: the right one, or that of more rows; default `right`. */
  readonly absent?: 'right' | 'larger'
}

/** Grows a tree; its nodes are entered in preorder. */
export function growNodes(
  growth: Growth,
  criterion: Criterion,
  options: TreeOptions,
  rng: Rng,
): Nodes {
  const { columns, rows } = growth
  const { minLeaf = 1, minSplit = 2, maxDepth = 64 } = options
  const choose = chooser(growth, criterion, options, rng)
  const nodes = {
    feature: [] as number[],
    threshold: [] as number[],
    labels: [] as number[],
    left: [] as number[],
    right: [] as number[],
    rows: [] as number[],
    gain: [] as number[],
  }
  // What is still to be grown: from, to, depth, and the node whose right child it is, or -1.
  const waiting = [0, rows.length, 0, -1]
  while (waiting.length > 0) {
    const rightOf = waiting.pop()!
    const depth = waiting.pop()!
    const to = waiting.pop()!
    const from = waiting.pop()!
    const node = nodes.feature.length
    const n = to - from
    if (rightOf >= 0) nodes.right[rightOf] = node
    nodes.feature.push(-1)
    nodes.threshold.push(0)
    nodes.labels.push(0)
    nodes.left.push(-1)
    nodes.right.push(-1)
    nodes.rows.push(n)
    nodes.gain.push(0)
    const differ = criterion.enter(from, to)
    if (n < minSplit || n < 2 * minLeaf || depth >= maxDepth || !differ) continue
    const split = choose(from, to)
    if (split === undefined) continue
    const middle = partition(columns[split.feature]!, rows, from, to, split)
    nodes.feature[node] = split.feature
    nodes.threshold[node] = split.threshold
    nodes.labels[node] = split.labels
    nodes.left[node] = node + 1
    nodes.gain[node] = Math.max(0, split.gain - criterion.base())
    waiting.push(middle, to, depth + 1, node, from, middle, depth + 1, -1)
  }
  return {
    feature: Int32Array.from(nodes.feature),
    threshold: Float64Array.from(nodes.threshold),
    labels: Uint32Array.from(nodes.labels),
    left: Int32Array.from(nodes.left),
    right: Int32Array.from(nodes.right),
    rows: Int32Array.from(nodes.rows),
    gain: Float64Array.from(nodes.gain),
    size: nodes.feature.length,
  }
}

/** The best split over a random choice of features; all are looked at when those say nothing. */
function chooser(
  growth: Growth,
  criterion: Criterion,
  options: TreeOptions,
  rng: Rng,
): (from: number, to: number) => Split | undefined {
  const { counts } = growth
  const d = growth.columns.length
  const { features = 1, cuts = 'best' } = options
  const tried = Math.max(1, Math.round(features * d))
  const order = Int32Array.from({ length: d }, (_, j) => j)
  const splitOf = (j: number, from: number, to: number): Split | undefined => {
    const categorical = counts[j]! > 0 && counts[j]! <= maxLabels
    if (cuts === 'random') return randomSplit(growth, criterion, categorical, j, from, to, rng)
    return categorical ? criterion.labels(j, from, to) : criterion.numbers(j, from, to)
  }
  // Of few among many, each is drawn when it is its turn.
  const oneByOne = tried < fewTried * d
  return (from, to) => {
    if (tried < d && !oneByOne) rng.shuffle(order)
    let best: Split | undefined
    for (let k = 0; k < d && (k < tried || best === undefined); k++) {
      if (oneByOne) swap(order, k, k + rng.int(d - k))
      const found = splitOf(order[k]!, from, to)
      if (found !== undefined && (best === undefined || found.gain > best.gain)) best = found
    }
    return best
  }
}

/** From this share of the features on all are shuffled. */
const fewTried = 0.25

function swap(order: Int32Array, i: number, j: number): void {
  const held = order[i]!
  order[i] = order[j]!
  order[j] = held
}

/** Moves the rows of the left side to the front; gives where the right side begins. */
function partition(
  column: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
  { threshold, labels }: Split,
): number {
  let a = from
  let b = to - 1
  while (a <= b) {
    const row = rows[a]!
    if (goesLeft(column[row]!, threshold, labels)) a++
    else {
      rows[a] = rows[b]!
      rows[b--] = row
    }
  }
  return a
}
