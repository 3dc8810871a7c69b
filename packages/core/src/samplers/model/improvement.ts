import { exp, log } from '../../math/elementary.ts'
import { erfcx, normalCdf } from '../../math/special.ts'

/**
 * The expected improvement of a normal variable, without underflow.
 *
 * h(z) = φ(z) + z Φ(z), so that E max(0, b - Y) = σ h((b - μ) / σ) for Y ~ N(μ, σ²). In the tail
 * h is φ times a difference that erfcx gives without underflow, and far out φ times its asymptotic
 * series, since the difference cancels (S. Ament et al., "Unexpected Improvements to Expected
 * Improvement for Bayesian Optimization", NeurIPS 2023, section 4.1, with other thresholds).
 */

const logRootTwoPi = 0.5 * log(2 * Math.PI)
const rootHalfPi = Math.sqrt(Math.PI / 2)
/** Below, the difference has lost about 6 of 16 digits and four terms of the series have 10. */
const seriesBelow = -60

/** log h(z), finite down to about -1e154. */
export function logH(z: number): number {
  if (z > -1) return log(exp(-0.5 * z * z - logRootTwoPi) + z * normalCdf(z))
  return -0.5 * z * z - logRootTwoPi + log(tail(z))
}

/** The derivative of log h: Φ(z) / h(z); about -z in the tail. */
export function logHSlope(z: number): number {
  if (z > -1) {
    const cdf = normalCdf(z)
    return cdf / (exp(-0.5 * z * z - logRootTwoPi) + z * cdf)
  }
  return millsRatio(z) / tail(z)
}

/** Φ(z) / φ(z) for z < 0. */
export function millsRatio(z: number): number {
  return rootHalfPi * erfcx(-z * Math.SQRT1_2)
}

/** h(z) / φ(z) for z ≤ -1. */
function tail(z: number): number {
  if (z > seriesBelow) return 1 + z * millsRatio(z)
  const r = 1 / (z * z)
  return r * (1 - r * (3 - r * (15 - r * 105)))
}

/** log E max(0, best - Y), Y normal. */
export function logExpectedImprovement(mean: number, deviation: number, best: number): number {
  return log(deviation) + logH((best - mean) / deviation)
}
