import type { History } from '../../src/index.ts'
import { cell } from '../../src/index.ts'

/** Everything a history knows, as plain data that can be compared; columns without entries left out. */
export function dump(history: History): unknown {
  const rows = Array.from({ length: history.length }, (_, i) => i)
  const columns = history.columns
    .names()
    .map((name) => [name, rows.map((row) => cell(history, name, row))] as const)
    .filter(([, entries]) => entries.some((x) => !Number.isNaN(x)))
  return {
    config: history.config,
    constraints: history.constraints.map((c) => c.source),
    discovered: [...history.discovered],
    ranges: [...history.ranges],
    seq: history.seq,
    times: [history.createdAt, history.changedAt],
    about: history.about,
    runs: history.runs,
    earlierRuns: history.earlierRuns,
    excluded: [...history.excluded],
    length: history.length,
    columns: columns.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    values: rows.map((row) => history.values.names.map((name) => history.values.get(name, row))),
    details: [...history.details].toSorted(([a], [b]) => a - b),
    finishOrder: [...history.finishOrder.subarray(0, history.finished)],
    open: [...history.open],
    skipped: [...history.skipped],
    adjusted: [...history.adjusted],
    steering: history.steering,
    enqueued: history.enqueued,
    taken: history.taken,
    stale: history.stale,
    unknown: history.unknown,
  }
}
