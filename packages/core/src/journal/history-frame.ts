import type { FlatParam } from '../space/space.ts'
import type { Distribution } from '../space/distribution.ts'
import type { StudyConfig } from './event.ts'
import type { Enqueued, History, Steering, StudyAbout, StudyRun } from './history.ts'
import { createHistory } from './history.ts'
import { configure } from './reduce.ts'

/** What a history holds beside what it has of each trial, as plain data. */
export interface HistoryFrame {
  readonly config: StudyConfig
  readonly seq: number
  /** The times of its first and last event; null where none is known. */
  readonly times: readonly [created: number | null, changed: number | null]
  readonly length: number
  readonly finished: number
  readonly open: readonly number[]
  readonly skipped: readonly number[]
  readonly excluded: readonly number[]
  readonly about: StudyAbout
  readonly runs: readonly StudyRun[]
  readonly earlierRuns: number
  readonly discovered: readonly (readonly [name: string, last: number, FlatParam[]])[]
  readonly enqueued: readonly Enqueued[]
  readonly adjusted: readonly (readonly [string, Distribution])[]
  readonly steering?: Steering
  readonly taken: number
  readonly stale: number
  readonly unknown: number
  /** The names of all columns, in order. */
  readonly columns: readonly string[]
}

export function frameOf(history: History): HistoryFrame {
  return {
    config: history.config as StudyConfig,
    seq: history.seq,
    times: [known(history.createdAt), known(history.changedAt)],
    length: history.length,
    finished: history.finished,
    open: [...history.open],
    skipped: [...history.skipped],
    excluded: [...history.excluded],
    about: history.about,
    runs: history.runs,
    earlierRuns: history.earlierRuns,
    discovered: [...history.discovered].map(([name, last]) => {
      const ranges = history.ranges.get(name) ?? []
      return [name, ranges.indexOf(last), ranges]
    }),
    enqueued: history.enqueued,
    adjusted: [...history.adjusted],
    ...(history.steering === undefined ? {} : { steering: history.steering }),
    taken: history.taken,
    stale: history.stale,
    unknown: history.unknown,
    columns: history.columns.names(),
  }
}

const known = (time: number): number | null => (Number.isNaN(time) ? null : time)

/** A history with room for its rows and nothing in them. */
export function historyOfFrame(frame: HistoryFrame): History {
  const history = createHistory()
  history.columns.reserve(frame.length)
  for (const name of frame.columns) history.columns.ensure(name)
  history.finishOrder = new Int32Array(Math.max(64, frame.finished * 2))
  history.finished = frame.finished
  for (const trial of frame.open) history.open.add(trial)
  for (const trial of frame.skipped) history.skipped.add(trial)
  for (const trial of frame.excluded) history.excluded.add(trial)
  history.about = frame.about
  history.runs = frame.runs
  history.earlierRuns = frame.earlierRuns
  for (const [name, last, ranges] of frame.discovered) {
    history.discovered.set(name, ranges[last] as FlatParam)
    history.ranges.set(name, ranges)
  }
  for (const each of frame.enqueued) history.enqueued.push(each)
  history.steering = frame.steering
  history.taken = frame.taken
  history.stale = frame.stale
  history.unknown = frame.unknown
  history.seq = frame.seq
  history.createdAt = frame.times[0] ?? Number.NaN
  history.changedAt = frame.times[1] ?? Number.NaN
  // Configured while there are no rows: the columns hold the judgement of outcome constraints.
  configure(history, frame.config)
  history.adjusted = new Map(frame.adjusted)
  history.length = frame.length
  return history
}
