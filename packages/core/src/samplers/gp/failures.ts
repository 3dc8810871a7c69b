import { sharedCodec } from '../../space/encode.ts'
import type { SearchSpace } from '../../space/space.ts'
import type { Avoidance } from '../failure/avoidance.ts'
import type { FailureModel } from '../failure/failure-model.ts'
import { isRisky } from '../failure/risk.ts'
import type { Acquisition } from './acquisition.ts'
import type { Layout } from './layout.ts'
import { featuresOf } from './models.ts'
import type { Observation } from './observations.ts'

/** The probability of failing at features of a layout; 0 without a model. */
export function riskOnFeatures(
  space: SearchSpace,
  layout: Layout,
  model: FailureModel | undefined,
): (x: Float64Array) => number {
  if (model === undefined) return () => 0
  const { free, featureOf, ordered, dimensions } = layout
  const at = new Float64Array(model.features.length)
  const codes = new Float64Array(dimensions.length)
  const active = new Uint8Array(dimensions.length).fill(1)
  const conditional = space.params.some(({ when }) => when.length > 0)
  return (x) => {
    if (conditional) {
      for (const p of free) codes[p] = codeOf(p, x[featureOf[p]!]!)
      layout.activate(codes, active)
    }
    for (let j = 0; j < free.length; j++) {
      const p = free[j]!
      const f = featureOf[p]!
      const { count, inactive } = model.features[j]!
      if (active[p] === 0 || x[f]! < 0) at[j] = inactive
      else if (count > 0 || f < ordered) at[j] = x[f]!
      else at[j] = sharedCodec(space.params[p]!.distribution).encode(dimensions[p]!.valueOf(x[f]!))
    }
    return model.probability(at)
  }

  function codeOf(p: number, position: number): number {
    return featureOf[p]! < ordered ? layout.codeAt(p, position) : position
  }
}

/**
 * Observations without failed trials where failing was to be expected. That region is left to the
 * model of failures, for as bad results they would bend the surrogate at its border, where the best
 * configurations often are. Other failed trials stay, so that no place is tried for ever.
 */
export function withoutExpectedFailures(
  observations: readonly Observation[],
  layout: Layout,
  model: FailureModel | undefined,
  riskAt: (x: Float64Array) => number,
): readonly Observation[] {
  if (model === undefined) return observations
  return observations.filter(
    ({ state, codes }) => state !== 'failed' || !isRisky(model, riskAt(featuresOf(layout, codes))),
  )
}

/**
 * An acquisition joined with the probability of not failing. That is constant in pieces and has no
 * gradient: a climb that comes to a border stops there.
 * @param positive whether values are positive rather than logarithms
 */
export function avoidFailures(
  acquisition: Acquisition,
  riskAt: (x: Float64Array) => number,
  avoidance: Avoidance,
  positive: boolean,
): Acquisition {
  let factor = 1
  return {
    value(x) {
      const value = acquisition.value(x)
      const weighed = avoidance.weigh(value, riskAt(x))
      factor = positive && value > 0 ? weighed / value : 1
      return weighed
    },
    gradient(out) {
      acquisition.gradient(out)
      if (factor !== 1) for (let f = 0; f < out.length; f++) out[f]! *= factor
    },
  }
}
