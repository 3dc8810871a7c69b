import { setImmediate as otherWork } from 'node:timers/promises'
import type { History, ReportCourse, StudyEvent, TrialAttempt } from '@attune/core'
import {
  createAttempts,
  createReports,
  packHead,
  packReports,
  packRest,
  packStudy,
} from '@attune/core'

import { jsonText } from '../text/json-line.ts'
import type { Compressible } from './compressed.ts'
import { compressible } from './compressed.ts'
import { Refusal } from './refusal.ts'
import { createShelf } from './shelf.ts'
import type { StudyFeed } from './study-feed.ts'

/** Bytes of a study, as of an event. */
export interface Packed {
  readonly seq: number
  readonly bytes: Compressible
}

/** Studies as bytes, each made once for all that ask while nothing is new. */
export interface Packer {
  /** What the first pictures need; the rest is made right behind it, as of the same event. */
  head(feed: StudyFeed): Promise<Packed>
  /** The other part of a head that was given not long ago. */
  rest(feed: StudyFeed, seq: number): Promise<Compressible | undefined>
  /** All in one piece, with attempts and the reports of all metrics. */
  whole(feed: StudyFeed): Promise<Packed>
  /** What trials reported of one metric; default: the first objective. */
  reports(feed: StudyFeed, metric: string | undefined): Promise<Packed>
  /** Every run of every trial, as JSON. */
  attempts(feed: StudyFeed): Promise<Packed>
  /** The study as a page of its own. */
  page(feed: StudyFeed): Promise<string>
  /** Lets go of what was made of a study. */
  release(feed: StudyFeed): void
}

export type PageOf = (packed: Uint8Array, name: string) => Promise<string>

/** What nobody asks for is kept for so long. */
const keepMs = 60_000
/** A page of its own has the reports of so many metrics at most. */
const mostMetrics = 8
const pieceLength = 2_000

export function createPacker(pageOf: PageOf | undefined): Packer {
  const shelf = createShelf<Packed>(keepMs)
  const rests = createShelf<Promise<Compressible>>(keepMs)

  const kept = async (
    feed: StudyFeed,
    kind: string,
    make: () => Promise<Packed>,
  ): Promise<Packed> => {
    const key = `${feed.id} ${kind}`
    const before = shelf.get(key)
    if (before !== undefined) {
      const { seq } = await feed.history()
      if (before.seq === seq) return before
    }
    const made = await make()
    shelf.put(key, made)
    return made
  }

  const makeHead = (feed: StudyFeed): Promise<Packed> =>
    new Promise((done, refuse) => {
      // The history stands still until the rest is made, too; the head need not wait for that.
      const both = feed.still(async (history) => {
        const { seq } = history
        const head = { seq, bytes: compressible(packHead(history)) }
        const rest = otherWork().then(() => compressible(packRest(history)))
        rests.put(`${feed.id} ${seq}`, rest)
        done(head)
        await rest
      })
      both.catch(refuse)
    })

  const wholeOf = (feed: StudyFeed): Promise<{ seq: number; bytes: Uint8Array }> =>
    withEvents(feed, tellers.both, (history, { courses, attempts }) => {
      const reported = history.columns.group('last:').map(([name]) => name)
      const metrics = reported.slice(0, mostMetrics)
      const bytes = packStudy(history, { courses: courses(), attempts: attempts(), metrics })
      return { seq: history.seq, bytes }
    })

  return {
    head: (feed) => kept(feed, 'head', () => makeHead(feed)),
    rest: async (feed, seq) => rests.get(`${feed.id} ${seq}`),
    async whole(feed) {
      const { seq, bytes } = await wholeOf(feed)
      return { seq, bytes: compressible(bytes) }
    },
    async reports(feed, asked) {
      const history = await feed.history()
      const metric = asked ?? history.config?.objectives[0]?.name ?? ''
      return await kept(feed, `reports ${metric}`, () =>
        withEvents(feed, tellers.reports([metric]), (now, { courses }) => {
          return { seq: now.seq, bytes: compressible(packReports(now, courses(), metric)) }
        }),
      )
    },
    attempts: (feed) =>
      kept(feed, 'attempts', () =>
        withEvents(feed, tellers.attempts, ({ seq }, { attempts }) => {
          return { seq, bytes: compressible(jsonBytes(attempts())) }
        }),
      ),
    async page(feed) {
      if (pageOf === undefined) {
        throw new Refusal(
          503,
          'not-installed',
          'A page of its own is made by @attune/dashboard, which is not installed: npm install @attune/dashboard',
        )
      }
      const { bytes } = await wholeOf(feed)
      return await pageOf(bytes, feed.name)
    },
    release(feed) {
      shelf.clear(`${feed.id} `)
      rests.clear(`${feed.id} `)
    },
  }
}

/** A list as the bytes of its JSON, made piece by piece: as one text a long one takes thrice the room. */
function jsonBytes(list: readonly unknown[]): Uint8Array {
  const pieces: Buffer[] = [Buffer.from('[')]
  for (let i = 0; i < list.length; i += pieceLength) {
    const text = jsonText(list.slice(i, i + pieceLength)).slice(1, -1)
    pieces.push(Buffer.from(i === 0 ? text : `,${text}`))
  }
  pieces.push(Buffer.from(']'))
  return Buffer.concat(pieces)
}

/** What is learnt of a study's events that its history does not keep. */
interface Teller {
  add(event: StudyEvent): void
  courses(): readonly ReportCourse[]
  attempts(): readonly TrialAttempt[]
}

const tellers = {
  reports(metrics: readonly string[]): () => Teller {
    return () => {
      const reports = createReports({ metrics })
      return { add: reports.add, courses: () => reports.courses(), attempts: () => [] }
    }
  },
  attempts(): Teller {
    const attempts = createAttempts()
    return { add: attempts.add, courses: () => [], attempts: () => attempts.all() }
  },
  both(): Teller {
    const [reports, attempts] = [createReports(), createAttempts()]
    return {
      add(event) {
        reports.add(event)
        attempts.add(event)
      },
      courses: () => reports.courses(),
      attempts: () => attempts.all(),
    }
  },
} as const

/** Reads all events, most of them while the history goes on, and works with both as of the same one. */
async function withEvents<T>(
  feed: StudyFeed,
  begin: () => Teller,
  work: (history: History, teller: Teller) => T,
): Promise<T> {
  await feed.history()
  const teller = begin()
  let at = 0
  const readTo = async (end: number): Promise<void> => {
    for await (const entries of feed.read(at)) {
      for (const { seq, event } of entries) {
        if (seq > end) return
        teller.add(event)
        at = seq
      }
    }
  }
  await readTo(feed.seq)
  return await feed.still(async (history) => {
    await readTo(history.seq)
    return work(history, teller)
  })
}
