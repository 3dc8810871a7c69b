import { exp, log } from '../../math/elementary.ts'
import type { Rng } from '../../math/rng.ts'
import type { Column } from './column.ts'
import type { Kernels, Slot } from './slot.ts'
import { createSlot, fillSlot, sampleSlot } from './slot.ts'
import type { Terms } from './terms.ts'
import { addChoice, addGaussian, addGaussians, addGrid, negligible } from './terms.ts'

/**
 * A multivariate Parzen estimator over the dimensions of one group: a mixture of product kernels,
 * one a trial and one prior.
 *
 * Source: S. Watanabe, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components
 * and Their Roles for Better Empirical Performance", arXiv 2304.11127, sections 3.2 and 3.3.
 *
 * n  kernels of trials (kernel n is the prior)        d  dimensions
 * Continuous dimension: Gaussian truncated to [0, 1] with a bandwidth of its own, the larger
 * distance to its neighbours, at least `minBandwidth` and at most 1.
 * Grid dimension: the mass of that Gaussian in each cell.   Choice: Aitchison-Aitken.
 * Prior kernel: mean 1/2, bandwidth 1; uniform over labels.
 * Densities are natural logarithms; scores of two estimators over the same group compare.
 * The arrays are kept and filled anew for every proposal.
 */
export interface Parzen {
  /** Takes these kernels. */
  fill(kernels: Kernels): void
  /** A draw from the mixture, as codes. */
  sample(rng: Rng, out: Float64Array): void
  /** Log density at a point of codes. */
  logDensity(point: Float64Array): number
}

/** The columns are read whenever kernels are taken. */
export function createParzen(columns: readonly Column[]): Parzen {
  const slots = columns.map(createSlot)
  const slotsOf = (...kinds: readonly string[]): number[] =>
    slots.flatMap(({ column }, j) => (kinds.includes(column.dimension.kind) ? [j] : []))
  const continuous = slotsOf('continuous')
  const discrete = slotsOf('grid', 'choice')
  let weights = new Float64Array(0) as Float64Array
  let n = 0
  let total = 1
  /** The largest log of a kernel before any dimension. */
  let highest = 0
  let room = createRoom(64)

  /** The log density of the prior kernel, with its weight. */
  const logPrior = (x: Float64Array): number => {
    let sum = room.all.logs[n]!
    for (let j = 0; j < slots.length; j++) {
      const { column, tableOf, used } = slots[j]!
      const { kind, count } = column.dimension
      if (kind === 'continuous') sum -= 0.5 * (x[j]! - 0.5) ** 2
      else if (kind === 'grid') sum += used[tableOf[n]!]![x[j]!]!
      else sum -= log(count)
    }
    return sum
  }
  /** Leaves in `near` the kernels that count beside the prior, and gives their number. */
  const addAll = (x: Float64Array, prior: number): number => {
    const { all, near, masses } = room
    let [start, end] = [0, n]
    let from = all
    const first = continuous[0]
    if (first !== undefined && slots[first]!.isSorted) {
      ;[start, end] = within(slots[first]!, n, x[first]!, highest - prior)
    }
    for (let k = 0; k < continuous.length; k += 2) {
      const [a, b] = [continuous[k]!, continuous[k + 1]]
      end =
        b === undefined
          ? addGaussian(slots[a]!, x[a]!, from, near, start, end, prior)
          : addGaussians(slots[a]!, x[a]!, slots[b]!, x[b]!, from, near, start, end, prior)
      from = near
      start = 0
    }
    for (const j of discrete) {
      const slot = slots[j]!
      end =
        slot.column.dimension.kind === 'grid'
          ? addGrid(slot, x[j]!, from, near, 0, end, prior, masses)
          : addChoice(slot, x[j]!, from, near, 0, end, prior)
      from = near
    }
    return end
  }

  return {
    fill(given) {
      weights = given.weights
      n = given.rows.length
      if (room.masses.length <= n) room = createRoom(2 * n + 2)
      total = given.priorWeight
      for (let i = 0; i < n; i++) total += weights[i]!
      const constant = room.all.logs
      for (let i = 0; i < n; i++) {
        const same = i > 0 && weights[i] === weights[i - 1]
        constant[i] = same ? constant[i - 1]! : log(weights[i]! / total)
      }
      constant[n] = log(given.priorWeight / total)
      for (const slot of slots) fillSlot(slot, given, constant)
      highest = Number.NEGATIVE_INFINITY
      for (let i = 0; i < n; i++) if (constant[i]! > highest) highest = constant[i]!
    },
    logDensity(x) {
      const prior = logPrior(x)
      const count = addAll(x, prior)
      const { logs } = room.near
      let top = prior
      for (let k = 0; k < count; k++) if (logs[k]! > top) top = logs[k]!
      let sum = exp(prior - top)
      for (let k = 0; k < count; k++) {
        const rest = logs[k]! - top
        if (rest > negligible) sum += exp(rest)
      }
      return top + log(sum)
    },
    sample(rng, out) {
      let rest = rng.next() * total
      let kernel = n
      for (let i = 0; i < n; i++) {
        rest -= weights[i]!
        if (rest < 0) {
          kernel = i
          break
        }
      }
      for (let j = 0; j < slots.length; j++) out[j] = sampleSlot(slots[j]!, kernel, n, rng.next())
    },
  }
}

/**
 * From which to which of sorted kernels any may count: all others lie so many bandwidths, even of the
 * widest, off x that they are negligible although they begin `lead` above the prior.
 */
function within(
  { positions, widest }: Slot,
  n: number,
  x: number,
  lead: number,
): [start: number, end: number] {
  // A little farther than the rule, which rounding may have the other way.
  const reach = 1.000001 * widest * Math.sqrt(2 * Math.max(0, lead - negligible))
  return [placeOf(positions, n, x - reach), placeOf(positions, n, x + reach)]
}

/** How many of n ascending numbers are below x. */
function placeOf(numbers: Float64Array, n: number, x: number): number {
  let low = 0
  let high = n
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

/** Room for that many kernels and the prior. */
interface Room {
  /** Every kernel with what is the same at all points: its weight and its normalisers. */
  readonly all: Terms
  readonly near: Terms
  readonly masses: Float64Array
}

function createRoom(size: number): Room {
  return {
    all: { places: Int32Array.from({ length: size }, (_, i) => i), logs: new Float64Array(size) },
    near: { places: new Int32Array(size), logs: new Float64Array(size) },
    masses: new Float64Array(size),
  }
}
