import type { Rng } from './rng.ts'

/**
 * Regression trees over numbers and categories, in flat arrays.
 *
 * n  rows      d  features
 * columns[j][i]  feature j of row i: a number, or for a categorical feature with count[j] labels a
 *                label index in 0 … count[j] - 1 (at most 31 labels; more are treated as numbers)
 * y  targets, length n
 *
 * A node splits its rows by `x < threshold`, or for categories by a set of labels, where the
 * variance within both sides is smallest; labels are tried in the order of their means, which holds
 * the best of all sets (L. Breiman et al., "Classification and Regression Trees", 1984, section 9.4).
 */
export interface Tree {
  /** Feature of the split, or -1 in a leaf. */
  readonly feature: Int32Array
  /** Numbers: smaller values go left. */
  readonly threshold: Float64Array
  /** Categories: labels whose bit is set go left; 0 where the feature is a number. */
  readonly labels: Uint32Array
  readonly left: Int32Array
  readonly right: Int32Array
  /** Mean and variance of the targets in a node, and how many there are. */
  readonly mean: Float64Array
  readonly variance: Float64Array
  readonly rows: Int32Array
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
}

/** Most labels of a categorical feature. */
export const maxLabels = 31

interface Growing {
  feature: number[]
  threshold: number[]
  labels: number[]
  left: number[]
  right: number[]
  mean: number[]
  variance: number[]
  rows: number[]
}

interface Split {
  readonly feature: number
  readonly threshold: number
  readonly labels: number
  readonly gain: number
}

/** The rows of a feature by ascending value, and the place of every row in that order. */
export interface RowOrder {
  readonly rows: Uint32Array
  readonly placeOf: Uint32Array
}

/** The orders of all features, which trees over the same columns share. */
export function rowOrders(columns: readonly Float64Array[]): readonly RowOrder[] {
  return columns.map((column) => {
    const rows = Uint32Array.from(column, (_, i) => i)
    rows.sort((a, b) => column[a]! - column[b]! || a - b)
    const placeOf = new Uint32Array(rows.length)
    rows.forEach((row, place) => (placeOf[row] = place))
    return { rows, placeOf }
  })
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
  const { minLeaf = 1, minSplit = 2, maxDepth = 64, features = 1 } = options
  const d = columns.length
  const tried = Math.max(1, Math.round(features * d))
  const nodes: Growing = {
    feature: [],
    threshold: [],
    labels: [],
    left: [],
    right: [],
    mean: [],
    variance: [],
    rows: [],
  }
  const order = Int32Array.from({ length: d }, (_, j) => j)
  const scratch = {
    x: new Float64Array(rows.length),
    y: new Float64Array(rows.length),
    places: new Uint32Array(rows.length),
  }

  const grow = (from: number, to: number, depth: number): number => {
    const node = nodes.feature.length
    const n = to - from
    let sum = 0
    let squares = 0
    for (let i = from; i < to; i++) {
      const v = y[rows[i]!]!
      sum += v
      squares += v * v
    }
    const mean = sum / n
    const variance = Math.max(0, squares / n - mean * mean)
    nodes.feature.push(-1)
    nodes.threshold.push(0)
    nodes.labels.push(0)
    nodes.left.push(-1)
    nodes.right.push(-1)
    nodes.mean.push(mean)
    nodes.variance.push(variance)
    nodes.rows.push(n)
    if (n < minSplit || n < 2 * minLeaf || depth >= maxDepth || !(variance > 1e-12 * mean * mean)) {
      return node
    }
    const split = bestSplit(from, to)
    if (split === undefined) return node
    const middle = partition(columns[split.feature]!, rows, from, to, split)
    nodes.feature[node] = split.feature
    nodes.threshold[node] = split.threshold
    nodes.labels[node] = split.labels
    nodes.left[node] = grow(from, middle, depth + 1)
    nodes.right[node] = grow(middle, to, depth + 1)
    return node
  }

  /** The best split over a random choice of features; all are looked at when those say nothing. */
  const bestSplit = (from: number, to: number): Split | undefined => {
    if (tried < d) rng.shuffle(order)
    let best: Split | undefined
    for (let k = 0; k < d && (k < tried || best === undefined); k++) {
      const j = order[k]!
      const count = counts[j]!
      const found =
        count > 0 && count <= maxLabels
          ? splitLabels(columns[j]!, y, rows, from, to, j, count, minLeaf)
          : splitNumbers(columns[j]!, orders[j]!, y, rows, from, to, j, minLeaf, scratch)
      if (found !== undefined && (best === undefined || found.gain > best.gain)) best = found
    }
    return best
  }
  grow(0, rows.length, 0)
  return {
    feature: Int32Array.from(nodes.feature),
    threshold: Float64Array.from(nodes.threshold),
    labels: Uint32Array.from(nodes.labels),
    left: Int32Array.from(nodes.left),
    right: Int32Array.from(nodes.right),
    mean: Float64Array.from(nodes.mean),
    variance: Float64Array.from(nodes.variance),
    rows: Int32Array.from(nodes.rows),
    size: nodes.feature.length,
  }
}

/** Moves the rows of the left side to the front; gives where the right side begins. */
function partition(
  column: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
  split: Split,
): number {
  let a = from
  let b = to - 1
  while (a <= b) {
    const row = rows[a]!
    if (goesLeft(column[row]!, split.threshold, split.labels)) a++
    else {
      rows[a] = rows[b]!
      rows[b--] = row
    }
  }
  return a
}

/** The side of a split on which a feature's value lies. */
export function goesLeft(x: number, threshold: number, labels: number): boolean {
  return labels === 0 ? x < threshold : ((labels >>> x) & 1) === 1
}

/** Gain is the sum of squares between the sides, up to a constant of the node. */
function splitNumbers(
  column: Float64Array,
  order: RowOrder,
  y: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
  feature: number,
  minLeaf: number,
  scratch: {
    readonly x: Float64Array
    readonly y: Float64Array
    readonly places: Uint32Array
  },
): Split | undefined {
  const n = to - from
  const places = scratch.places.subarray(0, n)
  for (let i = 0; i < n; i++) places[i] = order.placeOf[rows[from + i]!]!
  sortPlaces(places)
  let total = 0
  for (let i = 0; i < n; i++) {
    const row = order.rows[places[i]!]!
    rows[from + i] = row
    scratch.x[i] = column[row]!
    scratch.y[i] = y[row]!
    total += scratch.y[i]!
  }
  let left = 0
  let gain = Number.NEGATIVE_INFINITY
  let at = -1
  for (let i = 1; i < n; i++) {
    left += scratch.y[i - 1]!
    if (scratch.x[i] === scratch.x[i - 1] || i < minLeaf || n - i < minLeaf) continue
    const right = total - left
    const between = (left * left) / i + (right * right) / (n - i)
    if (between > gain) {
      gain = between
      at = i
    }
  }
  if (at < 0) return undefined
  const below = scratch.x[at - 1]!
  const above = scratch.x[at]!
  const middle = below + (above - below) / 2
  return { feature, threshold: middle > below ? middle : above, labels: 0, gain }
}

/** Up to so many numbers are sorted by insertion, which is quicker than a call of the engine's sort. */
const few = 24

function sortPlaces(places: Uint32Array): void {
  if (places.length > few) {
    places.sort()
    return
  }
  for (let i = 1; i < places.length; i++) {
    const place = places[i]!
    let at = i
    for (; at > 0 && places[at - 1]! > place; at--) places[at] = places[at - 1]!
    places[at] = place
  }
}

function splitLabels(
  column: Float64Array,
  y: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
  feature: number,
  count: number,
  minLeaf: number,
): Split | undefined {
  const sums = new Float64Array(count)
  const sizes = new Int32Array(count)
  let total = 0
  for (let i = from; i < to; i++) {
    const row = rows[i]!
    const label = column[row]!
    sums[label] = sums[label]! + y[row]!
    sizes[label] = sizes[label]! + 1
    total += y[row]!
  }
  const present: number[] = []
  for (let label = 0; label < count; label++) if (sizes[label]! > 0) present.push(label)
  present.sort((a, b) => sums[a]! / sizes[a]! - sums[b]! / sizes[b]! || a - b)
  let labels = 0
  let left = 0
  let size = 0
  let best: Split | undefined
  for (const label of present.slice(0, -1)) {
    labels = (labels | (1 << label)) >>> 0
    left += sums[label]!
    size += sizes[label]!
    const others = to - from - size
    if (size < minLeaf || others < minLeaf) continue
    const gain = (left * left) / size + ((total - left) * (total - left)) / others
    if (best === undefined || gain > best.gain) best = { feature, threshold: 0, labels, gain }
  }
  return best
}

/** The leaf a point falls into. */
export function leafOf(tree: Tree, x: ArrayLike<number>): number {
  let node = 0
  for (let feature = tree.feature[0]!; feature >= 0; feature = tree.feature[node]!) {
    node = goesLeft(x[feature]!, tree.threshold[node]!, tree.labels[node]!)
      ? tree.left[node]!
      : tree.right[node]!
  }
  return node
}
