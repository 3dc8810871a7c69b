import { featureCode } from '../../analysis/importance/features.ts'
import type { Rng } from '../../math/rng.ts'
import { conditionHolds } from '../../space/activity.ts'
import type { SearchSpace, Values } from '../../space/space.ts'
import { feasibleDraw } from '../feasible-draw.ts'
import type { FailureModel } from './failure-model.ts'

/** A draw is made anew at most this often. */
const redraws = 4

/** The probability that a whole configuration fails. */
export function riskOf({ features, probability }: FailureModel, values: Values): number {
  return probability(Float64Array.from(features, (f) => featureCode(f, values)))
}

/** The codes of a configuration in the making; NaN where a value is still to be chosen. */
export function partialCodes({ features }: FailureModel, chosen: Values): Float64Array {
  const settled = new Set(Object.keys(chosen))
  return Float64Array.from(features, (feature) => {
    const { name, when } = feature.param
    // A condition on what is not chosen yet leaves it open.
    const off = when.some((c) => settled.has(c.parent) && !conditionHolds(c, chosen))
    if (off) settled.add(name)
    return settled.has(name) ? featureCode(feature, chosen) : Number.NaN
  })
}

/** Below this a risk is taken. */
const taken = 0.3

/** Whether a probability of failing is high, also beside that of all trials. */
export function isRisky({ base }: FailureModel, risk: number): boolean {
  return risk > Math.min(0.9, Math.max(taken, 1.5 * base))
}

/**
 * A configuration that was drawn without regard to results, or in place of one that is likely to
 * fail another draw from the space, the least risky of a few.
 */
export function safeDraw(
  space: SearchSpace,
  model: FailureModel | undefined,
  drawn: Values,
  rng: Rng,
): Values {
  if (model === undefined) return drawn
  let safest = drawn
  let least = riskOf(model, drawn)
  for (let k = 0; k < redraws && isRisky(model, least); k++) {
    const values = feasibleDraw(space, rng.fork('redraw').fork(k))
    const risk = riskOf(model, values)
    if (risk >= least) continue
    safest = values
    least = risk
  }
  return safest
}
