import type { Entry, History, StudyEvent, TrialAttempt } from '@attune/core'
import { addRest, unpackHead, unpackReports } from '@attune/core'

import type { BookSources } from './event-book.ts'
import { eventBook } from './event-book.ts'
import type { StreamMessage } from './event-stream.ts'
import { streamMessages } from './event-stream.ts'
import { requestFrom, seqOf, ServerError } from './server-request.ts'
import type { SourceSink, StudySource } from './study-source.ts'

/** How long it waits before it asks a silent server again, in milliseconds: the first time, and at most. */
const wait = { first: 500, most: 15_000 }

/**
 * A study of a server, which is read in two parts, what the first pictures need before the rest, and then
 * followed by server-sent events. When the connection is lost it comes back by itself, with what happened
 * meanwhile; when another journal stands in the place of the study, that is read from its beginning.
 *
 * @param path of the study, such as `/api/studies/abc`
 */
export function serverSource(path: string): StudySource {
  const book = eventBook(sourcesAt(path))
  let sink: SourceSink | undefined
  /** The number of the last event that was read; undefined when all is to be read anew. */
  let seq: number | undefined
  /** When it began, by which another journal in its place is told. */
  let created = Number.NaN
  let following: AbortController | undefined
  let isPaused = false
  let isLoaded = false

  const load = async (signal?: AbortSignal): Promise<void> => {
    for (let isWhole = false; !isWhole;) {
      const history = unpackHead(await bytesAt(`${path}/study?part=head`, signal))
      book.begin()
      // What was there stays until all of the new one is.
      if (!isLoaded) sink!.begin(history, false)
      sink!.progress(0.4)
      isWhole = await addRestAt(path, history, signal)
      if (isWhole) sink!.begin(history, true)
      seq = history.seq
      created = history.createdAt
    }
    sink!.progress(1)
  }
  const take = (message: StreamMessage): void => {
    if (message.event !== 'message') throw new Replaced()
    const entries = (JSON.parse(message.data) as [number, StudyEvent][])
      .map(([place, event]): Entry => ({ seq: place, event }))
      .filter((entry) => entry.seq > seq!)
    if (entries.length === 0) return
    if (entries[0]!.seq !== seq! + 1) throw new Replaced()
    seq = entries.at(-1)!.seq
    book.add(entries)
    sink!.add(entries)
  }
  /** Reads what happens until the stream ends. */
  const listen = async (signal: AbortSignal, onMessage: () => void): Promise<void> => {
    if (seq === undefined) await load(signal)
    const since = Number.isNaN(created) ? '' : `&created=${created}`
    const answer = await requestFrom(`${path}/events?after=${seq}${since}`, { signal })
    sink!.connection('live')
    for await (const message of streamMessages(answer.body!)) {
      onMessage()
      take(message)
    }
  }
  const follow = async (signal: AbortSignal): Promise<void> => {
    let pause = wait.first
    while (!signal.aborted) {
      let isRefused = false
      try {
        await listen(signal, () => (pause = wait.first))
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof Replaced) seq = undefined
        isRefused = error instanceof ServerError && error.status === 401
      }
      if (signal.aborted) return
      // A server that was started again has another token.
      sink!.connection(isRefused ? 'refused' : 'stale')
      await sleep(pause, signal)
      pause = Math.min(wait.most, 2 * pause)
    }
  }
  const resume = (): void => {
    isPaused = false
    if (following !== undefined || !isLoaded) return
    following = new AbortController()
    void follow(following.signal)
  }
  const pause = (): void => {
    isPaused = true
    following?.abort()
    following = undefined
  }
  return {
    book,
    async start(given) {
      sink = given
      await load()
      isLoaded = true
      if (!isPaused) resume()
    },
    pause,
    resume,
    close: pause,
  }
}

async function bytesAt(url: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const answer = await requestFrom(url, signal === undefined ? {} : { signal })
  return new Uint8Array(await answer.arrayBuffer())
}

/** Whether the server still had the other part of a head, which was then added. */
async function addRestAt(
  path: string,
  history: History,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    addRest(history, await bytesAt(`${path}/study?part=rest&seq=${history.seq}`, signal))
    return true
  } catch (error) {
    if (error instanceof ServerError && error.status === 410) return false
    throw error
  }
}

const sourcesAt = (path: string): BookSources => ({
  async attempts() {
    const answer = await requestFrom(`${path}/attempts`)
    return { seq: seqOf(answer), all: (await answer.json()) as TrialAttempt[] }
  },
  async reports(metric) {
    const url = `${path}/reports?metric=${encodeURIComponent(metric)}`
    const { seq, courses } = unpackReports(await bytesAt(url, undefined))
    return { seq, all: courses }
  },
})

/** What stands there is not what was read before. */
class Replaced extends Error {}

const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
