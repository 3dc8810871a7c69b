import { Refusal } from './refusal.ts'

/** The largest body of a request, in bytes. */
export const largestBody = 1_000_000
/** The largest file that is attached from a page, in bytes. */
export const largestFile: number = 64 * 1024 * 1024
/** Files that are taken in at a time. */
export const mostUploads = 8
/** The largest header of a request, in bytes. */
export const largestHeader = 16_384
export const mostConnections = 256
/** Streams of events that are open at a time. */
export const mostStreams = 96
/** A reader that has not taken so many bytes is let go; it may come back where it was. */
export const mostUnread = 8_000_000

/**
 * A bucket of `size` tokens that fills at `perSecond`. Taking one from an empty bucket gives how many
 * milliseconds to wait for it; who would wait longer than `mostWaitMs` is refused.
 * @param now milliseconds, of any origin
 */
export function createBucket(
  size: number,
  perSecond: number,
  mostWaitMs: number,
  now: () => number,
): () => number {
  let tokens = size
  let at = now()
  return () => {
    const time = now()
    tokens = Math.min(size, tokens + ((time - at) / 1000) * perSecond)
    at = time
    const waitMs = (Math.max(0, 1 - tokens) / perSecond) * 1000
    if (waitMs > mostWaitMs) {
      throw new Refusal(429, 'too-many', 'Too many commands at once. Wait a moment.')
    }
    tokens--
    return waitMs
  }
}

/** Runs work of each kind one after the other; more than `most` in a queue are refused. */
export function createQueues(
  most: number,
): <T>(kind: string, work: () => Promise<T> | T) => Promise<T> {
  const queues = new Map<string, { last: Promise<unknown>; length: number }>()
  return async (kind, work) => {
    const queue = queues.get(kind) ?? { last: Promise.resolve(), length: 0 }
    if (queue.length >= most) {
      throw new Refusal(503, 'too-many', 'The server is busy with others of this kind. Try again.')
    }
    queue.length++
    queues.set(kind, queue)
    const done = queue.last.then(work, work)
    queue.last = done.catch(() => undefined)
    try {
      return await done
    } finally {
      queue.length--
      if (queue.length === 0) queues.delete(kind)
    }
  }
}
