import type { StudyEvent } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { createHistory } from '../journal/history.ts'
import type { Entry, Journal } from '../journal/journal.ts'
import { applyEntry } from '../journal/reduce.ts'
import { catchUp } from '../journal/replay.ts'

/**
 * The journal of a study together with the history at its end. Many processes may append to it;
 * whoever does so first wins, and the others see it when they read on.
 */
export interface StudyLog {
  readonly journal: Journal
  readonly history: History
  /** Calls back for every event that is applied from now on; gives the way to end it. */
  subscribe(listener: (event: StudyEvent) => void): () => void
  /** Resolves as soon as the history has an event after `seq`, or somebody calls `wake`. */
  changedSince(seq: number): Promise<void>
  wake(): void
  /** Reads what others appended. */
  catchUp(): Promise<void>
  /** Appends events and applies them; with `ifLast`, false when others were first. */
  commit(events: readonly StudyEvent[], ifLast?: number): Promise<boolean>
}

export function createStudyLog(journal: Journal, history: History): StudyLog {
  const listeners = new Set<(event: StudyEvent) => void>()
  let reading: Promise<void> | undefined
  let waiting: (() => void)[] = []

  const apply = (entry: Entry): void => {
    if (entry.seq <= history.seq) return
    applyEntry(history, entry)
    for (const listener of listeners) listener(entry.event)
  }
  const wake = (): void => {
    if (waiting.length === 0) return
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }
  const readOn = async (): Promise<void> => {
    try {
      const before = history.seq
      for await (const entries of journal.read(before)) entries.forEach(apply)
      if (history.seq !== before) wake()
    } finally {
      reading = undefined
    }
  }
  const catchUp = (): Promise<void> => (reading ??= readOn())

  return {
    journal,
    history,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    changedSince(seq) {
      if (history.seq > seq) return Promise.resolve()
      return new Promise((resolve) => waiting.push(resolve))
    },
    wake,
    catchUp,
    async commit(events, ifLast) {
      const result = await journal.append(events, ifLast === undefined ? {} : { ifLast })
      if ('conflict' in result) {
        await catchUp()
        return false
      }
      const first = result.seq - events.length + 1
      if (history.seq === first - 1) {
        let seq = first
        for (const event of events) apply({ seq: seq++, event })
        wake()
      }
      while (history.seq < result.seq) await catchUp()
      return true
    },
  }
}

/** The history of a journal, from its snapshot where there is one. */
export async function openHistory(
  journal: Journal,
): Promise<{ history: History; snapshotSeq: number }> {
  const saved = await journal.snapshot?.load()
  const history = saved === undefined ? createHistory() : await fromSnapshot(saved.bytes)
  const snapshotSeq = history.seq
  await catchUp(history, journal)
  return { history, snapshotSeq }
}

async function fromSnapshot(bytes: Uint8Array): Promise<History> {
  const { historyFromSnapshot } = await import('../journal/snapshot.ts')
  try {
    return historyFromSnapshot(bytes) ?? createHistory()
  } catch {
    // Damaged; the log holds everything.
    return createHistory()
  }
}
