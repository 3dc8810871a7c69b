import { AttuneError } from '../errors.ts'
import { cell } from '../journal/history.ts'
import { isComplete, rungValues } from '../journal/view.ts'
import { median as medianOf } from '../math/stats.ts'
import type { Scheduler } from './scheduler.ts'

export interface MedianOptions {
  /** Completed trials needed before any trial is stopped; default 5. */
  readonly startupTrials?: number
  /** The first step at which trials may be stopped; default 1. */
  readonly warmupSteps?: number
  /** Steps between decisions; default 1. */
  readonly interval?: number
}

/**
 * Median stopping: a trial stops when its best report so far is worse than the median of what
 * completed trials reported at the same step.
 *
 * Source: D. Golovin et al., "Google Vizier", KDD 2017, section 3.2.1; as in Optuna the median is
 * taken over the values at the step, not over running averages.
 */
export function median(options: MedianOptions = {}): Scheduler {
  const { startupTrials = 5, warmupSteps = 1, interval = 1 } = options
  if (!(startupTrials >= 1) || !(warmupSteps >= 0) || !(interval > 0)) {
    throw new AttuneError(
      'scheduler/options',
      `median: startupTrials >= 1, warmupSteps >= 0 and interval > 0 must hold, got ${startupTrials}, ${warmupSteps}, ${interval}.`,
    )
  }
  return {
    name: 'median',
    options: { startupTrials, warmupSteps, interval },
    rungs: { first: warmupSteps, every: interval },
    supports: { objectives: 'one' },
    onReport({ rung, objective }, view) {
      const { history, trial } = view
      const others = rungValues(view, objective.name, rung, (t) => isComplete(history, t))
      if (others.length < startupTrials) return { kind: 'continue' }
      const sign = objective.direction === 'minimize' ? 1 : -1
      const best = cell(history, `best:${objective.name}`, trial)
      const middle = medianOf(others)
      if (sign * best <= sign * middle) return { kind: 'continue' }
      return {
        kind: 'stop',
        reason: `median: best ${objective.name} so far ${best} is worse than the median ${middle} of ${others.length} trials at this step`,
      }
    },
  }
}
