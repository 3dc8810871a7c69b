import { AttuneError } from '../errors.ts'
import { rungValues } from '../journal/view.ts'
import type { Scheduler } from './scheduler.ts'

export interface AshaOptions {
  /** The step of the first rung; default 1. */
  readonly minSteps?: number
  /** Each rung keeps the best 1/factor and the next one is factor times later; default 3. */
  readonly factor?: number
}

/**
 * Asynchronous successive halving in its stopping form: at rungs minSteps·factor^k a trial goes on
 * only if it is among the best 1/factor of all trials seen at that rung, itself included. While
 * fewer than `factor` trials have reached a rung everyone passes. NaN ranks last.
 *
 * Source: L. Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020,
 * algorithm 2, in the stopping variant (no pauses, so no checkpoints are needed).
 */
export function asha(options: AshaOptions = {}): Scheduler {
  const { minSteps = 1, factor = 3 } = options
  if (!(minSteps > 0) || !(factor >= 2)) {
    throw new AttuneError(
      'scheduler/options',
      `asha: minSteps > 0 and factor >= 2 must hold, got ${minSteps} and ${factor}.`,
    )
  }
  return {
    name: 'asha',
    options: { minSteps, factor },
    rungs: { first: minSteps, factor },
    supports: { objectives: 'one' },
    onReport({ rung, objective, value, step }, view) {
      const sign = objective.direction === 'minimize' ? 1 : -1
      const others = rungValues(view, objective.name, rung, false)
      const seen = others.length + 1
      if (seen < factor) return { kind: 'continue' }
      const better = others.filter((x) => sign * x < sign * value || Number.isNaN(value)).length
      const keep = Math.max(1, Math.floor(seen / factor))
      if (better < keep) return { kind: 'continue' }
      return {
        kind: 'stop',
        reason: `asha: ${objective.name} ${value} at step ${step} is place ${better + 1} of ${seen}, the best ${keep} go on`,
      }
    },
  }
}
