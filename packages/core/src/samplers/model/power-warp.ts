import { expm1, log, log1p } from '../../math/elementary.ts'
import type { Warp } from './warp.ts'

/** Exponents that are tried: from the logarithm to leaving losses as they are. */
const exponents = Array.from({ length: 21 }, (_, k) => k / 20)
/** Scaled losses beyond it count as it, so that no square overflows. */
const farthest = 1e100

/**
 * Fits a power transformation after which losses are as normal as one can make them: that of G. E. P.
 * Box and D. R. Cox, "An Analysis of Transformations", J. Royal Statistical Society B 26, 1964, where
 * all losses are positive, else that of I.-K. Yeo and R. A. Johnson, "A New Family of Power
 * Transformations to Improve Normality or Symmetry", Biometrika 87, 2000, of distances from the
 * median in units of the middle half's range. The exponent is the likeliest between 0 and 1; then
 * targets are standardised. A. Cowen-Rivers et al., "HEBO", J. Artificial Intelligence Research 74,
 * 2022, transform losses in this way. Infinite losses count as the worst and best finite ones.
 *
 * Unlike `fitWarp` it keeps the proportions of all losses, not only of the better half.
 * @param losses any numbers but NaN
 */
export function fitPowerWarp(losses: readonly number[]): Warp {
  const sorted = losses.filter(Number.isFinite).sort((a, b) => a - b)
  const n = sorted.length
  if (n === 0) return { apply: () => 0, best: 0, worst: 0 }
  const [low, high] = [sorted[0]!, sorted[n - 1]!]
  const all = losses.map((x) => Math.min(high, Math.max(low, x)))
  const scaled = scaleOf(sorted)
  const bend = low > 0 ? boxCox : yeoJohnson
  const zs = all.map(scaled)
  let likeliest = 1
  let highest = Number.NEGATIVE_INFINITY
  for (const exponent of exponents) {
    const { variance } = momentsOf(zs.map((z) => bend(z, exponent)))
    if (!(variance > 0 && variance < Number.POSITIVE_INFINITY)) continue
    let stretch = 0
    for (const z of zs) stretch += low > 0 ? log(z) : Math.sign(z) * log1p(Math.abs(z))
    const likelihood = (exponent - 1) * stretch - 0.5 * all.length * log(variance)
    if (likelihood <= highest) continue
    highest = likelihood
    likeliest = exponent
  }
  const { mean, variance } = momentsOf(zs.map((z) => bend(z, likeliest)))
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0
  const apply = (loss: number): number =>
    (bend(scaled(Math.min(high, Math.max(low, loss))), likeliest) - mean) * scale
  return { apply, best: apply(low), worst: apply(high) }
}

/** Positive losses in units of their median, others from the median in units of their spread. */
function scaleOf(sorted: readonly number[]): (loss: number) => number {
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)]!
  const middle = at(0.5)
  const limit = (z: number): number => Math.min(farthest, Math.max(-farthest, z))
  if (sorted[0]! > 0) return (loss) => Math.max(1 / farthest, limit(loss / middle))
  // Halved, so that no difference overflows.
  const half = at(0.75) / 2 - at(0.25) / 2
  const unit = half > 0 ? half : sorted.at(-1)! / 2 - sorted[0]! / 2 || 1
  return (loss) => limit((loss / 2 - middle / 2) / unit)
}

function boxCox(z: number, exponent: number): number {
  return exponent === 0 ? log(z) : expm1(exponent * log(z)) / exponent
}

function yeoJohnson(z: number, exponent: number): number {
  return z >= 0 ? boxCox(1 + z, exponent) : -boxCox(1 - z, 2 - exponent)
}

function momentsOf(values: readonly number[]): {
  readonly mean: number
  readonly variance: number
} {
  let mean = 0
  for (const x of values) mean += x / values.length
  let variance = 0
  for (const x of values) variance += (x - mean) ** 2 / values.length
  return { mean, variance }
}
