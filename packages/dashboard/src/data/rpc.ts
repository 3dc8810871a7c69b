import { messageOf } from '@attune/core'

/** One end of a way for messages: a worker, its page, or a port between two workers. */
export interface Channel {
  send(message: unknown, transfer?: readonly Transferable[]): void
  /** Sets who listens; there is one listener. */
  listen(listener: (message: unknown) => void): void
  close(): void
}

export function portChannel(port: MessagePort): Channel {
  return {
    send: (message, transfer = []) => port.postMessage(message, [...transfer]),
    listen(listener) {
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data))
      port.start()
    },
    close: () => port.close(),
  }
}

/** What the other side can be asked for, by name; every method may also answer later. */
export type Methods = { readonly [name: string]: (...args: never[]) => unknown }

/** Of a side that only asks. */
export type NoMethods = { readonly [name: string]: never }

/** What a method knows of its call beside the arguments. */
export interface Call {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** Tells how far it is, from 0 to 1. */
  progress(share: number): void
}

/** The methods as the side that answers has them: with their call in front. */
export type Handlers<M extends Methods> = {
  readonly [K in keyof M]: (
    call: Call,
    ...args: Parameters<M[K]>
  ) => Answer<ReturnType<M[K]>> | Promise<Answer<ReturnType<M[K]>>>
}

/** A result, or one whose buffers are handed over instead of copied. */
export type Answer<T> = T | Transferred<T>

export interface Transferred<T> {
  readonly transferred: T
  readonly buffers: readonly Transferable[]
}

export const transferred = <T>(result: T, buffers: readonly Transferable[]): Transferred<T> => ({
  transferred: result,
  buffers,
})

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((share: number) => void) | undefined
  /** Buffers of the arguments that are handed over instead of copied. */
  readonly transfer?: readonly Transferable[]
}

export interface Client<M extends Methods, E> {
  call<K extends keyof M & string>(
    method: K,
    args: Parameters<M[K]>,
    options?: CallOptions,
  ): Promise<Awaited<ReturnType<M[K]>>>
  /** Sends something that has no answer. */
  tell(news: E, transfer?: readonly Transferable[]): void
  /** Ends all that waits with an error. */
  fail(why: Error): void
}

/** An error as it travels; `code` is that of an AttuneError. */
interface SentError {
  readonly name: string
  readonly message: string
  readonly code?: string
}

type Message =
  | {
      readonly kind: 'call'
      readonly id: number
      readonly method: string
      readonly args: unknown[]
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError }
  | { readonly kind: 'progress'; readonly id: number; readonly share: number }
  | { readonly kind: 'news'; readonly news: unknown }

interface Waiting {
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
  readonly onProgress: ((share: number) => void) | undefined
}

/** Names of errors that only say that nobody waits any more. */
export const isAborted = (error: unknown): boolean => (error as Error)?.name === 'AbortError'

export const aborted = (): DOMException => new DOMException('Nobody waits for it.', 'AbortError')

/**
 * Joins two ends: what the other side may call is in `handlers`, what it tells without being asked goes
 * to `onNews`.
 */
export function connect<Theirs extends Methods, Told, Ours extends Methods, Heard>(
  channel: Channel,
  handlers: Handlers<Ours>,
  onNews: (news: Heard) => void,
): Client<Theirs, Told> {
  const waiting = new Map<number, Waiting>()
  const running = new Map<number, AbortController>()
  let last = 0

  const take = (id: number): Waiting | undefined => {
    const found = waiting.get(id)
    waiting.delete(id)
    return found
  }
  const answer = async (id: number, method: string, args: unknown[]): Promise<void> => {
    const controller = new AbortController()
    running.set(id, controller)
    const call: Call = {
      signal: controller.signal,
      progress: (share) => channel.send({ kind: 'progress', id, share } satisfies Message),
    }
    try {
      const handler = handlers[method] as unknown as (...all: unknown[]) => unknown
      const result = await handler(call, ...args)
      if (controller.signal.aborted) return
      if (isTransferred(result)) {
        channel.send({ kind: 'answer', id, result: result.transferred }, result.buffers)
      } else channel.send({ kind: 'answer', id, result })
    } catch (error) {
      channel.send({ kind: 'error', id, error: sentError(error) } satisfies Message)
    } finally {
      running.delete(id)
    }
  }
  channel.listen((message) => {
    const given = message as Message
    switch (given.kind) {
      case 'call':
        void answer(given.id, given.method, given.args)
        return
      case 'cancel':
        running.get(given.id)?.abort()
        return
      case 'answer':
        take(given.id)?.resolve(given.result as never)
        return
      case 'error':
        take(given.id)?.reject(errorOf(given.error))
        return
      case 'progress':
        waiting.get(given.id)?.onProgress?.(given.share)
        return
      case 'news':
        onNews(given.news as Heard)
    }
  })

  return {
    call(method, args, { signal, onProgress, transfer } = {}) {
      if (signal?.aborted === true) return Promise.reject(aborted())
      const id = ++last
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject, onProgress })
        signal?.addEventListener('abort', () => {
          if (take(id) === undefined) return
          channel.send({ kind: 'cancel', id } satisfies Message)
          reject(aborted())
        })
        channel.send({ kind: 'call', id, method, args } satisfies Message, transfer)
      })
    },
    tell: (news, transfer) => channel.send({ kind: 'news', news } satisfies Message, transfer),
    fail(why) {
      for (const { reject } of waiting.values()) reject(why)
      waiting.clear()
    },
  }
}

const isTransferred = (result: unknown): result is Transferred<unknown> =>
  typeof result === 'object' && result !== null && 'transferred' in result

function sentError(error: unknown): SentError {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown }
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: messageOf(error),
    ...(typeof code === 'string' ? { code } : {}),
  }
}

/** An error of the other side: its message, name and code; its stack says nothing here. */
function errorOf({ name, message, code }: SentError): Error {
  const error = new Error(message)
  error.name = name
  return code === undefined ? error : Object.assign(error, { code })
}
