import type { Failure, FailureReason, History } from '@attune/core'

/** The failures of a study for one reason, with the last of them as an example. */
export interface FailureGroup {
  readonly reason: FailureReason
  readonly count: number
  readonly trial: number
  readonly failure: Failure
}

/** The failed trials of a study by reason, the most frequent first. */
export function groupFailures(history: History): FailureGroup[] {
  const groups = new Map<FailureReason, FailureGroup>()
  for (const [trial, { failure }] of history.details) {
    if (failure === undefined) continue
    const { reason } = failure
    const known = groups.get(reason)
    const count = (known?.count ?? 0) + 1
    groups.set(
      reason,
      known !== undefined && known.trial > trial
        ? { ...known, count }
        : { reason, count, trial, failure },
    )
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}
