import type { Problem } from '../errors.ts'
import type { Failure, FailureReason, RetryRule } from '../journal/event.ts'
import { failureReasons } from '../journal/event.ts'
import type { History } from '../journal/history.ts'

/** A trial whose worker is lost this often has failed: it may be what ends its workers. */
const lossesToFail = 3

/** A retry rule as options give it, its reasons by default those that are no fault of the values. */
export interface RetryOption {
  /** How often a trial is tried again after its first failure; a whole number >= 0, default 0. */
  readonly times?: number
  /** The reasons that count; default: `killed` and `lost`. */
  readonly on?: readonly FailureReason[]
}

export function checkRetry({ times = 0, on = [] }: RetryOption): Problem[] {
  const problems: Problem[] = []
  if (!(Number.isSafeInteger(times) && times >= 0)) {
    const message = `the number of further attempts is a whole number >= 0, got ${times}.`
    problems.push({ path: 'retry.times', message })
  }
  for (const reason of on) {
    if (failureReasons.includes(reason)) continue
    const message = `"${reason}" is no reason to fail. Use ${failureReasons.join(', ')}.`
    problems.push({ path: 'retry.on', message })
  }
  return problems
}

/** The rule as a study stores it; undefined when nothing is tried again. */
export function retryRule(option: RetryOption | undefined): RetryRule | undefined {
  const { times = 0, on = ['killed', 'lost'] } = option ?? {}
  return times === 0 || on.length === 0 ? undefined : { times, on: [...new Set(on)].toSorted() }
}

/** Whether a trial that fails so is put back by the rule of its study. */
export function isRetried(history: History, trial: number, { reason }: Failure): boolean {
  const rule = history.config?.retry
  if (rule === undefined || !rule.on.includes(reason)) return false
  return (history.details.get(trial)?.retried?.length ?? 0) < rule.times
}

/** How a trial fails whose worker is lost now; undefined while it may just be run again. */
export function failureOfLoss(history: History, trial: number): Failure | undefined {
  const { lostUnder = [], worker = 'unknown' } = history.details.get(trial) ?? {}
  const workers = [...lostUnder, worker]
  if (workers.length < lossesToFail) return undefined
  return {
    reason: 'lost',
    message: `Its worker disappeared ${workers.length} times: ${workers.join(', ')}.`,
    help: 'Its values may need more memory than the machine has, so that the worker is killed with it; enqueue them again to try once more.',
  }
}
