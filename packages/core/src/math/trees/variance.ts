import type { Criterion, Growth, Split } from './criterion.ts'
import { between, goesLeft, withAbsent } from './side.ts'
import type { Ranks } from './row-order.ts'
import { fewDistinct, isConstant, sortPlaces, widestTally } from './row-order.ts'

/** Means and variances of the nodes that were entered. */
export interface VarianceNodes {
  readonly mean: number[]
  readonly variance: number[]
}

/**
 * Splits by the variance of numbers y within both sides. The gain is the sum of squares between the
 * sides, up to a constant of the node; labels are tried in the order of their means, which holds the
 * best of all sets (L. Breiman et al., "Classification and Regression Trees", 1984, section 9.4).
 */
export function varianceCriterion(
  growth: Growth,
  y: Float64Array,
  weights: Float64Array,
  nodes: VarianceNodes,
): Criterion {
  const { columns, counts, orders, rows, minLeaf, absent } = growth
  const size = rows.length
  const scratch = {
    x: new Float64Array(size),
    y: new Float64Array(size),
    weights: new Float64Array(size),
    places: new Uint32Array(size),
    marks: new Uint32Array(y.length),
  }
  const widest = widestTally(counts, orders, size, 1)
  const sums = new Float64Array(widest)
  const masses = new Float64Array(widest)
  const sizes = new Int32Array(widest)
  let nodeSum = 0
  let nodeMass = 0

  /** The sums by value of an integer column; what was there before is gone. */
  const tally = (
    of: Int32Array | Float64Array,
    width: number,
    from: number,
    to: number,
  ): number => {
    sums.fill(0, 0, width)
    masses.fill(0, 0, width)
    sizes.fill(0, 0, width)
    let total = 0
    for (let i = from; i < to; i++) {
      const row = rows[i]!
      const value = of[row]!
      const w = weights[row]!
      const wy = w * y[row]!
      sums[value]! += wy
      masses[value]! += w
      sizes[value]!++
      total += wy
    }
    return total
  }

  const byRank = (ranks: Ranks, feature: number, from: number, to: number): Split | undefined => {
    const width = ranks.values.length
    const total = tally(ranks.of, width, from, to)
    const n = to - from
    let left = 0
    let mass = 0
    let count = 0
    let gain = Number.NEGATIVE_INFINITY
    let below = -1
    let at = -1
    for (let rank = 0, last = -1; rank < width && count < n; rank++) {
      if (sizes[rank] === 0) continue
      if (last >= 0 && count >= minLeaf && n - count >= minLeaf) {
        const right = total - left
        const found = (left * left) / mass + (right * right) / (nodeMass - mass)
        if (found > gain) {
          gain = found
          below = last
          at = rank
        }
      }
      left += sums[rank]!
      mass += masses[rank]!
      count += sizes[rank]!
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
    let total = 0
    for (let i = 0; i < n; i++) {
      const row = order.rows[places[i]!]!
      rows[from + i] = row
      scratch.x[i] = column[row]!
      const w = weights[row]!
      scratch.weights[i] = w
      scratch.y[i] = w * y[row]!
      total += scratch.y[i]!
    }
    let left = 0
    let mass = 0
    let gain = Number.NEGATIVE_INFINITY
    let at = -1
    for (let i = 1; i < n; i++) {
      left += scratch.y[i - 1]!
      mass += scratch.weights[i - 1]!
      if (scratch.x[i] === scratch.x[i - 1] || i < minLeaf || n - i < minLeaf) continue
      const right = total - left
      const found = (left * left) / mass + (right * right) / (nodeMass - mass)
      if (found > gain) {
        gain = found
        at = i
      }
    }
    if (at < 0) return undefined
    return { feature, threshold: between(scratch.x[at - 1]!, scratch.x[at]!), labels: 0, gain }
  }

  return {
    enter(from, to) {
      let mass = 0
      let sum = 0
      let squares = 0
      for (let i = from; i < to; i++) {
        const v = y[rows[i]!]!
        const w = weights[rows[i]!]!
        mass += w
        sum += w * v
        squares += w * (v * v)
      }
      const mean = sum / mass
      const variance = Math.max(0, squares / mass - mean * mean)
      nodes.mean.push(mean)
      nodes.variance.push(variance)
      nodeSum = sum
      nodeMass = mass
      return variance > 1e-12 * mean * mean
    },
    base: () => (nodeSum * nodeSum) / nodeMass,
    numbers(feature, from, to) {
      const { ranks } = orders[feature]!
      if (isConstant(ranks, rows, from, to)) return undefined
      return fewDistinct(ranks, to - from, 1)
        ? byRank(ranks, feature, from, to)
        : byPlace(feature, from, to)
    },
    labels(feature, from, to) {
      const count = counts[feature]!
      const total = tally(columns[feature]!, count, from, to)
      const order: number[] = []
      let present = 0
      for (let label = 0; label < count; label++) {
        if (sizes[label] === 0) continue
        order.push(label)
        present |= 1 << label
      }
      order.sort((a, b) => sums[a]! / masses[a]! - sums[b]! / masses[b]! || a - b)
      let labels = 0
      let left = 0
      let mass = 0
      let rowsLeft = 0
      let best: Split | undefined
      for (let k = 0; k < order.length - 1; k++) {
        const label = order[k]!
        labels = (labels | (1 << label)) >>> 0
        left += sums[label]!
        mass += masses[label]!
        rowsLeft += sizes[label]!
        const others = to - from - rowsLeft
        if (rowsLeft < minLeaf || others < minLeaf) continue
        const gain = (left * left) / mass + ((total - left) * (total - left)) / (nodeMass - mass)
        if (best !== undefined && !(gain > best.gain)) continue
        const larger = absent === 'larger' && rowsLeft > others
        best = { feature, threshold: 0, labels: withAbsent(labels, present, count, larger), gain }
      }
      return best
    },
    gain(feature, threshold, labels, from, to) {
      const column = columns[feature]!
      let left = 0
      let mass = 0
      let count = 0
      for (let i = from; i < to; i++) {
        const row = rows[i]!
        if (!goesLeft(column[row]!, threshold, labels)) continue
        left += weights[row]! * y[row]!
        mass += weights[row]!
        count++
      }
      if (count < minLeaf || to - from - count < minLeaf) return Number.NEGATIVE_INFINITY
      const right = nodeSum - left
      return (left * left) / mass + (right * right) / (nodeMass - mass)
    },
  }
}
