import { logNormalCdf, logSumExp } from '../../math/special.ts'
import { logExpectedImprovement, logHSlope } from '../model/improvement.ts'
import { exp, log } from '../../math/elementary.ts'
import type { Surrogate } from './surrogate.ts'

const logRootTwoPi = 0.5 * log(2 * Math.PI)

/** What is maximised over the space. */
export interface Acquisition {
  /** The value at a point of features. */
  value(x: Float64Array): number
  /** Writes the gradient at the point last evaluated, by ordered features. */
  gradient(out: Float64Array): void
}

/** Criteria of one objective, which is minimised; `UCB` and `LCB` are two names of one bound. */
export const criterionNames = ['logEI', 'EI', 'PI', 'UCB', 'LCB'] as const
export type CriterionName = (typeof criterionNames)[number]

/** A criterion as a function of the prediction: leaves its derivatives in the fields. */
export interface Criterion {
  readonly name: CriterionName
  value(means: Float64Array, variance: number): number
  readonly byMean: Float64Array
  byVariance: number
}

/**
 * A criterion averaged over imagined outcomes of pending trials.
 * @param best by outcome, the loss to improve on
 */
export function createCriterion(
  name: CriterionName,
  best: readonly number[],
  kappa: number,
): Criterion {
  const outcomes = best.length
  const byMean = new Float64Array(outcomes)
  const logs = new Float64Array(outcomes)
  const criterion: Criterion = {
    name,
    byMean,
    byVariance: 0,
    value(means, variance) {
      const deviation = Math.sqrt(variance)
      criterion.byVariance = 0
      if (name === 'UCB' || name === 'LCB') {
        let mean = 0
        for (let s = 0; s < outcomes; s++) mean += means[s]! / outcomes
        byMean.fill(-1 / outcomes)
        criterion.byVariance = kappa / (2 * deviation)
        return kappa * deviation - mean
      }
      for (let s = 0; s < outcomes; s++) {
        const z = (best[s]! - means[s]!) / deviation
        logs[s] =
          name === 'PI' ? logNormalCdf(z) : logExpectedImprovement(means[s]!, deviation, best[s]!)
      }
      const total = logSumExp(logs) - log(outcomes)
      const factor = name === 'EI' ? exp(total) : 1
      for (let s = 0; s < outcomes; s++) {
        const share = (factor * exp(logs[s]! - total)) / outcomes
        const z = (best[s]! - means[s]!) / deviation
        if (name === 'PI') {
          const slope = exp(-0.5 * z * z - logRootTwoPi - logs[s]!)
          byMean[s] = (-share * slope) / deviation
          criterion.byVariance += (-share * slope * z) / (2 * variance)
        } else {
          const slope = logHSlope(z)
          byMean[s] = (-share * slope) / deviation
          criterion.byVariance += (share * (1 - slope * z)) / (2 * variance)
        }
      }
      return name === 'EI' ? factor : total
    },
  }
  return criterion
}

/**
 * A criterion of one objective, joined with the probability that every constraint holds: their
 * logarithms are added, or EI itself multiplied. Without an objective only the constraints count.
 */
export function createAcquisition(
  objective: { readonly surrogate: Surrogate; readonly criterion: Criterion } | undefined,
  constraints: readonly Surrogate[],
): Acquisition {
  const byMean = new Float64Array(1)
  const slopes = new Float64Array(constraints.length)
  const product = objective?.criterion.name === 'EI'
  let weight = 1
  let constraintWeight = 1
  return {
    value(x) {
      let total = 0
      if (objective !== undefined) {
        const { surrogate, criterion } = objective
        surrogate.predict(x)
        total = criterion.value(surrogate.means, surrogate.variance)
      }
      let feasible = 0
      for (let c = 0; c < constraints.length; c++) {
        const surrogate = constraints[c]!
        surrogate.predict(x)
        const z = -surrogate.means[0]! / Math.sqrt(surrogate.variance)
        const logFeasible = logNormalCdf(z)
        slopes[c] = exp(-0.5 * z * z - logRootTwoPi - logFeasible)
        feasible += logFeasible
      }
      if (!product) return total + feasible
      weight = exp(feasible)
      constraintWeight = total * weight
      return constraintWeight
    },
    gradient(out) {
      out.fill(0)
      if (objective !== undefined) {
        const { surrogate, criterion } = objective
        surrogate.addGradient(criterion.byMean, criterion.byVariance, out)
        if (weight !== 1) for (let f = 0; f < out.length; f++) out[f]! *= weight
      }
      for (let c = 0; c < constraints.length; c++) {
        const surrogate = constraints[c]!
        const deviation = Math.sqrt(surrogate.variance)
        const z = -surrogate.means[0]! / deviation
        byMean[0] = (-constraintWeight * slopes[c]!) / deviation
        const byVariance = (-constraintWeight * slopes[c]! * z) / (2 * surrogate.variance)
        surrogate.addGradient(byMean, byVariance, out)
      }
    },
  }
}
