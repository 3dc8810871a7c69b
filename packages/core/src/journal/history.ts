import type { Json } from '../errors.ts'
import type { FlatParam, Values } from '../space/space.ts'
import type { Distribution, Label } from '../space/distribution.ts'
import type { Columns, ValueColumns } from './columns.ts'
import { createColumns, createValueColumns } from './columns.ts'
import type {
  Artifact,
  Failure,
  Ran,
  Rungs,
  RunStarted,
  StoredNumber,
  StoredNumbers,
  StudyConfig,
} from './event.ts'
import type { Seq } from './journal.ts'
import type { OutcomeConstraint } from './outcome-constraint.ts'

export type TrialState = 'waiting' | 'running' | 'complete' | 'pruned' | 'failed' | 'paused'
/** The states in the order of their codes in the `state` column. */
export const trialStates: readonly TrialState[] = [
  'waiting',
  'running',
  'complete',
  'pruned',
  'failed',
  'paused',
]
export const stateCode = {
  waiting: 0,
  running: 1,
  complete: 2,
  pruned: 3,
  failed: 4,
  paused: 5,
} as const

/**
 * Where a trial paused: what it had reported last, NaN where nothing, and the first rungs it had not
 * reached.
 */
export interface Pause {
  readonly step: StoredNumber
  readonly values: StoredNumbers
  readonly steps: StoredNumber
  readonly rungs: StoredNumbers
  readonly best: StoredNumbers
}

/** A configuration that waits for its trial; see TrialEnqueued. */
export interface Enqueued {
  readonly values: Values
  readonly from?: number
}

/** What whoever runs the study was told last. */
export interface Steering {
  readonly command: 'pause' | 'resume' | 'stop'
  readonly why?: string
  readonly seq: Seq
}

/** What somebody wrote in words. */
export interface Note {
  readonly text: string
  /** The event that wrote it. */
  readonly seq: Seq
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly by?: string
}

/** What people said of a study; see Annotated. Never changed, only replaced. */
export interface StudyAbout {
  /** How people call it, if it was renamed. */
  readonly title?: string
  readonly note?: Note
  readonly tags: readonly string[]
  readonly archived: boolean
  /** Files that somebody attached, by name; absent without any. */
  readonly attached?: readonly Artifact[]
}

/** A process that ran trials of the study, or still does; see RunStarted. */
export interface StudyRun extends Omit<RunStarted, 'type'> {
  /** Absent while it runs, and when it was killed. */
  readonly ended?: { readonly at: number; readonly why: string }
}

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
  /** Why the scheduler stopped or paused it, or somebody skipped it. */
  stopped?: string
  /** Whether it was stopped to go on later. */
  pausing?: boolean
  /** Where it paused last; a promoted trial goes on from there. */
  paused?: Pause
  /** How often it went on after a pause. */
  promoted?: number
  /** The trial whose folder it starts with, and the last step that one had reported. */
  start?: { readonly from: number; readonly step: number }
  /** What its program gave; only while people are yet to judge it. */
  ran?: Ran
  /** The files that its program left. */
  artifacts?: readonly Artifact[]
  /** The files that somebody attached to it, by name. */
  attached?: readonly Artifact[]
  copyOf?: number
  note?: Note
  tags?: readonly string[]
  /** Why it was excluded, if somebody said so. */
  excludedFor?: string
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
  /** Ranges and choices that replace declared ones; never changed, only replaced. */
  adjusted: ReadonlyMap<string, Distribution>
  steering: Steering | undefined
  about: StudyAbout
  /** The last runs, at most `mostRuns`, by their beginning; never changed, only replaced. */
  runs: readonly StudyRun[]
  /** How many runs there were before these. */
  earlierRuns: number
  /** When its first and its last event happened, in milliseconds since the epoch; NaN before. */
  createdAt: number
  changedAt: number
  /** Trials that are out of search, analysis and charts; see Annotated. */
  readonly excluded: Set<number>
  /**
   * Grows when what was said of settled trials changes: with the study, with paused trials that came
   * further, and when a trial is excluded or taken back. Whatever was worked out from settled trials holds for one era only.
   */
  era: number
  /** Number of the last event that is in here. */
  seq: Seq
  /** Number of trials opened. */
  length: number
  readonly columns: Columns
  readonly values: ValueColumns
  readonly details: Map<number, TrialDetails>
  /**
   * Trials in the order in which they settled: finished, or paused for the first time, after which
   * they keep their place; `finished` of them.
   */
  finishOrder: Int32Array
  finished: number
  /** Waiting or running. */
  readonly open: Set<number>
  /** Trials that were skipped and have not ended yet. */
  readonly skipped: Set<number>
  /** Configurations enqueued; the first `taken` have become trials. */
  readonly enqueued: Enqueued[]
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
    adjusted: new Map(),
    steering: undefined,
    about: { tags: [], archived: false },
    runs: [],
    earlierRuns: 0,
    createdAt: Number.NaN,
    changedAt: Number.NaN,
    excluded: new Set(),
    era: 0,
    seq: 0,
    length: 0,
    columns,
    values: createValueColumns(columns),
    details: new Map(),
    finishOrder: new Int32Array(64),
    finished: 0,
    open: new Set(),
    skipped: new Set(),
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

/** The trials whose programs have ended and which people are yet to judge, by number. */
export function trialsToJudge(history: History): number[] {
  const trials = [...history.open].filter((trial) => history.details.get(trial)?.ran !== undefined)
  return trials.sort((a, b) => a - b)
}

/** Whether a trial has ended or paused, even if it goes on again. */
export function hasSettled(history: History, trial: number): boolean {
  return !history.open.has(trial) || history.details.get(trial)?.paused !== undefined
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

/** The entries of one row in all columns with a prefix, by the rest of the column's name. */
export function rowOf(history: History, prefix: string, trial: number): Record<string, number> {
  const numbers: Record<string, number> = {}
  for (const [name, { data }] of history.columns.group(prefix)) {
    const x = data[trial] as number
    if (!Number.isNaN(x)) numbers[name] = x
  }
  return numbers
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
  const counts = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0, paused: 0 }
  const states = history.columns.get('state')?.data
  for (let i = 0; i < history.length; i++) {
    const state = trialStates[states?.[i] as number] as TrialState
    counts[state]++
  }
  return counts
}
