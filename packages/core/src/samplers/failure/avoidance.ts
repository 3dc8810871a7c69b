import { log } from '../../math/elementary.ts'
import type { FailureModel } from './failure-model.ts'
import { isRisky } from './risk.ts'

/** Joins the risk of candidates to their worth, and tells when that decided. */
export interface Avoidance {
  /**
   * The worth of a candidate less what its risk takes away: every risky candidate comes behind all
   * others. For where everything failed a model of results knows nothing, and promises the more.
   */
  weigh(worth: number, risk: number): number
  /** The risk of the worthiest candidate seen, in words, if the chosen one's is much less; else ''. */
  explain(chosen: number): string
}

/** Far beyond what logarithms of worths differ by, and the same for worths that are none. */
const behind = 1e6
const share = 1e-30
/** A risk lower by so much is worth mentioning. */
const mentioned = 0.1

/**
 * @param positive whether worths are positive numbers, to be multiplied by the probability of not
 *   failing; otherwise its logarithm is added
 */
export function createAvoidance(model: FailureModel | undefined, positive = false): Avoidance {
  let best = Number.NEGATIVE_INFINITY
  let risk = 0
  return {
    weigh(worth, at) {
      if (model === undefined) return worth
      if (worth > best) {
        best = worth
        risk = at
      }
      const risky = isRisky(model, at)
      if (positive) return worth * (1 - at) * (risky ? share : 1)
      return worth + log(1 - at) - (risky ? behind : 0)
    },
    explain: (chosen) =>
      risk - chosen > mentioned
        ? `; the best place otherwise fails with ${Math.round(100 * risk)} %`
        : '',
  }
}
