import { AttuneError } from '../errors.ts'
import type { StudyEvent } from './event.ts'
import type { Entry, Journal, Leases } from './journal.ts'

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
  const log: Entry[] = events.map((event, i) => ({ seq: i + 1, event }))
  let saved: { seq: number; bytes: Uint8Array } | undefined
  let closed = false
  const check = (): void => {
    if (!closed) return
    throw new AttuneError('journal/closed', 'The journal is closed. Open it again to go on.')
  }
  return {
    async append(more, { ifLast } = {}) {
      check()
      if (ifLast !== undefined && ifLast !== log.length) return { conflict: log.length }
      for (const event of more) log.push({ seq: log.length + 1, event })
      return { seq: log.length }
    },
    async *read(after) {
      check()
      if (after < log.length) yield log.slice(after)
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
