import { log, log1p } from '../../math/elementary.ts'
import { normalQuantile } from '../../math/special.ts'

/**
 * A monotone map from losses to targets of about mean 0 and variance 1 that no outlier can stretch.
 * Between the losses it was fitted on it interpolates, outside it is constant.
 */
export interface Warp {
  apply(loss: number): number
  /** The targets of the best and of the worst loss it was fitted on. */
  readonly best: number
  readonly worst: number
}

/** s of the logarithmic step. */
const bend = 1.5

/**
 * Fits the output warping of X. Song et al., "The Vizier Gaussian Process Bandit Algorithm", arXiv
 * 2408.11527, section 4.2: (1) losses above the median are replaced by the normal quantiles of
 * their ranks, scaled by the root mean square distance of the better half to the median; (2) a
 * logarithm stretches the good end by half again as much as the bad; then targets are standardised.
 * Infinite losses count as the worst and best finite ones.
 * @param losses any numbers but NaN
 */
export function fitWarp(losses: readonly number[]): Warp {
  const finite = losses.filter(Number.isFinite)
  if (finite.length === 0) return { apply: () => 0, best: 0, worst: 0 }
  const low = finite.reduce((a, b) => Math.min(a, b))
  const high = finite.reduce((a, b) => Math.max(a, b))
  // Halved, so that no difference overflows.
  const half = (loss: number): number => Math.min(high, Math.max(low, loss)) / 2
  const all = losses.map(half).sort((a, b) => a - b)
  const knots = all.filter((x, i) => i === 0 || x > all[i - 1]!)
  const ranked = halfRank(knots, median(all))
  const first = ranked[0]!
  const range = ranked.at(-1)! - first
  const bent = ranked.map((x) =>
    range > 0 ? log1p(((bend - 1) * (x - first)) / range) / log(bend) : 0,
  )
  const at = (x: number): number => interpolate(knots, bent, x)
  let mean = 0
  for (const x of all) mean += at(x)
  mean /= all.length
  let variance = 0
  for (const x of all) variance += (at(x) - mean) ** 2
  const deviation = Math.sqrt(variance / all.length)
  const scale = deviation > 0 ? 1 / deviation : 0
  return {
    apply: (loss) => (at(half(loss)) - mean) * scale,
    best: (bent[0]! - mean) * scale,
    worst: (bent.at(-1)! - mean) * scale,
  }
}

/**
 * Knots up to the median as they are, in units of its distance from the best; those beyond by
 * quantiles of their ranks.
 */
function halfRank(knots: readonly number[], middle: number): number[] {
  const unit = middle - knots[0]!
  const good = knots.filter((x) => x <= middle).map((x) => (unit > 0 ? (x - middle) / unit : 0))
  let square = 0
  for (const x of good) square += x * x
  // Where all the better half are equal any scale of the others will do.
  const deviation = unit > 0 ? Math.sqrt(square / good.length) : 1
  const bad = knots.length - good.length
  return knots.map((_, i) => {
    if (i < good.length) return good[i]!
    const rank = (i - good.length + 0.5) / (bad + 0.5)
    return deviation * normalQuantile(0.5 + 0.5 * rank)
  })
}

function median(sorted: readonly number[]): number {
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

function interpolate(knots: readonly number[], values: readonly number[], x: number): number {
  let low = 0
  let high = knots.length - 1
  if (x <= knots[0]!) return values[0]!
  if (x >= knots[high]!) return values[high]!
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (knots[middle]! <= x) low = middle
    else high = middle
  }
  const share = (x - knots[low]!) / (knots[high]! - knots[low]!)
  return values[low]! + share * (values[high]! - values[low]!)
}
