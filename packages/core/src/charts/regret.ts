import type { Direction } from '../journal/event.ts'

/** How far results lie behind the best one that is known, on an axis that cannot show zero. */
export interface Distances {
  /** Where the best one stands, and whatever is better or as good. */
  readonly floor: number
  readonly of: (value: number) => number
}

/** The smallest distance that is told apart, as a share of the largest. */
const finest = 1e-9

/**
 * Distances to a best result, for a log axis. Half of the smallest distance there is takes the place of
 * zero, and of reports that are better than any result.
 *
 * @param values what will be drawn
 * @returns undefined when the best is not finite, or nothing lies behind it
 */
export function distancesTo(
  best: number,
  direction: Direction,
  values: readonly number[],
): Distances | undefined {
  const sign = direction === 'maximize' ? -1 : 1
  const raw = (value: number): number => sign * (value - best)
  let [nearest, farthest] = [Number.POSITIVE_INFINITY, 0]
  for (const value of values) {
    const distance = raw(value)
    if (!(distance > 0) || !Number.isFinite(distance)) continue
    nearest = Math.min(nearest, distance)
    farthest = Math.max(farthest, distance)
  }
  if (!Number.isFinite(best) || farthest === 0) return undefined
  const floor = Math.max(nearest, finest * farthest) / 2
  return { floor, of: (value) => (Number.isNaN(value) ? value : Math.max(floor, raw(value))) }
}
