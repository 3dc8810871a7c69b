import type { History, StudyRun } from '../journal/history.ts'
import { stateCode } from '../journal/history.ts'
import type { StudyFacts } from './wire.ts'

/** Names of workers whose process is known to be gone. */
export type DeadWorkers = ReadonlySet<string>

const none: DeadWorkers = new Set()

/** How many trials the study shall have in all, as its newest run was told; undefined: no number. */
export function askedTrials({ runs }: History): number | undefined {
  return runs.at(-1)?.limits?.trials
}

/** The newest run of a worker that is not known to be dead, while it has not said that it ended. */
export function runGoingOn({ runs }: History, dead: DeadWorkers = none): StudyRun | undefined {
  const run = runs.findLast(({ ended, worker }) => ended !== undefined || !dead.has(worker))
  return run?.ended === undefined ? run : undefined
}

/** The running trials that a worker is at: those to be judged and those of dead workers are left out. */
export function attendedTrials(history: History, dead: DeadWorkers = none): number[] {
  const states = history.columns.get('state')?.data
  return [...history.open].filter((trial) => {
    const { ran, worker } = history.details.get(trial) ?? {}
    return (
      states?.[trial] === stateCode.running &&
      ran === undefined &&
      (worker === undefined || !dead.has(worker))
    )
  })
}

/**
 * When something of the newest run came last, in milliseconds since the epoch, if its worker died in the
 * midst of it and nobody else is at work.
 */
export function lastWordOfDead(history: History, dead: DeadWorkers = none): number | undefined {
  const run = history.runs.at(-1)
  if (run === undefined || run.ended !== undefined || !dead.has(run.worker)) return undefined
  if (history.runs.some(({ ended, worker }) => ended === undefined && !dead.has(worker))) {
    return undefined
  }
  return attendedTrials(history, dead).length > 0 ? undefined : lastWordOf(history, run)
}

/**
 * What the newest run has left of its limits. Trials count as its limit counts them: those that have ended
 * or paused are there, those that wait or run are to come.
 * @param now milliseconds since the epoch
 */
export function budgetLeft(
  history: History,
  now: number,
  dead: DeadWorkers = none,
): StudyFacts['left'] {
  const run = runGoingOn(history, dead)
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
