import { AttuneError } from '../errors.ts'
import type { StudyEvent } from './event.ts'
import type { Journal, Leases } from './journal.ts'
import { packedEvents } from './packed-events.ts'

/** So many events are unpacked at once. */
const batch = 1000

/** Leases for journals that only one process uses. */
export function memoryLeases(): Leases {
  const until = new Map<string, number>()
  return {
    hold: async (worker, time) => void until.set(worker, time),
    release: async (worker) => void until.delete(worker),
    all: async () => new Map(until),
  }
}

/** A journal in memory; gone with the process. `events` may hold an earlier log. */
export function memoryJournal(events: readonly StudyEvent[] = []): Journal {
  const log = packedEvents()
  for (const event of events) log.push(event)
  let saved: { seq: number; bytes: Uint8Array } | undefined
  let closed = false
  const check = (): void => {
    if (!closed) return
    throw new AttuneError('journal/closed', 'The journal is closed. Open it again to go on.')
  }
  return {
    async append(more, { ifLast } = {}) {
      check()
      if (ifLast !== undefined && ifLast !== log.length()) return { conflict: log.length() }
      for (const event of more) log.push(event)
      return { seq: log.length() }
    },
    async *read(after) {
      check()
      const end = log.length()
      for (let start = after; start < end; start += batch) {
        const found = log.slice(start, Math.min(end, start + batch))
        yield found.map((event, i) => ({ seq: start + 1 + i, event }))
      }
    },
    snapshot: {
      load: async () => saved,
      save: async (seq, bytes) => void (saved = { seq, bytes }),
    },
    leases: memoryLeases(),
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}
