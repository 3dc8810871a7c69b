import type { Entry, History, Journal, Seq } from '@attune/core'
import { AttuneError, applyEntry, messageOf, openHistory } from '@attune/core'

import type { RunStanding } from '../journals/run-standing.ts'
import { runStandings } from '../journals/run-standing.ts'

/** A study as it is read for all that look at it: one history, and its events for those that follow. */
export interface StudyFeed extends AsyncDisposable {
  readonly id: string
  readonly name: string
  /** The journal's file, as people know it. */
  readonly file: string
  /** Where it is. */
  readonly path: string
  /** The number of the last event that followers were given. */
  readonly seq: Seq
  /** The history, read up to now; the same object for all. It is closed when it is not used for long. */
  history(): Promise<History>
  /** The history, if it is open; it may be behind. */
  readonly open: History | undefined
  /** Reads what was appended and gives it to the followers; whether there was anything. */
  readOn(): Promise<boolean>
  /** Holds off reading while something is worked out that must see one moment of the history. */
  still<T>(work: (history: History) => Promise<T> | T): Promise<T>
  /** How the runs stand that have not said that they ended, by worker. */
  standings(): Promise<ReadonlyMap<string, RunStanding>>
  /** All events after `after` that there are now, in batches; followers are not concerned. */
  read(after: Seq): AsyncIterable<readonly Entry[]>
  /** Calls back with all that comes after `after`, an event that is there; gives the way to end it. */
  follow(after: Seq, follower: Follower): Promise<() => void>
  readonly followers: number
  /** Sends all followers away, with a reason, and closes the journal; whoever asks again opens it anew. */
  end(why: string): Promise<void>
  /** Lets go of the history. */
  release(): void
  /** When it was asked for last, in milliseconds of `performance.now`. */
  readonly usedAt: number
  /** Roughly how much memory its history takes, in bytes. */
  readonly bytes: number
}

export interface Follower {
  events(entries: readonly Entry[]): void
  /** The study cannot be read on, or is another one now. */
  ended(why: string): void
}

export interface FeedPlace {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly path: string
  readonly openJournal: () => Promise<Journal>
}

export function createStudyFeed({ openJournal, ...place }: FeedPlace): StudyFeed {
  const followers = new Set<Follower>()
  let journal: Journal | undefined
  let history: History | undefined
  let seq: Seq = 0
  let usedAt = performance.now()
  let last: Promise<unknown> = Promise.resolve()
  /** Reading and working out happen one after the other, so that each sees one moment. */
  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work, work)
    last = done.catch(() => undefined)
    return done
  }
  const opened = async (): Promise<Journal> => (journal ??= await openJournal())

  const tell = (entries: readonly Entry[]): void => {
    const fresh = entries[0]?.seq === seq + 1 ? entries : entries.filter((e) => e.seq > seq)
    const end = fresh.at(-1)?.seq
    if (end === undefined) return
    seq = end
    for (const follower of followers) follower.events(fresh)
  }

  const readNow = async (): Promise<boolean> => {
    if (history === undefined && followers.size === 0) return false
    const log = await opened()
    const before = seq
    try {
      for await (const entries of log.read(before)) {
        if (history !== undefined) apply(history, entries)
        tell(entries)
      }
    } catch (error) {
      // It may have taken in half of what was read.
      history = undefined
      throw error
    }
    return seq !== before
  }

  const load = async (): Promise<History> => {
    usedAt = performance.now()
    if (history !== undefined) {
      await readNow()
      return history
    }
    const log = await opened()
    const { history: found } = await openHistory(log).catch(damaged)
    if (followers.size > 0) {
      for await (const entries of log.read(seq)) tell(entries.filter((e) => e.seq <= found.seq))
    }
    seq = found.seq
    history = found
    return found
  }

  const end = async (why: string): Promise<void> => {
    history = undefined
    const left = [...followers]
    followers.clear()
    for (const follower of left) follower.ended(why)
    const closing = journal
    journal = undefined
    await closing?.[Symbol.asyncDispose]()
  }

  return {
    ...place,
    get seq() {
      return seq
    },
    get open() {
      return history
    },
    get followers() {
      return followers.size
    },
    get usedAt() {
      return usedAt
    },
    get bytes() {
      return history === undefined ? 0 : bytesOf(history)
    },
    history: () => exclusive(load),
    async standings() {
      const found = await exclusive(load)
      return runStandings(found, await (await opened()).leases.all(), Date.now())
    },
    readOn: () => exclusive(readNow),
    still: (work) => exclusive(async () => work(await load())),
    async *read(after) {
      yield* (await opened()).read(after)
    },
    follow: (after, follower) =>
      exclusive(async () => {
        if (history === undefined && followers.size === 0) seq = after
        await readNow()
        for await (const entries of after < seq ? (await opened()).read(after) : []) {
          follower.events(entries.filter((entry) => entry.seq <= seq))
        }
        followers.add(follower)
        return () => {
          followers.delete(follower)
          usedAt = performance.now()
        }
      }),
    release() {
      history = undefined
    },
    end,
    [Symbol.asyncDispose]: () => end('The study is not at its place any more.'),
  }
}

/** Events that are JSON but make no sense are a damaged journal, not a mistake of the program. */
function apply(history: History, entries: readonly Entry[]): void {
  try {
    for (const entry of entries) applyEntry(history, entry)
  } catch (cause) {
    damaged(cause)
  }
}

function damaged(cause: unknown): never {
  if (cause instanceof AttuneError) throw cause
  const message = `The journal holds events that cannot be understood (${messageOf(cause)}). Restore a copy of it.`
  throw new AttuneError('journal/corrupt', message, { cause })
}

/** Columns are Float64; what is known of a trial beside them takes some 300 bytes. */
function bytesOf({ columns, length, details }: History): number {
  return columns.names().length * 8 * length * 1.3 + details.size * 300
}
