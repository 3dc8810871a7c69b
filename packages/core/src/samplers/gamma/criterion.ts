import {
  logGammaExcess,
  logGammaShortfall,
  logLowerGamma,
  logUpperGamma,
  lowerGammaInverse,
  upperGammaInverse,
} from '../../math/gamma.ts'
import { logNormalCdf, normalQuantile } from '../../math/special.ts'
import { log } from '../../math/elementary.ts'
import { logExpectedImprovement } from '../model/improvement.ts'

export const acquisitionNames = ['EI', 'PI', 'quantile'] as const
export type AcquisitionName = (typeof acquisitionNames)[number]

/** A prediction of a positive value, and the value to improve on. */
export interface Forecast {
  readonly mean: number
  readonly deviation: number
  readonly best: number
}

export type Criterion = (forecast: Forecast) => number

/** From this shape on the skewness of a Gamma is below 2e-9, and its argument loses its digits. */
const normalFrom = 1e18

/** Shapes below this are all but a point mass at 0. */
const flattest = 1e-8

/**
 * Criteria of a Gamma predictive distribution with the mean μ and variance σ² of the surrogate:
 * shape k = μ² / σ², scale θ = σ² / μ. With its distribution function F(y; k, θ) and incumbent f*:
 *
 * EI, minimised  log (f* F(f*; k, θ) - k θ F(f*; k + 1, θ))
 * EI, maximised  log (k θ (1 - F(f*; k + 1, θ)) - f* (1 - F(f*; k, θ)))
 * PI             log F(f*; k, θ), or log (1 - F(f*; k, θ)) where the metric is maximised
 * quantile       minus the q-quantile, or the (1 - q)-quantile where the metric is maximised
 *
 * Both differences are worked out without cancellation (see logGammaShortfall), so that the
 * logarithms stay finite far in the tails.
 * @param sign 1 when the value is minimised, -1 when it is maximised
 */
export function gammaCriterion(name: AcquisitionName, sign: 1 | -1, q: number): Criterion {
  const normal = normalCriterion(name, sign, q)
  const minimised = sign === 1
  return (forecast) => {
    const { mean, deviation, best } = forecast
    const k = Math.max(flattest, (mean / deviation) ** 2)
    if (!(k < normalFrom)) return normal(forecast)
    const theta = mean / k
    const x = k * (best / mean)
    if (name === 'EI') {
      return log(theta) + (minimised ? logGammaShortfall(k, x) : logGammaExcess(k, x))
    }
    if (name === 'PI') return minimised ? logLowerGamma(k, x) : logUpperGamma(k, x)
    return minimised ? -theta * lowerGammaInverse(k, q) : theta * upperGammaInverse(k, q)
  }
}

/** The same criteria of a normal predictive distribution. */
export function normalCriterion(name: AcquisitionName, sign: 1 | -1, q: number): Criterion {
  const z = normalQuantile(q)
  return ({ mean, deviation, best }) => {
    if (name === 'EI') return logExpectedImprovement(sign * mean, deviation, sign * best)
    if (name === 'PI') return logNormalCdf((sign * (best - mean)) / deviation)
    return -sign * mean - z * deviation
  }
}
