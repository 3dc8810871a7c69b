import type { Json } from '../errors.ts'
import type { FlatParam, Values } from '../space/space.ts'
import type { Label } from '../space/distribution.ts'
import type { Columns, ValueColumns } from './columns.ts'
import { createColumns, createValueColumns } from './columns.ts'
import type { Failure, Rungs, StudyConfig } from './event.ts'
import type { Seq } from './journal.ts'
import type { OutcomeConstraint } from './outcome-constraint.ts'

export type TrialState = 'waiting' | 'running' | 'complete' | 'pruned' | 'failed'
/** The states in the order of their codes in the `state` column. */
export const trialStates: readonly TrialState[] = [
  'waiting',
  'running',
  'complete',
  'pruned',
  'failed',
]
export const stateCode = { waiting: 0, running: 1, complete: 2, pruned: 3, failed: 4 } as const

/** What is known of a trial beside its numbers; absent fields were never set. */
export interface TrialDetails {
  worker?: string
  why?: string
  memo?: Json
  failure?: Failure
  /** The failures of attempts that were tried again. */
  retried?: Failure[]
  /** The workers that were lost while they ran it. */
  lostUnder?: string[]
  /** Values set by whoever enqueued the trial. */
  fixed?: Values
  /** Values the sampler proposed for parameters that are met only while the objective runs. */
  proposed?: Values
  suggested?: boolean
  /** Why the scheduler stopped it. */
  stopped?: string
}

/**
 * A study as its events left it: one row a trial in shared columns of numbers. Only the reducer
 * writes; everybody else reads. Columns (all Float64, NaN where nothing is):
 *
 *   state epoch startedAt finishedAt seconds cpuSeconds peakMemoryBytes   firstSeq lastSeq
 *   steps (number of reports) · step (last reported) · violation (sum over outcome constraints)
 *   param:NAME · range:NAME (of discovered parameters) · metric:NAME (final) · se:NAME · constraint:SOURCE
 *   last:NAME (last report) · best:NAME (best report) · rung:NAME:K · nextRung:NAME
 */
export interface History {
  config: StudyConfig | undefined
  /** Parameters met while objectives ran, with the distribution they had last. */
  readonly discovered: Map<string, FlatParam>
  /** Every distribution such a parameter had; the `range` column says which in which trial. */
  readonly ranges: Map<string, FlatParam[]>
  constraints: readonly OutcomeConstraint[]
  /** Number of the last event that is in here. */
  seq: Seq
  /** Number of trials opened. */
  length: number
  readonly columns: Columns
  readonly values: ValueColumns
  readonly details: Map<number, TrialDetails>
  /** Trials in the order in which they finished; `finished` of them. */
  finishOrder: Int32Array
  finished: number
  /** Opened and not finished, ascending. */
  readonly open: Set<number>
  /** Configurations enqueued; the first `taken` have become trials. */
  readonly enqueued: Values[]
  taken: number
  /** Results that came under an old epoch. */
  stale: number
  /** Events of types this version does not know. */
  unknown: number
}

export function createHistory(): History {
  const columns = createColumns()
  return {
    config: undefined,
    discovered: new Map(),
    ranges: new Map(),
    constraints: [],
    seq: 0,
    length: 0,
    columns,
    values: createValueColumns(columns),
    details: new Map(),
    finishOrder: new Int32Array(64),
    finished: 0,
    open: new Set(),
    enqueued: [],
    taken: 0,
    stale: 0,
    unknown: 0,
  }
}

/** The entry of a column, or NaN where there is none. */
export function cell(history: History, column: string, row: number): number {
  const x = history.columns.get(column)?.data[row]
  return x === undefined ? Number.NaN : x
}

export function stateOf(history: History, trial: number): TrialState {
  return trialStates[cell(history, 'state', trial)] as TrialState
}

/** The values of a trial by flat name; empty until they are suggested. */
export function valuesOf(history: History, trial: number): Record<string, Label> {
  const values: Record<string, Label> = {}
  for (const name of history.values.names) {
    const value = history.values.get(name, trial)
    if (value !== undefined) values[name] = value
  }
  return values
}

/** The step of rung `k`, counted from 0. */
export function rungStep(rungs: Rungs, k: number): number {
  return 'factor' in rungs ? rungs.first * rungs.factor ** k : rungs.first + k * rungs.every
}

/** The last rung a report at this step reaches, or -1. */
export function rungAt(rungs: Rungs, step: number): number {
  // Close below the rung by division, exactly by the steps themselves.
  let k = 'every' in rungs ? Math.max(-1, Math.floor((step - rungs.first) / rungs.every) - 1) : -1
  while (rungStep(rungs, k + 1) <= step) k++
  return k
}

/** How many trials are in each state. */
export function countStates(history: History): Record<TrialState, number> {
  const counts = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 }
  const states = history.columns.get('state')?.data
  for (let i = 0; i < history.length; i++) {
    const state = trialStates[states?.[i] as number] as TrialState
    counts[state]++
  }
  return counts
}
