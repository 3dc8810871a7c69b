import type { History, StudyRun } from '../journal/history.ts'
import type { StudyFacts } from './wire.ts'

/** How many trials the study shall have in all, as its newest run was told; undefined: no number. */
export function askedTrials({ runs }: History): number | undefined {
  return runs.at(-1)?.limits?.trials
}

/** The newest run, while it has not said that it ended. */
export function runGoingOn({ runs }: History): StudyRun | undefined {
  const run = runs.at(-1)
  return run?.ended === undefined ? run : undefined
}

/**
 * What the newest run has left of its limits. Trials count as its limit counts them: those that have ended
 * or paused are there, those that wait or run are to come.
 * @param now milliseconds since the epoch
 */
export function budgetLeft(history: History, now: number): StudyFacts['left'] {
  const run = runGoingOn(history)
  if (run === undefined) return undefined
  const { trials, seconds } = run.limits ?? {}
  const there = history.length - history.open.size
  const left = {
    ...(trials === undefined ? {} : { trials: Math.max(0, trials - there) }),
    ...(seconds === undefined ? {} : { seconds: Math.max(0, seconds - (now - run.at) / 1000) }),
  }
  return Object.keys(left).length === 0 ? undefined : left
}

/** When something of a run came last: its beginning, or a trial of its worker that began or ended. */
export function lastWordOf(history: History, { worker, at }: StudyRun): number {
  const began = history.columns.get('startedAt')?.data
  const ended = history.columns.get('finishedAt')?.data
  let last = at
  for (const [trial, details] of history.details) {
    if (details.worker !== worker) continue
    for (const time of [began?.[trial], ended?.[trial]]) if (time! > last) last = time!
  }
  return last
}
