import type { FailureReason } from '../../journal/event.ts'
import type { History } from '../../journal/history.ts'
import type { HistoryView } from '../../journal/view.ts'
import { settledState } from '../../journal/view.ts'

/** The settled trials that a model of failures is fitted to. */
export interface FailureRows {
  /** How many trials had settled by then. */
  readonly settled: number
  readonly trials: Int32Array
  /** By place in `trials`, how far it failed, 0 to 1. */
  readonly failed: Float64Array
}

/** With fewer failures than this there is no model. */
const leastFailures = 3
/** The model is fitted again when there are this many times the trials or the failures. */
const growth = 1.1
/** At most this many trials: the latest, and an even sample of the rest. */
const maxRows = 2000
const latest = 500

/**
 * Reasons that tell less of a configuration than of what goes on around it: what a signal ended may
 * have used too much memory, or somebody stopped it; a worker may be lost with any trial.
 */
const doubtful: ReadonlySet<FailureReason> = new Set(['killed', 'lost'])

interface Record {
  readonly by: HistoryView['order']
  readonly era: number
  settled: number
  failures: number
  /** How far each settled trial failed, in the order of settling. */
  readonly failed: number[]
  /** Numbers of settled trials from which a model is fitted anew. */
  readonly stages: number[]
  failuresAtStage: number
  rows: FailureRows | undefined
  /** Whether `rows` were read from this record. */
  own: boolean
}

/**
 * Makes a function that gives the trials a model of failures is fitted to; undefined below three
 * failures. They are the same object until trials or failures have grown by a tenth, and a function
 * of the view alone.
 */
export function createFailureRecord(): (view: HistoryView) => FailureRows | undefined {
  const records = new WeakMap<History, Record>()
  return (view) => {
    const { history, order: by } = view
    const { era } = history
    let record = records.get(history)
    if (record?.by !== by || record.era !== era) {
      // Trials that paused may have failed since; mostly all is as it was.
      record = { ...emptyRecord(), by, era, rows: record?.rows, own: false }
      records.set(history, record)
    }
    follow(record, view)
    const settled = record.stages.findLast((stage) => stage <= view.settledCount)
    if (settled === undefined) return undefined
    if (record.own && record.rows?.settled === settled) return record.rows
    record.own = true
    const rows = rowsOf(record, view, settled)
    if (record.rows === undefined || !sameRows(record.rows, rows)) record.rows = rows
    return record.rows
  }
}

const emptyRecord = (): Omit<Record, 'by' | 'era' | 'rows' | 'own'> => ({
  settled: 0,
  failures: 0,
  failed: [],
  stages: [],
  failuresAtStage: 0,
})

function follow(record: Record, view: HistoryView): void {
  for (; record.settled < view.settledCount; record.settled++) {
    const failed = failureOf(view.history, view.settledAt(record.settled))
    record.failed.push(failed)
    record.failures += failed
    const settled = record.settled + 1
    const due =
      settled >= growth * (record.stages.at(-1) ?? 0) ||
      record.failures >= growth * record.failuresAtStage
    if (record.failures < leastFailures || !due) continue
    record.stages.push(settled)
    record.failuresAtStage = record.failures
  }
}

/** How far a settled trial failed because of its configuration, as far as is known. */
function failureOf(history: History, trial: number): number {
  if (settledState(history, trial) !== 'failed') return 0
  const reason = history.details.get(trial)?.failure?.reason
  return reason !== undefined && doubtful.has(reason) ? 0.5 : 1
}

function rowsOf({ failed }: Record, view: HistoryView, settled: number): FailureRows {
  const older = Math.max(0, settled - latest)
  const wanted = Math.min(older, maxRows - latest)
  const places = Int32Array.from({ length: wanted + settled - older }, (_, k) =>
    k < wanted ? Math.floor((k * older) / wanted) : older + k - wanted,
  )
  return {
    settled,
    trials: places.map((i) => view.settledAt(i)),
    failed: Float64Array.from(places, (i) => failed[i]!),
  }
}

const sameRows = (a: FailureRows, b: FailureRows): boolean =>
  a.settled === b.settled &&
  a.trials.every((trial, i) => trial === b.trials[i]) &&
  a.failed.every((failed, i) => failed === b.failed[i])
