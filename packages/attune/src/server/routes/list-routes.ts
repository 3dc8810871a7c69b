import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

import { jsonText } from '../../text/json-line.ts'
import type { UiContext } from '../context.ts'
import { message, openEventStream } from '../event-stream.ts'
import { mostStreams } from '../limits.ts'
import { Refusal } from '../refusal.ts'
import type { EventStream } from '../event-stream.ts'
import type { UiRequest, UiRoutes } from './entry.ts'

/** Who is served what, and the list of studies. */
export function listRoutes(routes: UiRoutes, context: UiContext): void {
  const { library, queued } = context
  routes.get('/api/session', (c) =>
    c.json({
      version: context.version,
      readOnly: context.readOnly || c.get('caller').role !== 'write',
      journals: library.places,
      now: Date.now(),
    }),
  )
  routes.get('/api/studies', (c) =>
    queued('cards', async () => {
      const cards = []
      for await (const card of library.cards()) cards.push(card)
      return json(c, cards)
    }),
  )
  routes.get('/api/studies/events', async (c) => {
    const stream = openStream(c, context)
    const end = library.watchCards({
      card: (card) => stream.send(message(jsonText(card), { event: 'card' })),
      gone: (id) => stream.send(message(jsonText({ id }), { event: 'gone' })),
    })
    void stream.ended.then(end)
    // What is there already comes one by one, so that a list need not wait for the slowest.
    await queued('cards', async () => {
      for await (const card of library.cards(true)) {
        if (!stream.isOpen) return
        stream.send(message(jsonText(card), { event: 'card' }))
        await stream.drained()
      }
    })
    return RESPONSE_ALREADY_SENT
  })
}

/** An answer of JSON in which NaN and infinities are strings. */
export function json(c: UiRequest, data: unknown): Response {
  return c.body(jsonText(data), 200, { 'content-type': 'application/json; charset=utf-8' })
}

/** @throws Refusal when as many are open as may be */
export function openStream(c: UiRequest, { streams }: UiContext): EventStream {
  if (streams.size >= mostStreams) {
    throw new Refusal(503, 'too-many', 'Too many pages follow studies here. Close some.')
  }
  const stream = openEventStream(c.env.outgoing as never, {})
  streams.add(stream)
  void stream.ended.then(() => streams.delete(stream))
  return stream
}
