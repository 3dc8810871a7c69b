import type { Label } from '../space/distribution.ts'
import type { History, TrialDetails } from './history.ts'
import type { HistoryFrame } from './history-frame.ts'
import { frameOf, historyOfFrame } from './history-frame.ts'

/** Snapshots of another layout are passed over. */
const layout = 6

interface Header extends HistoryFrame {
  readonly layout: number
  readonly names: readonly string[]
  readonly labels: Readonly<Record<string, readonly Label[]>>
  readonly details: readonly (readonly [number, TrialDetails])[]
}

/** A history as bytes: the length of the header, the header as JSON, then the columns. */
export function snapshotBytes(history: History): Uint8Array {
  const header: Header = {
    layout,
    ...frameOf(history),
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
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size))) as Header
  if (header.layout !== layout) return undefined
  const history = historyOfFrame(header)
  history.values.restore(header.names, header.labels)
  let at = bytes.byteOffset + 8 + Math.ceil(size / 8) * 8
  for (const name of header.columns) {
    history.columns.ensure(name).data.set(new Float64Array(bytes.buffer, at, header.length))
    at += header.length * 8
  }
  history.finishOrder.set(new Int32Array(bytes.buffer, at, header.finished))
  for (const [trial, details] of header.details) history.details.set(trial, details)
  return history
}
