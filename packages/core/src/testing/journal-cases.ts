import type { StudyEvent } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { Case } from './case.ts'
import { check, checkEqual } from './case.ts'
import type { JournalTest } from './journal-case-log.ts'
import { checkLog, created, opened, readAll, several, study } from './journal-case-log.ts'
import type { JournalCasesOptions } from './journal-side-cases.ts'
import { sideTests } from './journal-side-cases.ts'

export type { JournalCasesOptions } from './journal-side-cases.ts'

/**
 * What every journal must do. `open` gives a new, empty journal of the named study each time; what
 * has to be cleared away afterwards is the caller's to remember.
 */
export function journalCases(
  open: (study: string) => Promise<Journal>,
  options: JournalCasesOptions = {},
): readonly Case[] {
  const tests = [...orderTests, ...conditionTests, ...contentTests, ...sideTests(options)]
  return tests.map(([name, run]) => ({
    name,
    run: async () => run(await open(study)),
  }))
}

const orderTests: readonly JournalTest[] = [
  [
    'a new journal is empty, and an empty list appends nothing',
    async (journal) => {
      checkEqual(await readAll(journal), [], 'the log of a new journal')
      checkEqual(await journal.append([]), { seq: 0 }, 'appending an empty list')
      await journal.append([created])
      checkEqual(await journal.append([]), { seq: 1 }, 'appending an empty list later')
      await checkLog(journal, [created])
    },
  ],
  [
    'events are numbered from 1 without gaps, in the order in which they were appended',
    async (journal) => {
      checkEqual(await journal.append([created]), { seq: 1 }, 'the first append')
      checkEqual(await journal.append(several(0, 3)), { seq: 4 }, 'an append of three')
      checkEqual(await journal.append([opened(3)]), { seq: 5 }, 'an append of one')
      await checkLog(journal, [created, ...several(0, 4)])
    },
  ],
  [
    'an event can be read as soon as its append has resolved',
    async (journal) => {
      await journal.append([created])
      for (let trial = 0; trial < 50; trial++) {
        const result = await journal.append([opened(trial)])
        checkEqual(result, { seq: trial + 2 }, 'the append')
        const expected = [{ seq: trial + 2, event: opened(trial) }]
        checkEqual(await readAll(journal, trial + 1), expected, 'what is read after it')
      }
    },
  ],
  [
    'reading begins after any event',
    async (journal) => {
      const events = [created, ...several(0, 30)]
      await journal.append(events.slice(0, 1))
      await journal.append(events.slice(1, 9))
      for (const event of events.slice(9)) await journal.append([event])
      for (let after = 0; after <= events.length + 2; after++) {
        const expected = events.map((event, i) => ({ seq: i + 1, event })).slice(after)
        checkEqual(await readAll(journal, after), expected, `what is read after ${after}`)
      }
    },
  ],
  [
    'reading ends with what was there when it began',
    async (journal) => {
      await journal.append([created, ...several(0, 2_999)])
      let last = 0
      for await (const batch of journal.read(0)) {
        await journal.append([opened(0)])
        last = batch.at(-1)?.seq ?? last
      }
      checkEqual(last, 3_000, 'the last event that is read')
    },
  ],
  [
    'appends that overlap are all kept, each where its number says',
    async (journal) => {
      await journal.append([created])
      const events = several(0, 300)
      const results = await Promise.all(events.map((event) => journal.append([event])))
      const log = await readAll(journal)
      checkEqual(log.length, 301, 'the length of the log')
      results.forEach((result, i) => {
        check('seq' in result, 'an append without a condition never conflicts')
        checkEqual(log[result.seq - 1], { seq: result.seq, event: events[i] }, 'the entry')
      })
    },
  ],
  [
    'many appends and one of ten thousand events are kept whole',
    async (journal) => {
      await journal.append([created])
      // Each may cost a write to the disk.
      for (let trial = 0; trial < 500; trial++) await journal.append([opened(trial)])
      checkEqual(await journal.append(several(500, 10_000)), { seq: 10_501 }, 'the big append')
      for (let i = 0; i < 100; i++) await journal.append(several(10_500 + i * 100, 100))
      await checkLog(journal, [created, ...several(0, 20_500)])
    },
  ],
]

const conditionTests: readonly JournalTest[] = [
  [
    'a conditional append appends only after the event it names, and tells which was last',
    async (journal) => {
      checkEqual(await journal.append([created], { ifLast: 3 }), { conflict: 0 }, 'when empty')
      checkEqual(await journal.append([created], { ifLast: 0 }), { seq: 1 }, 'the first')
      checkEqual(await journal.append([opened(0)], { ifLast: 0 }), { conflict: 1 }, 'too low')
      checkEqual(await journal.append([opened(0)], { ifLast: 2 }), { conflict: 1 }, 'too high')
      checkEqual(await journal.append(several(0, 2), { ifLast: 1 }), { seq: 3 }, 'as it is')
      checkEqual(await journal.append(several(7, 2), { ifLast: 2 }), { conflict: 3 }, 'of two')
      checkEqual(await journal.append([], { ifLast: 3 }), { seq: 3 }, 'of none')
      checkEqual(await journal.append([], { ifLast: 2 }), { conflict: 3 }, 'of none, too low')
      await checkLog(journal, [created, ...several(0, 2)])
    },
  ],
  [
    'of conditional appends that overlap exactly one wins',
    async (journal) => {
      await journal.append([created])
      const tries = several(0, 20).map((event) => journal.append([event], { ifLast: 1 }))
      const results = await Promise.all(tries)
      const winners = results.flatMap((result, i) => ('seq' in result ? [i] : []))
      checkEqual(winners.length, 1, 'the number of winners')
      await checkLog(journal, [created, opened(winners[0]!)])
      check(
        results.every((result) => 'seq' in result || result.conflict === 2),
        'the others are told the number of the last event, 2',
      )
    },
  ],
]

const oddTexts = [
  '',
  '\n',
  '\r\n\t',
  '\0',
  'a\u2028b\u2029c',
  '"quoted" \\ and \'quoted\'',
  '},{"type":"trial-opened"}',
  '[1]',
  'äöü ß 中文 हिन्दी 🎛️',
  '\ud800',
  '\ufeff',
  'x'.repeat(400_000),
]
const oddNumbers = [0, 1e-310, 5e-324, 1.7976931348623157e308, 2 ** 53, 0.1 + 0.2]

const contentTests: readonly JournalTest[] = [
  [
    'every text and number comes back as it was',
    async (journal) => {
      const events: StudyEvent[] = oddTexts.map((worker, trial) => ({
        type: 'trial-claimed',
        at: 3,
        trial,
        worker,
        epoch: 0,
      }))
      const values = Object.fromEntries([
        ...oddNumbers.map((x, i) => [`n${i}`, x]),
        ...oddTexts.map((text) => [text, 'NaN']),
      ])
      events.push({ type: 'trial-reported', at: 4, trial: 0, epoch: 0, step: 1, values })
      await journal.append([created])
      for (const event of events) await journal.append([event])
      await journal.append(events)
      await checkLog(journal, [created, ...events, ...events])
    },
  ],
  [
    'an event of a type from the future is kept',
    async (journal) => {
      const future = { type: 'trial-dreamt', at: 5, of: ['sheep', { electric: true }] }
      const events = [created, future as unknown as StudyEvent]
      await journal.append(events)
      await checkLog(journal, events)
    },
  ],
]
