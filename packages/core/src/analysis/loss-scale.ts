import { expm1, log, log1p } from '../math/elementary.ts'
import { mean, quantile, variance } from '../math/stats.ts'

/** A smooth monotone map between losses and the targets of a model, both ways. */
export interface LossScale {
  targetOf(loss: number): number
  /** The loss that a target stands for, also of one better than every loss known. */
  lossOf(target: number): number
  /** λ: 1 is a straight line; below, what is worse than the median is drawn together. */
  readonly power: number
}

/** With these the power has every number as a value, so that every target stands for a loss. */
const powers = Array.from({ length: 16 }, (_, k) => k / 10)
/** Losses this many quartile distances worse than the median or more are not told apart; nor are
 * those so much better that squares would overflow. */
const reach = { worse: 1e4, better: 1e60 }

/**
 * Fits the power transformation of I.-K. Yeo and R. A. Johnson, "A New Family of Power
 * Transformations to Improve Normality or Symmetry", Biometrika 87(4), 2000, to losses in units of
 * their quartile distance from their median, and standardises. The power is the likeliest of 0, 0.1
 * … 1.5. Infinite losses count as the worst and best finite ones.
 *
 * Unlike the warping of the sampler (see fitWarp) it goes on beyond the best loss, which a bound on
 * what is left to gain needs.
 * @param losses any numbers but NaN, at least two of them finite and different
 */
export function fitLossScale(losses: ArrayLike<number>): LossScale {
  const finite = Float64Array.from(losses).filter(Number.isFinite).sort()
  const low = finite[0]!
  const high = finite.at(-1)!
  const middle = quantile(finite, 0.5)
  const unit = unitOf(finite, middle)
  const scaled = (loss: number): number => {
    const within = Math.min(high, Math.max(low, loss))
    // Halved, so that no difference overflows.
    return Math.max(-reach.better, Math.min(reach.worse, (within / 2 - middle / 2) / unit))
  }
  const all = Float64Array.from(losses, scaled)
  const stretch = all.reduce((sum, y) => sum + Math.sign(y) * log1p(Math.abs(y)), 0)
  let best = { power: 1, likelihood: Number.NEGATIVE_INFINITY, centre: 0, deviation: 1 }
  for (const power of powers) {
    const bent = all.map((y) => bend(y, power))
    const deviation = Math.sqrt(variance(bent, 0))
    const likelihood = (power - 1) * stretch - all.length * log(deviation)
    if (likelihood > best.likelihood) best = { power, likelihood, centre: mean(bent), deviation }
  }
  const { power, centre, deviation } = best
  return {
    power,
    targetOf: (loss) => (bend(scaled(loss), power) - centre) / deviation,
    lossOf: (target) => middle + 2 * unit * unbend(centre + deviation * target, power),
  }
}

/** Half the distance of the quartiles, or what there is in its place when they are the same. */
function unitOf(sorted: Float64Array, middle: number): number {
  const quartiles = quantile(sorted, 0.75) / 2 - quantile(sorted, 0.25) / 2
  if (quartiles > 0) return quartiles
  return middle / 2 - sorted[0]! / 2 || sorted.at(-1)! / 2 - middle / 2
}

function bend(y: number, power: number): number {
  if (y < 0) return (1 - (1 - y) ** (2 - power)) / (2 - power)
  return power === 0 ? log1p(y) : ((1 + y) ** power - 1) / power
}

function unbend(t: number, power: number): number {
  if (t < 0) return 1 - (1 - (2 - power) * t) ** (1 / (2 - power))
  return power === 0 ? expm1(t) : (1 + power * t) ** (1 / power) - 1
}
