import type { Artifact, Failure } from '../journal/event.ts'
import type { History, Note, TrialState } from '../journal/history.ts'
import { cell, rowOf, stateOf, valuesOf } from '../journal/history.ts'
import { numbersOf } from '../journal/event.ts'
import { nest, undeclaredValues } from '../space/nest.ts'
import type { SearchSpace, Values } from '../space/space.ts'
import { filesOf } from './trial-files.ts'

/** Everything recorded about one trial, as plain data. */
export interface TrialRecord<P = unknown> {
  readonly number: number
  readonly state: TrialState
  /** How often it was re-queued or promoted. */
  readonly epoch: number
  /** Flat values of the active parameters; empty until they are suggested. */
  readonly values: Values
  /** The same values, nested as the space is; what was met while running stands by flat name. */
  readonly params: P
  /** One number an objective, in the order of the study; NaN where there is no result. */
  readonly objectives: readonly number[]
  /** Every metric of the final result by name. */
  readonly metrics: Readonly<Record<string, number>>
  readonly standardErrors: Readonly<Record<string, number>>
  /** What its program gave, of a trial that waits to be judged. */
  readonly ran: Readonly<Record<string, number>> | undefined
  /** Sum of what the outcome constraints are violated by; 0 when feasible. */
  readonly violation: number
  /** Number of reports, the step of the last one and its values. */
  readonly reports: number
  readonly step: number | undefined
  readonly lastReport: Readonly<Record<string, number>>
  readonly failure: Failure | undefined
  /** The failures of earlier attempts, after which the trial was tried again. */
  readonly retried: readonly Failure[]
  /** Why the scheduler stopped or paused it, or that it was skipped. */
  readonly stopped: string | undefined
  /** How often it went on after a pause. */
  readonly promoted: number
  /** The files it left, and those that somebody attached to it. */
  readonly artifacts: readonly Artifact[]
  /** The earlier trial of the same configuration whose result it took over. */
  readonly copyOf: number | undefined
  /** The trial with whose files it started. */
  readonly startedFrom: number | undefined
  readonly why: string | undefined
  /** What somebody wrote about it, and its tags. */
  readonly note: Note | undefined
  readonly tags: readonly string[]
  /** Whether it is out of search, analysis and charts. */
  readonly excluded: boolean
  readonly worker: string | undefined
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined
  readonly finishedAt: number | undefined
  readonly seconds: number | undefined
  readonly cpuSeconds: number | undefined
  readonly peakMemoryBytes: number | undefined
}

/** The record of a trial whose values are nested as the given space is. */
export function recordIn<P>(
  history: History,
  space: SearchSpace<P>,
  trial: number,
): TrialRecord<P> {
  const details = history.details.get(trial)
  const number = (column: string): number | undefined => {
    const x = cell(history, column, trial)
    return Number.isNaN(x) ? undefined : x
  }
  const values = valuesOf(history, trial)
  return {
    number: trial,
    state: stateOf(history, trial),
    epoch: cell(history, 'epoch', trial),
    values,
    params: { ...nest(space, values), ...undeclaredValues(space as SearchSpace, values) },
    objectives: (history.config?.objectives ?? []).map((o) =>
      cell(history, `metric:${o.name}`, trial),
    ),
    metrics: rowOf(history, 'metric:', trial),
    standardErrors: rowOf(history, 'se:', trial),
    ran: details?.ran === undefined ? undefined : numbersOf(details.ran.metrics),
    violation: number('violation') ?? 0,
    reports: number('steps') ?? 0,
    step: number('step'),
    lastReport: rowOf(history, 'last:', trial),
    failure: details?.failure,
    retried: details?.retried ?? [],
    stopped: details?.stopped,
    promoted: details?.promoted ?? 0,
    artifacts: filesOf(details),
    copyOf: details?.copyOf,
    startedFrom: details?.start?.from,
    why: details?.why,
    note: details?.note,
    tags: details?.tags ?? [],
    excluded: history.excluded.has(trial),
    worker: details?.worker,
    startedAt: number('startedAt'),
    finishedAt: number('finishedAt'),
    seconds: number('seconds'),
    cpuSeconds: number('cpuSeconds'),
    peakMemoryBytes: number('peakMemoryBytes'),
  }
}
