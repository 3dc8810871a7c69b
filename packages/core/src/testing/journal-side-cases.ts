import type { Journal } from '../journal/journal.ts'
import { checkEqual, checkRejects } from './case.ts'
import type { JournalTest } from './journal-case-log.ts'
import { checkLog, created, opened, readAll, several } from './journal-case-log.ts'

export interface JournalCasesOptions {
  /** Closes a journal and opens its log again from where it is stored; absent if it is not. */
  readonly reopen?: (journal: Journal) => Promise<Journal>
  /** Opens the log of a journal a second time; absent if only one may have it open. */
  readonly share?: (journal: Journal) => Promise<Journal>
}

/** What a journal must do beside keeping a log: leases, snapshots, closing, sharing. */
export function sideTests({ reopen, share }: JournalCasesOptions): readonly JournalTest[] {
  return [...leaseTests, ...snapshotTests, ...closingTests(reopen), ...sharingTests(share)]
}

const leaseTests: readonly JournalTest[] = [
  [
    'leases are held, renewed and released without a trace in the log',
    async (journal) => {
      await journal.append([created])
      checkEqual(await journal.leases.all(), new Map(), 'the leases at first')
      await journal.leases.hold('host/1/2/3', 1_000)
      await journal.leases.hold('host/4/5/6', 1_500.5)
      await journal.leases.hold('host/1/2/3', 2_000)
      await journal.leases.release('nobody')
      const leases = [...(await journal.leases.all())].sort(([a], [b]) => (a < b ? -1 : 1))
      checkEqual(
        leases,
        [
          ['host/1/2/3', 2_000],
          ['host/4/5/6', 1_500.5],
        ],
        'the leases',
      )
      await journal.leases.release('host/1/2/3')
      checkEqual([...(await journal.leases.all()).keys()], ['host/4/5/6'], 'those that are left')
      await checkLog(journal, [created])
    },
  ],
]

const snapshotTests: readonly JournalTest[] = [
  [
    'a snapshot, where there are any, comes back as it was saved last',
    async ({ append, snapshot }) => {
      if (snapshot === undefined) return
      await append([created, ...several(0, 9)])
      checkEqual(await snapshot.load(), undefined, 'the snapshot at first')
      await snapshot.save(4, new Uint8Array([1, 2, 3]))
      checkEqual(await snapshot.load(), { seq: 4, bytes: new Uint8Array([1, 2, 3]) }, 'the first')
      const bytes = Uint8Array.from({ length: 1_000_000 }, (_, i) => i * 7)
      await snapshot.save(10, bytes)
      checkEqual(await snapshot.load(), { seq: 10, bytes }, 'the second')
    },
  ],
]

function closingTests(reopen: JournalCasesOptions['reopen']): readonly JournalTest[] {
  const tests: JournalTest[] = [
    [
      'a closed journal refuses to append and to read; closing twice does no harm',
      async (journal) => {
        await journal.append([created])
        await journal[Symbol.asyncDispose]()
        await checkRejects(journal.append([opened(0)]), 'journal/closed', 'appending')
        await checkRejects(readAll(journal), 'journal/closed', 'reading')
        await journal[Symbol.asyncDispose]()
      },
    ],
  ]
  if (reopen === undefined) return tests
  return [
    ...tests,
    [
      'a log that is opened again goes on where it ended',
      async (journal) => {
        await journal.append([created, ...several(0, 5)])
        await journal.snapshot?.save(6, new Uint8Array([6]))
        const again = await reopen(journal)
        checkEqual((await again.snapshot?.load())?.seq, again.snapshot && 6, 'the snapshot')
        checkEqual(await again.append([opened(5)], { ifLast: 6 }), { seq: 7 }, 'an append')
        const third = await reopen(again)
        await checkLog(third, [created, ...several(0, 6)])
      },
    ],
    [
      'what happens to an event after it was appended does not reach the log',
      async (journal) => {
        const event = { type: 'trial-opened' as const, at: 1, trial: 0 }
        await journal.append([created])
        const appending = journal.append([event])
        event.trial = 99
        await appending
        event.trial = 98
        for await (const batch of journal.read(1)) {
          for (const entry of batch) (entry.event as typeof event).trial = 97
        }
        checkEqual((await readAll(journal, 1))[0]?.event, { ...event, trial: 0 }, 'the event')
      },
    ],
  ]
}

function sharingTests(share: JournalCasesOptions['share']): readonly JournalTest[] {
  if (share === undefined) return []
  return [
    [
      'two that have a log open see what either appends, in one order',
      async (one) => {
        const other = await share(one)
        const events = [created, ...several(0, 40)]
        for (const [i, event] of events.entries()) {
          checkEqual(await (i % 3 === 0 ? one : other).append([event]), { seq: i + 1 }, 'an append')
        }
        await checkLog(one, events)
        await checkLog(other, events)
        checkEqual(
          await one.append([opened(40)], { ifLast: 40 }),
          { conflict: 41 },
          'a late append',
        )
        await one.leases.hold('worker', 5)
        checkEqual(await other.leases.all(), new Map([['worker', 5]]), 'the leases')
      },
    ],
  ]
}
