import type { Json } from '../errors.ts'
import type { FlatParam } from '../space/space.ts'
import type { Distribution, Label } from '../space/distribution.ts'
import type { StudyConfig } from './event.ts'
import type { Enqueued, History, Steering, TrialDetails } from './history.ts'
import { createHistory } from './history.ts'
import { configure } from './reduce.ts'

/** Snapshots of another layout are passed over. */
const layout = 4

interface Header {
  readonly layout: number
  readonly config: StudyConfig
  readonly seq: number
  readonly length: number
  readonly finished: number
  readonly open: readonly number[]
  readonly skipped: readonly number[]
  readonly discovered: readonly (readonly [name: string, last: number, FlatParam[]])[]
  readonly enqueued: readonly Enqueued[]
  readonly adjusted: readonly (readonly [string, Distribution])[]
  readonly steering?: Steering
  readonly taken: number
  readonly stale: number
  readonly unknown: number
  readonly columns: readonly string[]
  readonly names: readonly string[]
  readonly labels: Readonly<Record<string, readonly Label[]>>
  readonly details: readonly (readonly [number, TrialDetails])[]
}

/** A history as bytes: the length of the header, the header as JSON, then the columns. */
export function snapshotBytes(history: History): Uint8Array {
  const header: Header = {
    layout,
    config: history.config as StudyConfig,
    seq: history.seq,
    length: history.length,
    finished: history.finished,
    open: [...history.open],
    skipped: [...history.skipped],
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
    names: history.values.names,
    labels: Object.fromEntries(history.values.labels),
    details: [...history.details],
  }
  const head = new TextEncoder().encode(JSON.stringify(header))
  const start = 8 + Math.ceil(head.length / 8) * 8
  const bytes = new Uint8Array(
    start + history.length * 8 * header.columns.length + history.finished * 4,
  )
  new DataView(bytes.buffer).setFloat64(0, head.length, true)
  bytes.set(head, 8)
  let at = start
  for (const name of header.columns) {
    const data = history.columns.get(name)?.data as Float64Array
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, history.length * 8), at)
    at += history.length * 8
  }
  const order = history.finishOrder
  bytes.set(new Uint8Array(order.buffer, order.byteOffset, history.finished * 4), at)
  return bytes
}

/** The history of a snapshot, or undefined when its layout is not ours. */
export function historyFromSnapshot(given: Uint8Array): History | undefined {
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = view.getFloat64(0, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size))) as Header & {
    readonly [key: string]: Json
  }
  if (header.layout !== layout) return undefined
  const history = createHistory()
  history.columns.reserve(header.length)
  history.values.restore(header.names, header.labels)
  let at = bytes.byteOffset + 8 + Math.ceil(size / 8) * 8
  for (const name of header.columns) {
    history.columns.ensure(name).data.set(new Float64Array(bytes.buffer, at, header.length))
    at += header.length * 8
  }
  history.finishOrder = new Int32Array(Math.max(64, header.finished * 2))
  history.finishOrder.set(new Int32Array(bytes.buffer, at, header.finished))
  history.finished = header.finished
  for (const trial of header.open) history.open.add(trial)
  for (const trial of header.skipped) history.skipped.add(trial)
  for (const [name, last, ranges] of header.discovered) {
    history.discovered.set(name, ranges[last] as FlatParam)
    history.ranges.set(name, ranges)
  }
  for (const [trial, details] of header.details) history.details.set(trial, details)
  history.enqueued.push(...header.enqueued)
  history.steering = header.steering
  history.taken = header.taken
  history.stale = header.stale
  history.unknown = header.unknown
  history.seq = header.seq
  // Configured while there are no rows: the columns hold the judgement of outcome constraints.
  configure(history, header.config)
  history.adjusted = new Map(header.adjusted)
  history.length = header.length
  return history
}
