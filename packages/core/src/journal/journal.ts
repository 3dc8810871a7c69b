import type { StudyEvent } from './event.ts'

/** The position of an event in its journal: 1 for the first, without gaps. */
export type Seq = number

export interface Entry {
  readonly seq: Seq
  readonly event: StudyEvent
}

/**
 * The log of one study: the only thing that is stored.
 *
 * Events get consecutive sequence numbers in one total order that every reader sees. Nothing is
 * ever changed or removed. Several processes may append and read at the same time where the
 * journal says so; within a process calls may overlap.
 */
export interface Journal extends AsyncDisposable {
  /**
   * Appends all events together or none; they are durable and visible to every reader when this
   * resolves. With `ifLast` nothing is appended unless the last event has that number.
   * An empty list appends nothing and tells the last number.
   * @throws AttuneError `journal/busy` when others kept the journal locked for 10 s,
   *   `journal/read-only`, `journal/closed`.
   */
  append(
    events: readonly StudyEvent[],
    options?: { readonly ifLast?: Seq },
  ): Promise<{ readonly seq: Seq } | { readonly conflict: Seq }>
  /** All events after `after`, in order and in batches, up to what was there when asked. */
  read(after: Seq): AsyncIterable<readonly Entry[]>
  /** Derived data that makes opening quick; it may be deleted at any time. */
  readonly snapshot?: {
    load(): Promise<{ readonly seq: Seq; readonly bytes: Uint8Array } | undefined>
    save(seq: Seq, bytes: Uint8Array): Promise<void>
  }
  /** Who is alive. Heartbeat times only: which worker holds which trial is in the log. */
  readonly leases: Leases
}

export interface Leases {
  /** The worker is alive until this time (ms since the epoch). */
  hold(worker: string, until: number): Promise<void>
  /** The worker has ended. */
  release(worker: string): Promise<void>
  /** Until when each known worker is alive. */
  all(): Promise<ReadonlyMap<string, number>>
}
