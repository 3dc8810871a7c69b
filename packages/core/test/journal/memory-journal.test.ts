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

  it('keeps events as they were when they were appended', async () => {
    const event = { type: 'trial-opened', at: 1, trial: 0 } as const
    const given = { ...event }
    const journal = memoryJournal()
    await journal.append([given])
    Object.assign(given, { at: 2 })
    for await (const [entry] of journal.read(0)) expect(entry).toEqual({ seq: 1, event })
  })

  it('gives a long log in batches, from wherever it is asked', async () => {
    const events: StudyEvent[] = Array.from({ length: 2500 }, (_, trial) => ({
      type: 'trial-opened',
      at: 1,
      trial,
    }))
    const journal = memoryJournal(events)
    for (const after of [0, 1, 999, 1000, 1700, 2499, 2500, 2600]) {
      const found: unknown[] = []
      for await (const batch of journal.read(after)) found.push(...batch)
      const expected = events.map((event, i) => ({ seq: i + 1, event })).slice(after)
      expect(found).toEqual(expected)
    }
  })
})
