import type { Journal, Study, StudyEvent } from '../../src/index.ts'
import { AttuneError } from '../../src/index.ts'

/** All events of a journal. */
export async function eventsOf(journal: Journal): Promise<StudyEvent[]> {
  const events: StudyEvent[] = []
  for await (const batch of journal.read(0)) events.push(...batch.map((entry) => entry.event))
  return events
}

/** What must be the same when a study is run again: no times, no workers. */
export function essence(study: Study<unknown, never>): unknown {
  return study.trials().map((t) => ({
    number: t.number,
    state: t.state,
    values: t.values,
    metrics: t.metrics,
    reports: t.reports,
    stopped: t.stopped,
  }))
}

/** The error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<AttuneError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof AttuneError) return error
    throw error
  }
  throw new AttuneError('usage', 'Nothing was refused.')
}

/** A journal whose writers wait for each other, as they do on a disk. */
export function slowJournal(journal: Journal): Journal {
  const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    ...journal,
    async append(events, options) {
      await pause()
      const result = await journal.append(events, options)
      await pause()
      return result
    },
    async *read(after) {
      await pause()
      yield* journal.read(after)
    },
  }
}
