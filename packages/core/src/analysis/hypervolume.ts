import { AttuneError } from '../errors.ts'

/**
 * The hypervolume of a set of points: the measure of what they dominate up to the reference.
 *
 * `points` are rows of losses (smaller is better), in the order of `reference`. Points that are not
 * below the reference in every loss, and points with NaN, count nothing; a loss of -Infinity makes
 * the volume infinite. Dominated points and copies may be among them.
 *
 * One loss: a difference. Two: a sweep, O(n log n). More: the exclusive volumes of L. While,
 * L. Bradstreet, L. Barone, "A Fast Way of Calculating Exact Hypervolumes", IEEE TEC 16(1), 2012,
 * with their slicing by the last loss down to the sweep; O(n² log n) for three losses and
 * exponential in their number at worst.
 *
 * @throws AttuneError `usage` when a point has not as many losses as the reference.
 */
export function hypervolume(
  points: readonly (readonly number[])[],
  reference: readonly number[],
): number {
  const odd = points.findIndex((point) => point.length !== reference.length)
  if (odd !== -1) {
    throw new AttuneError(
      'usage',
      `Every point needs as many losses as the reference (${reference.length}), point ${odd} has ${points[odd]?.length}.`,
    )
  }
  if (reference.length === 0) return 0
  const inside = points.filter((point) => point.every((x, k) => x < (reference[k] as number)))
  if (inside.some((point) => point.includes(Number.NEGATIVE_INFINITY))) {
    return Number.POSITIVE_INFINITY
  }
  return volume(inside, reference, reference.length)
}

/** The volume in the first `size` losses of points that all lie below the reference. */
function volume(
  points: readonly (readonly number[])[],
  reference: readonly number[],
  size: number,
): number {
  if (size === 1)
    return points.reduce((most, point) => Math.max(most, reference[0]! - point[0]!), 0)
  if (size === 2) return sweep(points, reference)
  const last = size - 1
  const sorted = nonDominated(points, size).sort((a, b) => b[last]! - a[last]!)
  let sum = 0
  sorted.forEach((point, i) => {
    // Beyond a point with the worst last loss, all that follows is as wide in this loss.
    const others = sorted.slice(i + 1).map((other) => worse(point, other, last))
    sum += (reference[last]! - point[last]!) * exclusive(point, others, reference, last)
  })
  return sum
}

/**
 * What `point` adds to the hypervolume of `others`; 0 when it is not below the reference in every
 * loss. Rows of as many losses as the reference; those of others that do not count are passed over.
 * Cost: as `hypervolume` of the others, less when few of them are near.
 */
export function exclusiveHypervolume(
  point: readonly number[],
  others: readonly (readonly number[])[],
  reference: readonly number[],
): number {
  const size = reference.length
  const below = (row: readonly number[]): boolean =>
    row.every((x, k) => x < (reference[k] as number))
  if (!below(point)) return 0
  const limited = others.filter(below).map((other) => worse(point, other, size))
  return Math.max(0, exclusive(point, nonDominated(limited, size), reference, size))
}

/** What only `point` dominates, when every one of `others` is nowhere better than it. */
function exclusive(
  point: readonly number[],
  others: readonly (readonly number[])[],
  reference: readonly number[],
  size: number,
): number {
  let box = 1
  for (let k = 0; k < size; k++) box *= reference[k]! - point[k]!
  return others.length === 0 ? box : box - volume(others, reference, size)
}

function worse(a: readonly number[], b: readonly number[], size: number): number[] {
  const row: number[] = []
  for (let k = 0; k < size; k++) row.push(Math.max(a[k]!, b[k]!))
  return row
}

/** The area below a staircase, from its left end. */
function sweep(points: readonly (readonly number[])[], reference: readonly number[]): number {
  const sorted = points.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)
  let lowest = reference[1]!
  let area = 0
  for (const point of sorted) {
    if (point[1]! >= lowest) continue
    area += (reference[0]! - point[0]!) * (lowest - point[1]!)
    lowest = point[1]!
  }
  return area
}

/** The points that no other weakly dominates in the first `size` losses; one of each copy. */
function nonDominated(points: readonly (readonly number[])[], size: number): (readonly number[])[] {
  const sorted = points.toSorted((a, b) => {
    for (let k = 0; k < size; k++) if (a[k] !== b[k]) return a[k]! - b[k]!
    return 0
  })
  const front: (readonly number[])[] = []
  for (const point of sorted) {
    // In this order only points before can dominate a point.
    const covered = front.some((other) => {
      for (let k = 0; k < size; k++) if (other[k]! > point[k]!) return false
      return true
    })
    if (!covered) front.push(point)
  }
  return front
}
