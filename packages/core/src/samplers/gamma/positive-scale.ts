import { exp } from '../../math/elementary.ts'
import type { Warp } from '../model/warp.ts'

/**
 * A map from losses to targets of mean 0 and variance 1, and back from targets to positive values:
 * the loss, or the gain where the metric is maximised, in units of the range of losses.
 */
export interface PositiveScale extends Warp {
  /** 1 where values are losses, -1 where they are gains. */
  readonly sign: 1 | -1
  /** The value at target 0, and the size of a unit of targets in values. */
  readonly level: number
  readonly unit: number
  /** Means below this are bent so as to stay positive. */
  readonly floor: number
}

/** A loss so many times as far from the best as the median of those that are worse is an outlier. */
const farthest = 5
/** Where the smallest value comes to lie, in ranges, when values had to be shifted. */
const shifted = 0.1

/**
 * Fits the scale to losses, in this order:
 *
 * 1. A loss farther from the best than five times the median distance of the worse ones is drawn in
 *    to there; so are infinite losses, and minus infinity counts as the best finite loss.
 * 2. A maximised metric is turned back into gains.
 * 3. If a value is zero or negative, all are shifted so that the smallest lies a tenth of their range
 *    above zero. Positive values stay as they are: their distance from zero shapes the Gamma.
 * 4. For the surrogate, values are standardised, in the direction of losses.
 * @param losses any numbers but NaN
 */
export function fitPositiveScale(
  losses: readonly number[],
  direction: 'minimize' | 'maximize',
): PositiveScale {
  const sign = direction === 'minimize' ? 1 : -1
  // Halved, so that no difference overflows.
  const finite = losses.filter(Number.isFinite).map((loss) => loss / 2)
  const best = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const gaps = finite.map((half) => half - best).filter((gap) => gap > 0)
  if (gaps.length === 0) {
    return { sign, level: 1, unit: 1, floor: 0.1, best: 0, worst: 0, apply: () => 0 }
  }
  gaps.sort((a, b) => a - b)
  const range = Math.min(gaps.at(-1)!, farthest * gaps[(gaps.length - 1) >> 1]!)
  /** How far a loss lies from the best, in ranges. */
  const gapOf = (loss: number): number => Math.min(1, Math.max(0, (loss / 2 - best) / range))
  const all = losses.map(gapOf)
  let mean = 0
  for (const gap of all) mean += gap / all.length
  let variance = 0
  for (const gap of all) variance += (gap - mean) ** 2 / all.length
  const deviation = Math.sqrt(variance)
  const smallest = sign === 1 ? best / range : -(best / range + 1)
  const offset = smallest > 0 ? smallest : shifted
  const apply = (loss: number): number => (gapOf(loss) - mean) / deviation
  return {
    sign,
    level: offset + (sign === 1 ? mean : 1 - mean),
    unit: deviation,
    floor: offset / 10,
    apply,
    best: -mean / deviation,
    worst: (Math.max(...all) - mean) / deviation,
  }
}

/**
 * A mean that is positive and grows with the one given: itself from the floor up, and below it an
 * exponential that goes on with the same slope.
 */
export function positiveMean(mean: number, { floor }: PositiveScale): number {
  return mean >= floor ? mean : floor * exp(Math.max(-500, mean / floor - 1))
}
