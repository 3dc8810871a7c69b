import { sobolPoint } from '../math/sobol.ts'
import { exclusiveHypervolume } from './hypervolume.ts'

/** What one point adds to a set that grows. */
interface Gains {
  gain(point: number): number
  add(point: number): void
}

/**
 * The numbers of `count` points that together have a large hypervolume, in the order in which they
 * were taken: always the one that adds most, of equals the first (greedy hypervolume subset
 * selection; the volume is at least 1 - 1/e, 63 %, of the largest possible).
 *
 * `points` are rows of losses (smaller is better). With `samples` above 0 and three or more losses
 * volumes are estimated at that many Sobol' points between the best of each loss and the reference,
 * which costs the same for any number of losses.
 *
 * Source: A. P. Guerreiro, C. M. Fonseca, L. Paquete, "Greedy Hypervolume Subset Selection in Low
 * Dimensions", Evolutionary Computation 24(3), 2016; as what a point adds only shrinks while the set
 * grows, gains are worked out again only when they lead (M. Minoux, 1978).
 * Cost for n points: two losses about O(n count); more, exactly, as many exclusive volumes.
 */
export function hypervolumeSubset(
  points: readonly (readonly number[])[],
  count: number,
  reference: readonly number[],
  samples = 0,
): number[] {
  const gains = gainsOf(points, reference, samples)
  const bounds = points.map((_, i) => gains.gain(i))
  const workedOutAt = new Int32Array(points.length)
  const open = points.map((_, i) => i)
  const taken: number[] = []
  while (taken.length < count && open.length > 0) {
    let lead = 0
    for (let place = 1; place < open.length; place++) {
      if (bounds[open[place]!]! > bounds[open[lead]!]!) lead = place
    }
    const point = open[lead]!
    if (workedOutAt[point] === taken.length) {
      gains.add(point)
      taken.push(point)
      open.splice(lead, 1)
    } else {
      bounds[point] = gains.gain(point)
      workedOutAt[point] = taken.length
    }
  }
  return taken
}

/**
 * What each point alone adds to the hypervolume of all; 0 for points that another dominates or
 * equals, or that are not below the reference. `samples` as in `hypervolumeSubset`.
 */
export function hypervolumeContributions(
  points: readonly (readonly number[])[],
  reference: readonly number[],
  samples = 0,
): Float64Array {
  if (reference.length === 2) return areaContributions(points, reference)
  if (samples > 0) return estimatedContributions(points, reference, samples)
  return Float64Array.from(points, (point, i) =>
    exclusiveHypervolume(
      point,
      points.filter((_, j) => j !== i),
      reference,
    ),
  )
}

function gainsOf(
  points: readonly (readonly number[])[],
  reference: readonly number[],
  samples: number,
): Gains {
  if (reference.length === 2) return areaGains(points, reference)
  if (samples > 0) return estimatedGains(points, reference, samples)
  const set: (readonly number[])[] = []
  return {
    gain: (i) => exclusiveHypervolume(points[i]!, set, reference),
    add: (i) => set.push(points[i]!),
  }
}

/** Rows by their first loss, then by the second. */
const byLosses = (a: readonly number[], b: readonly number[]): number =>
  a[0]! - b[0]! || a[1]! - b[1]!

function areaGains(points: readonly (readonly number[])[], reference: readonly number[]): Gains {
  const set: (readonly number[])[] = []
  return {
    gain: (i) => exclusiveArea(points[i]!, set, placeOf(points[i]!, set), -1, reference),
    add: (i) => void set.splice(placeOf(points[i]!, set), 0, points[i]!),
  }
}

function areaContributions(
  points: readonly (readonly number[])[],
  reference: readonly number[],
): Float64Array {
  const order = points.map((_, i) => i).sort((a, b) => byLosses(points[a]!, points[b]!) || a - b)
  const sorted = order.map((i) => points[i]!)
  const areas = new Float64Array(points.length)
  order.forEach((i, place) => {
    areas[i] = exclusiveArea(points[i]!, sorted, place, place, reference)
  })
  return areas
}

/** How many rows of a sorted set come before a point. */
function placeOf(point: readonly number[], set: readonly (readonly number[])[]): number {
  let low = 0
  let high = set.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (byLosses(set[middle]!, point) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The area that only `point` dominates beside a set in the order of its losses, of which the rows
 * before `place` come before it and the row `left` is left out.
 */
function exclusiveArea(
  point: readonly number[],
  set: readonly (readonly number[])[],
  place: number,
  left: number,
  reference: readonly number[],
): number {
  const [a, b] = [point[0]!, point[1]!]
  let ceiling = reference[1]!
  // The nearest rows before it come first: they are the ones most likely to cover it.
  for (let k = place - 1; k >= 0 && ceiling > b; k--) {
    if (k !== left) ceiling = Math.min(ceiling, set[k]![1]!)
  }
  let from = a
  let area = 0
  for (let k = place; k < set.length && ceiling > b && from < reference[0]!; k++) {
    if (k === left) continue
    const to = Math.min(reference[0]!, set[k]![0]!)
    area += (to - from) * (ceiling - b)
    from = to
    ceiling = Math.min(ceiling, set[k]![1]!)
  }
  return ceiling > b && from < reference[0]! ? area + (reference[0]! - from) * (ceiling - b) : area
}

/** By point the samples it dominates, one bit each, and the volume a sample stands for. */
interface Cover {
  readonly words: number
  readonly bits: readonly Uint32Array[]
  readonly share: number
}

const coverOf = (
  points: readonly (readonly number[])[],
  reference: readonly number[],
  samples: number,
): Cover => {
  const size = reference.length
  const ideal = reference.map((r, k) => points.reduce((low, p) => Math.min(low, p[k]!), r))
  const words = Math.ceil(samples / 32)
  const bits = points.map(() => new Uint32Array(words))
  const sample = new Float64Array(size)
  for (let s = 0; s < samples; s++) {
    // The sequence begins with the origin, which is the ideal point itself.
    sobolPoint(s + 1, size, sample)
    for (let k = 0; k < size; k++) sample[k] = ideal[k]! + sample[k]! * (reference[k]! - ideal[k]!)
    for (let i = 0; i < points.length; i++) {
      const point = points[i]!
      let k = 0
      while (k < size && point[k]! <= sample[k]!) k++
      if (k === size) bits[i]![s >> 5]! |= 1 << (s & 31)
    }
  }
  const whole = reference.reduce((volume, r, k) => volume * (r - ideal[k]!), 1)
  return { words, bits, share: whole / samples }
}

function estimatedGains(
  points: readonly (readonly number[])[],
  reference: readonly number[],
  samples: number,
): Gains {
  const { words, bits, share } = coverOf(points, reference, samples)
  const covered = new Uint32Array(words)
  return {
    gain(i) {
      let count = 0
      for (let w = 0; w < words; w++) count += bitCount(bits[i]![w]! & ~covered[w]!)
      return count * share
    },
    add(i) {
      for (let w = 0; w < words; w++) covered[w]! |= bits[i]![w]!
    },
  }
}

function estimatedContributions(
  points: readonly (readonly number[])[],
  reference: readonly number[],
  samples: number,
): Float64Array {
  const { words, bits, share } = coverOf(points, reference, samples)
  const once = new Uint32Array(words)
  const twice = new Uint32Array(words)
  for (const row of bits) {
    for (let w = 0; w < words; w++) {
      twice[w]! |= once[w]! & row[w]!
      once[w]! |= row[w]!
    }
  }
  return Float64Array.from(bits, (row) => {
    let count = 0
    for (let w = 0; w < words; w++) count += bitCount(row[w]! & ~twice[w]!)
    return count * share
  })
}

/** How many bits of a word are set, by adding neighbours in parallel. */
function bitCount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  x = (x + (x >>> 4)) & 0x0f0f0f0f
  return Math.imul(x, 0x01010101) >>> 24
}
