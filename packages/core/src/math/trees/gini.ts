import type { Criterion, Growth, Split } from './criterion.ts'
import { between, goesLeft, withAbsent } from './side.ts'
import type { Ranks } from './row-order.ts'
import { fewDistinct, isConstant, sortPlaces, widestTally } from './row-order.ts'

/**
 * Splits by the Gini impurity of classes within both sides (L. Breiman et al., 1984, section 4.3): the
 * gain is the sum over the sides of the squared weights of the classes by the weight of the side, up
 * to a constant of the node. Labels are tried in the order of their share of a class, for each class
 * of the node in turn; of two classes this holds the best of all sets (section 9.4), of more the best
 * of those that set one class apart.
 * @param codes by row, its class in 0 … classes - 1
 * @param shares takes the shares of the classes, node by node
 */
export function giniCriterion(
  growth: Growth,
  codes: Int32Array,
  classes: number,
  weights: Float64Array,
  shares: number[],
): Criterion {
  const { columns, counts, orders, rows, minLeaf, absent } = growth
  const size = rows.length
  const scratch = {
    x: new Float64Array(size),
    codes: new Int32Array(size),
    weights: new Float64Array(size),
    places: new Uint32Array(size),
    marks: new Uint32Array(codes.length),
  }
  const widest = widestTally(counts, orders, size, classes)
  /** By value and class the weight, by value the weight and the rows. */
  const table = new Float64Array(widest * classes)
  const masses = new Float64Array(widest)
  const sizes = new Int32Array(widest)
  const node = new Float64Array(classes)
  const left = new Float64Array(classes)
  const right = new Float64Array(classes)
  let nodeMass = 0
  let nodeSquares = 0

  const startSweep = (): void => {
    left.fill(0)
    right.set(node)
  }

  const tally = (of: Int32Array | Float64Array, width: number, from: number, to: number): void => {
    table.fill(0, 0, width * classes)
    masses.fill(0, 0, width)
    sizes.fill(0, 0, width)
    for (let i = from; i < to; i++) {
      const row = rows[i]!
      const value = of[row]!
      const w = weights[row]!
      table[value * classes + codes[row]!]! += w
      masses[value]! += w
      sizes[value]!++
    }
  }

  /** Moves all rows of a value to the left side; gives the gain of the split after it. */
  const moveValue = (value: number, leftMass: number): number => {
    let squaresLeft = 0
    let squaresRight = 0
    const at = value * classes
    for (let k = 0; k < classes; k++) {
      const w = table[at + k]!
      const l = left[k]! + w
      const r = right[k]! - w
      left[k] = l
      right[k] = r
      squaresLeft += l * l
      squaresRight += r * r
    }
    return squaresLeft / leftMass + squaresRight / (nodeMass - leftMass)
  }

  const byRank = (ranks: Ranks, feature: number, from: number, to: number): Split | undefined => {
    const width = ranks.values.length
    tally(ranks.of, width, from, to)
    startSweep()
    const n = to - from
    let mass = 0
    let count = 0
    let gain = Number.NEGATIVE_INFINITY
    let below = -1
    let at = -1
    let found = gain
    for (let rank = 0, last = -1; rank < width; rank++) {
      if (sizes[rank] === 0) continue
      if (last >= 0 && found > gain && count >= minLeaf && n - count >= minLeaf) {
        gain = found
        below = last
        at = rank
      }
      count += sizes[rank]!
      if (count === n) break
      mass += masses[rank]!
      found = moveValue(rank, mass)
      last = rank
    }
    if (at < 0) return undefined
    return { feature, threshold: between(ranks.values[below]!, ranks.values[at]!), labels: 0, gain }
  }

  const byPlace = (feature: number, from: number, to: number): Split | undefined => {
    const column = columns[feature]!
    const order = orders[feature]!
    const n = to - from
    const places = scratch.places.subarray(0, n)
    for (let i = 0; i < n; i++) places[i] = order.placeOf[rows[from + i]!]!
    sortPlaces(places, scratch.marks)
    for (let i = 0; i < n; i++) {
      const row = order.rows[places[i]!]!
      rows[from + i] = row
      scratch.x[i] = column[row]!
      scratch.codes[i] = codes[row]!
      scratch.weights[i] = weights[row]!
    }
    startSweep()
    let squaresLeft = 0
    let squaresRight = nodeSquares
    let mass = 0
    let gain = Number.NEGATIVE_INFINITY
    let at = -1
    for (let i = 1; i < n; i++) {
      const k = scratch.codes[i - 1]!
      const w = scratch.weights[i - 1]!
      squaresLeft += w * (2 * left[k]! + w)
      squaresRight += w * (w - 2 * right[k]!)
      left[k]! += w
      right[k]! -= w
      mass += w
      if (scratch.x[i] === scratch.x[i - 1] || i < minLeaf || n - i < minLeaf) continue
      const found = squaresLeft / mass + squaresRight / (nodeMass - mass)
      if (found > gain) {
        gain = found
        at = i
      }
    }
    if (at < 0) return undefined
    return { feature, threshold: between(scratch.x[at - 1]!, scratch.x[at]!), labels: 0, gain }
  }

  /** The best of the sets that follow an order of the labels, if it is better than a known one. */
  const sweepLabels = (
    order: readonly number[],
    n: number,
    known: number,
  ): { readonly labels: number; readonly rows: number; readonly gain: number } | undefined => {
    startSweep()
    let best: ReturnType<typeof sweepLabels>
    let gain = known
    let labels = 0
    let mass = 0
    let count = 0
    for (let i = 0; i < order.length - 1; i++) {
      const label = order[i]!
      labels = (labels | (1 << label)) >>> 0
      mass += masses[label]!
      count += sizes[label]!
      const found = moveValue(label, mass)
      if (!(found > gain) || count < minLeaf || n - count < minLeaf) continue
      gain = found
      best = { labels, rows: count, gain }
    }
    return best
  }

  return {
    enter(from, to) {
      node.fill(0)
      for (let i = from; i < to; i++) node[codes[rows[i]!]!]! += weights[rows[i]!]!
      nodeMass = 0
      nodeSquares = 0
      let seen = 0
      for (let k = 0; k < classes; k++) {
        const w = node[k]!
        nodeMass += w
        nodeSquares += w * w
        if (w > 0) seen++
      }
      for (let k = 0; k < classes; k++) shares.push(node[k]! / nodeMass)
      return seen > 1
    },
    base: () => nodeSquares / nodeMass,
    numbers(feature, from, to) {
      const { ranks } = orders[feature]!
      if (isConstant(ranks, rows, from, to)) return undefined
      return fewDistinct(ranks, to - from, classes)
        ? byRank(ranks, feature, from, to)
        : byPlace(feature, from, to)
    },
    labels(feature, from, to) {
      const count = counts[feature]!
      tally(columns[feature]!, count, from, to)
      const order: number[] = []
      let present = 0
      for (let label = 0; label < count; label++) {
        if (sizes[label] === 0) continue
        order.push(label)
        present |= 1 << label
      }
      if (order.length < 2) return undefined
      let best: ReturnType<typeof sweepLabels>
      // Of two classes both give the same sets.
      for (let k = classes === 2 ? 1 : 0; k < classes; k++) {
        if (node[k] === 0) continue
        const share = (label: number): number => table[label * classes + k]! / masses[label]!
        order.sort((a, b) => share(a) - share(b) || a - b)
        best = sweepLabels(order, to - from, best?.gain ?? Number.NEGATIVE_INFINITY) ?? best
      }
      if (best === undefined) return undefined
      const larger = absent === 'larger' && 2 * best.rows > to - from
      const labels = withAbsent(best.labels, present, count, larger)
      return { feature, threshold: 0, labels, gain: best.gain }
    },
    gain(feature, threshold, labels, from, to) {
      const column = columns[feature]!
      left.fill(0)
      let count = 0
      for (let i = from; i < to; i++) {
        const row = rows[i]!
        if (!goesLeft(column[row]!, threshold, labels)) continue
        left[codes[row]!]! += weights[row]!
        count++
      }
      if (count < minLeaf || to - from - count < minLeaf) return Number.NEGATIVE_INFINITY
      let mass = 0
      let squaresLeft = 0
      let squaresRight = 0
      for (let k = 0; k < classes; k++) {
        const l = left[k]!
        const r = node[k]! - l
        mass += l
        squaresLeft += l * l
        squaresRight += r * r
      }
      return squaresLeft / mass + squaresRight / (nodeMass - mass)
    },
  }
}
