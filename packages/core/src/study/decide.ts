import type { StudyConfig, TrialDecided } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { rungAt } from '../journal/history.ts'
import { liveView } from '../journal/view.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import type { Decision } from '../trial/decision.ts'
import { viewOf } from './suggest.ts'

export interface DecideParts {
  readonly history: History
  readonly config: StudyConfig
  readonly scheduler: Scheduler
}

/** What a scheduler decided, for whoever runs the trial and for the journal. */
export interface Decided {
  readonly decision: Decision
  readonly stored: Pick<TrialDecided, 'decision' | 'reason'>
}

/**
 * What the scheduler decides about a report that reached a rung and is in the history: of the report
 * and what the history shows alone. Undefined when the scheduler has no rungs.
 */
export function decide(
  { history, config, scheduler }: DecideParts,
  { trial, step, value }: { trial: number; step: number; value: number },
): Decided | undefined {
  const objective = config.objectives[0]
  if (scheduler.rungs === undefined || objective === undefined) return undefined
  const report = { step, rung: rungAt(scheduler.rungs, step), objective, value }
  const decision = scheduler.onReport(report, viewOf({ history, config }, trial))
  if (decision.kind === 'continue') return { decision, stored: { decision: 'continue' } }
  const { reason, pause } = decision
  return { decision, stored: { decision: pause === true ? 'pause' : 'stop', reason } }
}

/**
 * The paused trial that goes on now, before another one is opened. In deterministic mode none while a
 * trial is open, as what that one reports may decide which it is.
 */
export function nextPromotion({
  history,
  scheduler,
}: Pick<DecideParts, 'history' | 'scheduler'>): ReturnType<NonNullable<Scheduler['next']>> {
  if (history.config?.deterministic === true && history.open.size > 0) return undefined
  return scheduler.next?.(liveView(history, -1))
}
