import type { StudyEvent } from '../journal/event.ts'
import type { Entry, Journal } from '../journal/journal.ts'
import { checkEqual } from './case.ts'

/** A requirement that is tried on a new, empty journal. */
export type JournalTest = readonly [name: string, run: (journal: Journal) => Promise<void>]

/** The study whose journal the cases ask for. */
export const study = 'conformance'

/** The first event of every log. */
export const created: StudyEvent = {
  type: 'study-created',
  version: 1,
  at: 1,
  study: {
    name: study,
    space: { space: {} },
    objectives: [{ name: 'loss', direction: 'minimize' }],
    constraints: [],
    seed: 1,
    deterministic: false,
    lag: 8,
    sampler: { name: 'random' },
    scheduler: { name: 'none' },
  },
}

/** An event that is told from others by its trial number. */
export const opened = (trial: number): StudyEvent => ({ type: 'trial-opened', at: 2, trial })
export const several = (first: number, count: number): StudyEvent[] =>
  Array.from({ length: count }, (_, i) => opened(first + i))

/** All entries after `after`, with the batches joined. */
export async function readAll(journal: Journal, after = 0): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const batch of journal.read(after)) entries.push(...batch)
  return entries
}

/** Fails unless the log holds these events, numbered from 1. */
export async function checkLog(journal: Journal, events: readonly StudyEvent[]): Promise<void> {
  const expected = events.map((event, i) => ({ seq: i + 1, event }))
  checkEqual(await readAll(journal), expected, 'the log')
}
