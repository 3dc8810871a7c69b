import { AttuneError } from '../errors.ts'
import type { Enqueued, History } from '../journal/history.ts'
import type { HistoryFrame } from '../journal/history-frame.ts'
import { frameOf, historyOfFrame } from '../journal/history-frame.ts'
import type { Label } from '../space/distribution.ts'
import type { DetailWords } from './pack-details.ts'
import { addDetails, addMarks, readDetails, readMarks } from './pack-details.ts'
import type { ParcelReader, ParcelWriter } from './parcel.ts'
import { emptyColumn, parcelReader, parcelWriter } from './parcel.ts'

/** Columns that are not needed to show states, results and times. */
const later = ['param:', 'range:', 'best:', 'rung:', 'nextRung:', 'constraint:', 'se:']
const laterNames: ReadonlySet<string> = new Set(['firstSeq', 'lastSeq'])

const isLater = (name: string): boolean =>
  laterNames.has(name) || later.some((prefix) => name.startsWith(prefix))

/** The column that a column may be mostly equal to: what a trial reported last is often its result. */
function likenessOf(name: string): string | undefined {
  const [kind, metric] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)]
  if (kind === 'last') return `metric:${metric}`
  return kind === 'best' ? `last:${metric}` : undefined
}

interface Head {
  readonly frame: HistoryFrame
  readonly workers: readonly string[]
  readonly reasons: readonly string[]
}

interface Rest {
  readonly seq: number
  readonly names: readonly string[]
  readonly labels: Readonly<Record<string, readonly Label[]>>
  readonly enqueued: readonly Enqueued[]
  readonly details: DetailWords
}

/**
 * The first part of a study as bytes: the study itself, states, results, last reports, times, workers and
 * reasons of failures. Compress it: that is what it is laid out for.
 */
export function packHead(history: History): Uint8Array<ArrayBuffer> {
  const parcel = parcelWriter()
  addColumns(parcel, history, (name) => !isLater(name))
  parcel.add(Float64Array.from(history.finishOrder.subarray(0, history.finished)))
  const { workers, reasons } = addMarks(parcel, history)
  const frame: HistoryFrame = { ...frameOf(history), enqueued: [] }
  return parcel.finish({ frame, workers, reasons } satisfies Head)
}

/**
 * The other part, as of the same event: parameters, rungs, best reports and what was said of trials in
 * words. What samplers remember (memos) stays behind, and so do the reasons of suggestions and the output
 * of failures where there is too much of them (4 million characters each).
 */
export function packRest(history: History): Uint8Array<ArrayBuffer> {
  const parcel = parcelWriter()
  addColumns(parcel, history, isLater)
  const details = addDetails(parcel, history)
  return parcel.finish({
    seq: history.seq,
    names: history.values.names,
    labels: Object.fromEntries(history.values.labels),
    enqueued: history.enqueued,
    details,
  } satisfies Rest)
}

/** The history of a head: all that it has, with nothing in the other columns until `addRest`. */
export function unpackHead(bytes: Uint8Array): History {
  const parcel = parcelReader(bytes)
  const { frame, workers, reasons } = parcel.data as Head
  const history = historyOfFrame(frame)
  readColumns(
    parcel,
    history,
    frame.columns.filter((name) => !isLater(name)),
  )
  history.finishOrder.set(parcel.next(emptyColumn))
  readMarks(parcel, history, { workers, reasons })
  return history
}

/**
 * Adds the rest to the history of its head, from which the reducer can go on then.
 * @throws AttuneError `usage` when the rest is not as of the same event
 */
export function addRest(history: History, bytes: Uint8Array): void {
  const parcel = parcelReader(bytes)
  const { seq, names, labels, enqueued, details } = parcel.data as Rest
  if (seq !== history.seq) {
    throw new AttuneError(
      'usage',
      `The rest of the study is as of event ${seq}, its head as of ${history.seq}. Ask for both again.`,
    )
  }
  history.values.restore(names, labels)
  readColumns(parcel, history, history.columns.names().filter(isLater))
  readDetails(parcel, history, details)
  for (const each of enqueued) history.enqueued.push(each)
}

function addColumns(
  parcel: ParcelWriter,
  history: History,
  wanted: (name: string) => boolean,
): void {
  const rowsOf = (name: string | undefined): Float64Array | undefined =>
    name === undefined ? undefined : history.columns.get(name)?.data.subarray(0, history.length)
  for (const name of history.columns.names()) {
    if (wanted(name)) parcel.add(rowsOf(name)!, rowsOf(likenessOf(name)))
  }
}

function readColumns(parcel: ParcelReader, history: History, names: readonly string[]): void {
  // What a column is like comes before it, wherever it stands.
  const columnOf = (name: string): Float64Array => history.columns.ensure(name).data
  for (const name of names) {
    const like = likenessOf(name)
    const known = like === undefined ? undefined : history.columns.get(like)?.data
    parcel.next(() => columnOf(name), known)
  }
}
