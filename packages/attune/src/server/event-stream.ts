import type { ServerResponse } from 'node:http'

import { mostUnread } from './limits.ts'

/** Messages that a page gets as they come, by server-sent events. */
export interface EventStream {
  /** Sends a message; a reader who is too far behind is let go, and comes back by itself. */
  send(message: string): void
  /** Resolves when what was sent has been taken; at once, when that is little. */
  drained(): Promise<void>
  readonly ended: Promise<void>
  readonly isOpen: boolean
  close(): void
}

/** How long a page waits before it comes back, in milliseconds. */
const retryMs = 1_000
/** The system asks after a reader that has been silent for so long; a program need not. */
const keepAliveMs = 60_000

/** Takes over the answer to a request. */
export function openEventStream(
  out: ServerResponse,
  headers: Readonly<Record<string, string>>,
): EventStream {
  out.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies shall not gather it.
    'x-accel-buffering': 'no',
  })
  out.socket?.setKeepAlive(true, keepAliveMs)
  out.socket?.setNoDelay(true)
  const ended = new Promise<void>((done) => out.once('close', done))
  // Who goes away in the middle of a message is no failure.
  out.on('error', () => out.destroy())
  out.write(`retry: ${retryMs}\n\n`)
  return {
    ended,
    get isOpen() {
      return !out.destroyed && !out.writableEnded
    },
    send(message) {
      if (out.destroyed || out.writableEnded) return
      out.write(message)
      if (out.writableLength > mostUnread) out.destroy()
    },
    async drained() {
      if (!out.writableNeedDrain) return
      await Promise.race([new Promise((done) => out.once('drain', done)), ended])
    },
    close: () => void out.end(),
  }
}

/** A message; the data holds no line breaks, as JSON does not. */
export function message(data: string, { id, event }: { id?: number; event?: string } = {}): string {
  const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`
  return `${head}data: ${data}\n\n`
}
