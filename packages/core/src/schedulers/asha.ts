import { rungAt } from '../journal/history.ts'
import { checkRungs, halving } from './halving.ts'
import type { Scheduler } from './scheduler.ts'

export interface AshaOptions {
  /** The step of the first rung; default 1. */
  readonly minSteps?: number
  /**
   * The number of steps of a whole trial. From the last rung minSteps·factor^k that lies no later on
   * trials run to their end. Default null: every rung decides, however late.
   */
  readonly maxSteps?: number | null
  /** Each rung keeps the best 1/factor and the next one is factor times later; default 3. */
  readonly factor?: number
  /** Whether trials pause at rungs instead of being stopped there; default false. */
  readonly promote?: boolean
}

/**
 * Asynchronous successive halving on rungs minSteps·factor^k.
 *
 * In its stopping form a trial goes on at a rung only if it is among the best 1/factor of all trials
 * seen there, itself included. While fewer than `factor` trials have reached a rung everyone passes.
 *
 * In its promoting form a trial pauses at every rung, and goes on from its checkpoint as soon as it is
 * among the best 1/factor of all that reached the rung; before a new trial is opened the best such trial
 * of the highest rung goes on. Without `maxSteps` no trial ever comes to its end by promotion alone, as
 * the last one at the highest rung has nobody to be compared with.
 *
 * NaN ranks last.
 *
 * Source: L. Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020,
 * algorithm 2 (the promoting form) and section 3.3 (without a maximum); the stopping form is the one
 * of Ray Tune and Syne Tune, which needs no checkpoints.
 */
export function asha(options: AshaOptions = {}): Scheduler {
  const { minSteps = 1, maxSteps = null, factor = 3, promote = false } = options
  checkRungs('asha', minSteps, maxSteps, factor)
  const rungs = { first: minSteps, factor }
  return halving({
    name: 'asha',
    options: { minSteps, maxSteps, factor, promote },
    minSteps,
    factor,
    top: maxSteps === null ? Number.POSITIVE_INFINITY : rungAt(rungs, maxSteps),
    promote,
    startOf: () => 0,
  })
}
