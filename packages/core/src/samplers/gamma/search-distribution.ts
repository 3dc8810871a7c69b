import { lowerGamma, lowerGammaInverse } from '../../math/gamma.ts'
import { normalCdf, normalQuantile } from '../../math/special.ts'
import type { Distribution, NumericDistribution } from '../../space/distribution.ts'

/** Which family the predictive and the search distributions are of. */
export const distributionNames = ['gamma', 'gaussian'] as const
export type DistributionName = (typeof distributionNames)[number]

/** Gives the value at a cumulative probability strictly between 0 and 1. */
export type SearchDistribution = (u: number) => number

/** Truncated distributions with less mass than this in the range have lost their digits. */
const leastMass = 1e-6

/** Whether candidates of a parameter can be drawn from a Gamma distribution: a range from 0 up. */
export function isPositive(d: Distribution): d is NumericDistribution {
  return d.kind !== 'choice' && d.low >= 0 && d.high > d.low
}

/**
 * The distribution with the mean and variance of the values (method of moments), truncated to the
 * range, which for stepped values reaches half a step beyond its ends but not below 0. The standard
 * deviation is at least `minSpread` times the mean. The Gaussian one has the same moments before it
 * is truncated.
 * @param values at least one, none negative
 * @returns undefined when all values are 0 or next to nothing of the distribution is in the range
 */
export function fitSearchDistribution(
  values: readonly number[],
  d: NumericDistribution,
  family: DistributionName,
  minSpread: number,
): SearchDistribution | undefined {
  let mean = 0
  for (const value of values) mean += value / values.length
  if (!(mean > 0)) return undefined
  let square = 0
  for (const value of values) square += (value / mean - 1) ** 2 / values.length
  const spread = Math.max(minSpread, Math.sqrt(square))
  const beyond = (d.step ?? 0) / 2
  const low = Math.max(0, d.low - beyond) / mean
  const high = (d.high + beyond) / mean
  const k = 1 / (spread * spread)
  const [cdf, inverse] =
    family === 'gamma'
      ? [(t: number) => lowerGamma(k, k * t), (p: number) => lowerGammaInverse(k, p) / k]
      : [(t: number) => normalCdf((t - 1) / spread), (p: number) => 1 + spread * normalQuantile(p)]
  const from = cdf(low)
  const mass = cdf(high) - from
  if (!(mass > leastMass)) return undefined
  return (u) => mean * Math.min(high, Math.max(low, inverse(from + u * mass)))
}
