import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { History, StudyEvent } from '@attune/core'
import {
  applyEntry,
  createHistory,
  createReports,
  packHead,
  packReports,
  packRest,
  trialAttempts,
} from '@attune/core'

/** A server of one study, which a test can let grow, replace, and switch off. */
export interface SmallServer extends AsyncDisposable {
  /** Where the study is: what stands before `/api/studies/x`. */
  readonly base: string
  /** The requests there were, without the address. */
  readonly asked: string[]
  /** What `last-event-id` or `after` said, by stream. */
  readonly followedFrom: number[]
  append(events: readonly StudyEvent[]): void
  /** Puts another journal there. */
  replace(events: readonly StudyEvent[]): void
  /** Ends all streams; while it is off nothing is answered. */
  switchOff(): Promise<void>
  switchOn(): Promise<void>
  /** Lets nobody in any more, as a server with another token, or everybody again. */
  refuse(isRefusing: boolean): void
  /** Forgets the parts of heads that were given once. */
  forgetRest(times: number): void
}

export async function smallServer(begin: readonly StudyEvent[]): Promise<SmallServer> {
  let events = [...begin]
  let forgotten = 0
  let refusing = false
  const streams = new Map<ServerResponse, number>()
  const asked: string[] = []
  const followedFrom: number[] = []

  const send = (out: ServerResponse, after: number): void => {
    const pairs = events.map((event, i) => [i + 1, event]).slice(after)
    if (pairs.length > 0) out.write(`id: ${events.length}\ndata: ${JSON.stringify(pairs)}\n\n`)
    streams.set(out, events.length)
  }
  const follow = (request: IncomingMessage, out: ServerResponse, after: number): void => {
    const last = request.headers['last-event-id']
    const from = last === undefined ? after : Number(last)
    followedFrom.push(from)
    out.writeHead(200, { 'content-type': 'text/event-stream' })
    out.write('retry: 10\n\n')
    if (from > events.length) out.write('event: reset\ndata: {}\n\n')
    streams.set(out, events.length)
    if (from < events.length) send(out, from)
    out.on('close', () => streams.delete(out))
  }
  const server = createServer((request, out) => {
    const url = new URL(request.url!, 'http://x')
    const path = url.pathname.replace('/prefix/api/studies/x/', '')
    asked.push(`${path}${url.search}`)
    if (refusing) {
      const error = { code: 'unauthorized', message: 'A token is needed.' }
      return void out.writeHead(401).end(JSON.stringify({ error }))
    }
    const bytes = (body: Uint8Array | string): void => {
      out.writeHead(200, { etag: `"seq-${events.length}-x"` }).end(body)
    }
    const history = historyOf(events)
    if (path === 'study' && url.searchParams.get('part') === 'head') return bytes(packHead(history))
    if (path === 'study') {
      if (forgotten-- > 0) {
        return void out
          .writeHead(410)
          .end(JSON.stringify({ error: { code: 'gone', message: 'gone' } }))
      }
      return bytes(packRest(history))
    }
    if (path === 'attempts') return bytes(JSON.stringify(trialAttempts(events)))
    if (path === 'reports') {
      const reports = createReports()
      for (const event of events) reports.add(event)
      return bytes(packReports(history, reports.courses(), url.searchParams.get('metric')!))
    }
    if (path === 'events') return follow(request, out, Number(url.searchParams.get('after')))
    const refusal = { error: { code: 'study/not-found', message: `There is no study at ${path}.` } }
    return void out.writeHead(404).end(JSON.stringify(refusal))
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => void server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const switchOff = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {
    base: `http://127.0.0.1:${port}/prefix`,
    asked,
    followedFrom,
    append(more) {
      events.push(...more)
      for (const [out, at] of streams) send(out, at)
    },
    replace(others) {
      events = [...others]
      for (const out of streams.keys()) out.write('event: reset\ndata: {}\n\n')
    },
    switchOff,
    switchOn: () => listen(port),
    refuse: (isRefusing) => void (refusing = isRefusing),
    forgetRest: (times) => void (forgotten = times),
    [Symbol.asyncDispose]: switchOff,
  }
}

/** The history of these events. */
export function historyOf(events: Iterable<StudyEvent>): History {
  const history = createHistory()
  for (const event of events) applyEntry(history, { seq: history.seq + 1, event })
  return history
}
