import { setTimeout as sleep } from 'node:timers/promises'
import type { Entry } from '@attune/core'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

import { eventLines } from '../../describe/event-lines.ts'
import { doCommand, parseCommand } from '../commands.ts'
import type { Compressible } from '../compressed.ts'
import { encodingFor } from '../compressed.ts'
import type { UiContext } from '../context.ts'
import type { EventStream } from '../event-stream.ts'
import { message } from '../event-stream.ts'
import { readJson } from '../guard.ts'
import { largestBody } from '../limits.ts'
import { Refusal } from '../refusal.ts'
import type { StudyFeed } from '../study-feed.ts'
import type { UiRequest, UiRoutes } from './entry.ts'
import { json, openStream } from './list-routes.ts'

/** A study whole, its events as they come, and what a page wants of it. */
export function studyRoutes(routes: UiRoutes, context: UiContext): void {
  const { library, packer, queued, writers } = context
  const feedOf = (c: UiRequest): Promise<StudyFeed> => library.feed(c.req.param('id') as string)

  routes.get('/api/studies/:id/study', async (c) => {
    const feed = await feedOf(c)
    const part = c.req.query('part') ?? 'whole'
    if (part === 'rest') {
      const seq = wholeNumber(c, 'seq')
      const rest = seq === undefined ? undefined : await packer.rest(feed, seq)
      if (rest === undefined) {
        throw new Refusal(410, 'gone', 'The study is not kept as of then any more. Load it again.')
      }
      return await sendBytes(c, rest, { etag: etagOf(seq as number, 'rest') })
    }
    if (part !== 'head' && part !== 'whole') {
      throw new Refusal(400, 'usage', `A study has the parts head and rest, got "${part}".`)
    }
    const { seq, bytes } = await queued('pack', () => packer[part](feed))
    const etag = etagOf(seq, part)
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, { etag })
    return await sendBytes(c, bytes, { etag, 'attune-seq': String(seq) })
  })

  routes.get('/api/studies/:id/reports', async (c) => {
    const feed = await feedOf(c)
    const metric = c.req.query('metric')
    const { seq, bytes } = await queued('reports', () => packer.reports(feed, metric))
    return await sendBytes(c, bytes, { etag: etagOf(seq, `reports-${metric ?? ''}`) })
  })

  routes.get('/api/studies/:id/attempts', async (c) => {
    const feed = await feedOf(c)
    const { seq, bytes } = await queued('attempts', () => packer.attempts(feed))
    const type = 'application/json; charset=utf-8'
    return await sendBytes(c, bytes, { etag: etagOf(seq, 'attempts'), 'content-type': type })
  })

  routes.get('/api/studies/:id/page', async (c) => {
    const feed = await feedOf(c)
    const html = await queued('page', () => packer.page(feed))
    return c.body(html, 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-disposition': savedAs(`${feed.name}.html`),
      'content-security-policy': 'sandbox',
    })
  })

  routes.get('/api/studies/:id/journal', async (c) => {
    const feed = await feedOf(c)
    const encoder = new TextEncoder()
    const bytes = ReadableStream.from(eventLines(feed.read(0))).pipeThrough(
      new TransformStream<string, Uint8Array>({
        transform: (text, lines) => lines.enqueue(encoder.encode(text)),
      }),
    )
    return c.body(bytes, 200, {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': savedAs(`${feed.name}.jsonl`),
    })
  })

  routes.get('/api/studies/:id/events', async (c) => {
    const feed = await feedOf(c)
    const last = c.req.header('last-event-id')
    const after = /^\d{1,15}$/.test(last ?? '') ? Number(last) : (wholeNumber(c, 'after') ?? 0)
    const stream = openStream(c, context)
    void stream.ended.then(library.watchFiles())
    await follow(feed, { after, created: wholeNumber(c, 'created') }, stream)
    return RESPONSE_ALREADY_SENT
  })

  routes.get('/api/studies/:id/runs', async (c) => {
    const standings = await (await feedOf(c)).standings()
    return json(c, Object.fromEntries(standings))
  })

  routes.get('/api/studies/:id/asked', async (c) => {
    const feed = await feedOf(c)
    return json(c, { trials: writers.asked(feed.id) })
  })

  routes.post('/api/studies/:id/commands', async (c) => {
    const waitMs = context.takeWrite()
    if (waitMs > 0) await sleep(waitMs)
    const feed = await feedOf(c)
    const command = parseCommand(await readJson(c.env.incoming as never, largestBody))
    const done = await doCommand(command, { feed, writers, by: context.by })
    library.ask()
    return json(c, { ok: true, ...done })
  })
}

/** Sends what comes after an event: first what is there, as fast as it is taken, then what comes. */
async function follow(feed: StudyFeed, known: Known, stream: EventStream): Promise<void> {
  let at = known.after
  const send = (entries: readonly Entry[]): void => {
    const end = entries.at(-1)?.seq
    if (end === undefined || end <= at) return
    const fresh = entries[0]!.seq > at ? entries : entries.filter(({ seq }) => seq > at)
    at = end
    stream.send(messageOf(fresh))
  }
  try {
    if (!(await isThere(feed, known))) {
      stream.send(message('{}', { event: 'reset' }))
      at = 0
      for await (const entries of feed.read(0)) at = entries.at(-1)?.seq ?? at
    }
    for (let before = -1; before !== at && stream.isOpen;) {
      before = at
      for await (const entries of feed.read(at)) {
        send(entries)
        await stream.drained()
        if (!stream.isOpen) return
      }
    }
    const ended = (why: string): void => {
      stream.send(message(JSON.stringify({ why }), { event: 'gone' }))
      stream.close()
    }
    const leave = await feed.follow(at, { events: send, ended })
    void stream.ended.then(leave)
  } catch (error) {
    // The answer has begun; the page asks again, and is then told in the answer itself.
    stream.close()
    throw error
  }
}

/** The last message is kept, since all pages that follow a study get the same one. */
let made: { readonly entries: readonly Entry[]; readonly text: string } | undefined
function messageOf(entries: readonly Entry[]): string {
  if (made?.entries !== entries) {
    const pairs = entries.map(({ seq, event }) => [seq, event])
    made = { entries, text: message(JSON.stringify(pairs), { id: entries.at(-1)!.seq }) }
  }
  return made.text
}

/** What a page has read of a study. */
interface Known {
  /** The last event that it has. */
  readonly after: number
  /** When the first one happened, in milliseconds since the epoch. */
  readonly created: number | undefined
}

/** Whether the journal begins as it did and has an event of this number; else it is another one by now. */
async function isThere(feed: StudyFeed, { after, created }: Known): Promise<boolean> {
  if (after === 0) return true
  const first = created === undefined ? undefined : await eventAt(feed, 1)
  if (first?.event.at !== created) return false
  return (await eventAt(feed, after)) !== undefined
}

async function eventAt(feed: StudyFeed, seq: number): Promise<Entry | undefined> {
  for await (const entries of feed.read(seq - 1)) {
    return entries[0]?.seq === seq ? entries[0] : undefined
  }
  return undefined
}

const etagOf = (seq: number, part: string): string =>
  `"seq-${seq}${part === 'whole' ? '' : `-${encodeURIComponent(part)}`}"`

async function sendBytes(
  c: UiRequest,
  made: Compressible,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  if (c.req.header('if-none-match') === headers['etag']) return c.body(null, 304, { ...headers })
  const { bytes, encoding } = await made.as(encodingFor(c.req.header('accept-encoding')))
  return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
    'content-type': 'application/octet-stream',
    'cache-control': 'no-cache',
    vary: 'Accept-Encoding',
    ...headers,
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  })
}

function wholeNumber(c: UiRequest, name: string): number | undefined {
  const text = c.req.query(name)
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** A file that is saved and not shown, by a name that any system takes. */
export function savedAs(name: string): string {
  const plain = name.replaceAll(/[^\w.-]+/g, '_').slice(-100)
  const whole = encodeURIComponent(name.slice(-200)).replaceAll("'", '%27')
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}
