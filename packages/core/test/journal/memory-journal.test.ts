import { describe, expect, it } from 'vitest'

import type { StudyEvent } from '../../src/journal/event.ts'
import { memoryJournal } from '../../src/journal/memory-journal.ts'
import { journalCases } from '../../src/testing/journal-cases.ts'

describe('a journal in memory', () => {
  for (const { name, run } of journalCases(async () => memoryJournal())) it(name, run)

  it('goes on with the log it is given', async () => {
    const events: StudyEvent[] = [
      { type: 'trial-opened', at: 1, trial: 0 },
      { type: 'trial-opened', at: 1, trial: 1 },
    ]
    const journal = memoryJournal(events)
    expect(
      await journal.append([{ type: 'trial-opened', at: 1, trial: 2 }], { ifLast: 2 }),
    ).toEqual({ seq: 3 })
    const trials: unknown[] = []
    for await (const batch of journal.read(0)) trials.push(...batch.map(({ event }) => event))
    expect(trials).toEqual([...events, { type: 'trial-opened', at: 1, trial: 2 }])
    expect(events).toHaveLength(2)
  })

  it('holds the very events it was given, so they must not be changed afterwards', async () => {
    const event: StudyEvent = { type: 'trial-opened', at: 1, trial: 0 }
    const journal = memoryJournal()
    await journal.append([event])
    for await (const [entry] of journal.read(0)) expect(entry?.event).toBe(event)
  })
})
