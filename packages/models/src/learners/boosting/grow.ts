import type { GrownTree } from '../trees/ensemble.ts'
import { wordsOf } from '../trees/ensemble.ts'
import type { BinSplit, Sums } from './best-split.ts'
import { bestSplit } from './best-split.ts'
import type { BinnedColumn } from './bins.ts'
import { histogramLayout, subtract, sumByBin } from './histogram.ts'

export interface GrowRules {
  /** Most leaves. */
  readonly leaves: number
  readonly maxDepth: number
  readonly minLeaf: number
  readonly l2: number
  readonly rate: number
}

/** The part of a list of rows that a node has. */
interface Range {
  readonly from: number
  readonly to: number
}

interface Node {
  /** Of the rows that are learnt from, and of those that only have to know their leaf. */
  readonly bag: Range
  readonly rest: Range
  readonly sums: Sums
  readonly depth: number
  split: BinSplit | undefined
  histogram: Float64Array | undefined
  children: readonly [Node, Node] | undefined
}

export interface BoostedTree extends GrownTree {
  /** By node, the loss that its split saves. */
  readonly gain: Float64Array
}

export type TreeGrower = (
  gradients: Float64Array,
  hessians: Float64Array,
  bag: Int32Array,
  rest: Int32Array,
  used: readonly number[],
  /** Told of every leaf the rows in it, a part of both lists. */
  eachLeaf: (value: number, rows: Int32Array) => void,
) => BoostedTree

/**
 * Grows trees leaf by leaf, always where the loss falls most (H. Shi, "Best-first decision tree
 * learning", 2007), on histograms of binned columns; of two children only the smaller is summed, the
 * other is what is left of the parent (G. Ke et al., "LightGBM", NIPS 2017). Leaves hold
 * -rate · G / (H + λ). Cost of a tree: about O(rows · columns · log leaves).
 */
export function createGrower(
  columns: readonly BinnedColumn[],
  categories: readonly number[],
  rules: GrowRules,
): TreeGrower {
  const layout = histogramLayout(columns)
  const size = columns[0]!.codes.length
  const scratch = { gradients: new Float64Array(size), hessians: new Float64Array(size) }
  const moved = new Int32Array(size)
  const spare: Float64Array[] = []

  return (gradients, hessians, bag, rest, used, eachLeaf) => {
    const sumUp = (node: Node): void => {
      const histogram = spare.pop() ?? new Float64Array(layout.length)
      const { from, to } = node.bag
      sumByBin(histogram, layout, columns, used, bag, from, to, gradients, hessians, scratch)
      node.histogram = histogram
    }
    const find = (node: Node): void => {
      const { sums, histogram } = node
      if (histogram === undefined) return
      for (const j of used) {
        const found = bestSplit(columns[j]!, j, histogram, layout.offsets[j]!, sums, rules)
        if (found !== undefined && found.gain > (node.split?.gain ?? 0)) node.split = found
      }
      if (node.split === undefined) giveBack(node)
    }
    const giveBack = (node: Node): void => {
      if (node.histogram !== undefined) spare.push(node.histogram)
      node.histogram = undefined
    }
    const mayGrow = ({ depth, sums }: Node): boolean =>
      depth < rules.maxDepth && sums.rows >= 2 * rules.minLeaf

    const divide = (node: Node, split: BinSplit, last: boolean): readonly [Node, Node] => {
      const column = columns[split.column]!
      const middle = partition(column, split, bag, node.bag, moved)
      const middleOfRest = partition(column, split, rest, node.rest, moved)
      const depth = node.depth + 1
      const left = nodeOf(
        { from: node.bag.from, to: middle },
        { from: node.rest.from, to: middleOfRest },
        split.left,
        depth,
      )
      const right = nodeOf(
        { from: middle, to: node.bag.to },
        { from: middleOfRest, to: node.rest.to },
        difference(node.sums, split.left),
        depth,
      )
      if (!last && (mayGrow(left) || mayGrow(right))) {
        const [smaller, larger] = left.sums.rows <= right.sums.rows ? [left, right] : [right, left]
        sumUp(smaller)
        larger.histogram = node.histogram
        node.histogram = undefined
        subtract(larger.histogram!, smaller.histogram!)
        for (const child of [left, right]) {
          if (mayGrow(child)) find(child)
          else giveBack(child)
        }
      }
      giveBack(node)
      return [left, right]
    }

    const root = nodeOf(
      { from: 0, to: bag.length },
      { from: 0, to: rest.length },
      total(gradients, hessians, bag),
      0,
    )
    const open: Node[] = [root]
    if (mayGrow(root)) {
      sumUp(root)
      find(root)
    }
    for (let leaves = 1; leaves < rules.leaves; leaves++) {
      const at = mostGainful(open)
      if (at < 0) break
      const node = open[at]!
      node.children = divide(node, node.split!, leaves === rules.leaves - 1)
      open.splice(at, 1, ...node.children)
    }
    for (const node of open) giveBack(node)
    return layOut(root, columns, categories, rules, (node, value) => {
      eachLeaf(value, bag.subarray(node.bag.from, node.bag.to))
      eachLeaf(value, rest.subarray(node.rest.from, node.rest.to))
    })
  }
}

function nodeOf(bag: Range, rest: Range, sums: Sums, depth: number): Node {
  return { bag, rest, sums, depth, split: undefined, histogram: undefined, children: undefined }
}

function total(gradients: Float64Array, hessians: Float64Array, rows: Int32Array): Sums {
  let gradient = 0
  let hessian = 0
  for (let i = 0; i < rows.length; i++) {
    gradient += gradients[rows[i]!]!
    hessian += hessians[rows[i]!]!
  }
  return { gradient, hessian, rows: rows.length }
}

function difference(node: Sums, left: Sums): Sums {
  return {
    gradient: node.gradient - left.gradient,
    hessian: node.hessian - left.hessian,
    rows: node.rows - left.rows,
  }
}

/** The leaf whose split saves most, of equals the first; -1 when none can be split. */
function mostGainful(open: readonly Node[]): number {
  let best = -1
  let gain = 0
  for (let i = 0; i < open.length; i++) {
    const found = open[i]!.split?.gain ?? 0
    if (found > gain) {
      gain = found
      best = i
    }
  }
  return best
}

/** Moves the rows of the left side to the front, both sides in their order; gives where the right begins. */
function partition(
  { codes, bins }: BinnedColumn,
  { bin, leftBins, missingLeft }: BinSplit,
  rows: Int32Array,
  { from, to }: Range,
  moved: Int32Array,
): number {
  const sides = leftBins ?? Uint8Array.from({ length: bins + 1 }, (_, b) => Number(b <= bin))
  sides[bins] = Number(missingLeft)
  let left = from
  let right = 0
  for (let i = from; i < to; i++) {
    const row = rows[i]!
    if (sides[codes[row]!] === 1) rows[left++] = row
    else moved[right++] = row
  }
  rows.set(moved.subarray(0, right), left)
  return left
}

/** The tree in preorder. */
function layOut(
  root: Node,
  columns: readonly BinnedColumn[],
  categories: readonly number[],
  { l2, rate }: GrowRules,
  eachLeaf: (node: Node, value: number) => void,
): BoostedTree {
  const feature: number[] = []
  const threshold: number[] = []
  const right: number[] = []
  const missingLeft: number[] = []
  const sets: (Int32Array | undefined)[] = []
  const gain: number[] = []
  const values: number[] = []
  const visit = (node: Node): void => {
    const at = feature.length
    const { split, children } = node
    const column = split === undefined ? undefined : columns[split.column]
    const grown = children !== undefined && column !== undefined && split !== undefined
    feature.push(grown ? split.column : -1)
    threshold.push(grown && column.categories === undefined ? thresholdOf(column, split.bin) : 0)
    right.push(-1)
    missingLeft.push(grown && split.missingLeft ? 1 : 0)
    sets.push(grown ? setOf(column, split, categories[split.column]!) : undefined)
    gain.push(grown ? split.gain : 0)
    if (!grown) {
      const value = (-rate * node.sums.gradient) / (node.sums.hessian + l2)
      values.push(Number.isFinite(value) ? value : 0)
      eachLeaf(node, values.at(-1)!)
      return
    }
    visit(children[0])
    right[at] = feature.length
    visit(children[1])
  }
  visit(root)
  return {
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    right: Int32Array.from(right),
    missingLeft: Uint8Array.from(missingLeft),
    sets,
    values: Float64Array.from(values),
    gain: Float64Array.from(gain),
  }
}

/** Behind the last bin all numbers go left. */
function thresholdOf({ thresholds }: BinnedColumn, bin: number): number {
  return thresholds[bin] ?? Number.POSITIVE_INFINITY
}

function setOf(
  { categories }: BinnedColumn,
  { leftBins }: BinSplit,
  count: number,
): Int32Array | undefined {
  if (categories === undefined || leftBins === undefined) return undefined
  return wordsOf(
    categories.filter((category, bin) => category >= 0 && leftBins[bin] === 1),
    count,
  )
}
