import type { FailureReason, ObjectiveSpec, Rungs, StudyEvent } from '../journal/event.ts'
import { journalVersion, storeNumbers } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { createHistory } from '../journal/history.ts'
import { applyEntry } from '../journal/reduce.ts'
import type { SearchSpace, Values } from '../space/space.ts'
import { spaceToJson } from '../space/to-json.ts'

/** A study whose history is made up. */
export interface MadeStudy {
  readonly space: SearchSpace
  /** Default: minimise `value`. */
  readonly objectives?: readonly ObjectiveSpec[]
  /** Outcome constraints. */
  readonly constraints?: readonly string[]
  readonly rungs?: Rungs
  readonly deterministic?: boolean
  readonly lag?: number
}

/** A trial as it is said to have gone; without `values` it was only opened. */
export interface MadeTrial {
  readonly values?: Values
  readonly state: 'running' | 'complete' | 'pruned' | 'failed' | 'paused'
  readonly metrics?: Readonly<Record<string, number>>
  /** Steps with the metrics reported there. */
  readonly reports?: readonly (readonly [number, Readonly<Record<string, number>>])[]
  readonly reason?: FailureReason
}

const minimizeValue: readonly ObjectiveSpec[] = [{ name: 'value', direction: 'minimize' }]

/** The event that creates the study. */
export function madeStudy(study: MadeStudy): StudyEvent {
  const { objectives = minimizeValue, constraints = [], rungs } = study
  return {
    type: 'study-created',
    version: journalVersion,
    at: 0,
    study: {
      name: 'made',
      space: spaceToJson(study.space),
      objectives,
      constraints,
      seed: 0,
      deterministic: study.deterministic ?? false,
      lag: study.lag ?? 8,
      sampler: { name: 'made' },
      scheduler: { name: 'made', ...(rungs === undefined ? {} : { rungs }) },
    },
  }
}

/** The events with which a trial begins and those with which it goes on, up to its end. */
export function madeTrial(
  trial: number,
  made: MadeTrial,
): { readonly start: readonly StudyEvent[]; readonly rest: readonly StudyEvent[] } {
  const start: StudyEvent[] = [
    { type: 'trial-opened', at: trial, trial },
    { type: 'trial-claimed', at: trial, trial, worker: 'made', epoch: 0 },
  ]
  if (made.values !== undefined) {
    start.push({ type: 'trial-suggested', at: trial, trial, values: made.values })
  }
  const rest = (made.reports ?? []).map(([step, values]): StudyEvent => ({
    type: 'trial-reported',
    at: trial,
    trial,
    epoch: 0,
    step,
    values: storeNumbers(values),
  }))
  if (made.state === 'running') return { start, rest }
  if (made.state === 'paused') {
    const paused: StudyEvent = { type: 'trial-paused', at: trial, trial, epoch: 0 }
    return { start, rest: [...rest, paused] }
  }
  const end: StudyEvent = {
    type: 'trial-finished',
    at: trial,
    trial,
    epoch: 0,
    state: made.state,
    ...(made.metrics === undefined ? {} : { metrics: storeNumbers(made.metrics) }),
    ...(made.state === 'failed'
      ? { failure: { reason: made.reason ?? 'error', message: 'made up' } }
      : {}),
  }
  return { start, rest: [...rest, end] }
}

/** The events of a study whose trials went one after the other. */
export function madeEvents(study: MadeStudy, trials: readonly MadeTrial[]): StudyEvent[] {
  const events = trials.map((made, i) => madeTrial(i, made))
  return [madeStudy(study), ...events.flatMap(({ start, rest }) => [...start, ...rest])]
}

/** The history of these events, or an earlier one brought forward by them. */
export function historyOf(events: readonly StudyEvent[], history?: History): History {
  const grown = history ?? createHistory()
  for (const event of events) applyEntry(grown, { seq: grown.seq + 1, event })
  return grown
}
