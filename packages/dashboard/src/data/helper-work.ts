import type { History } from '@attune/core'

import { deferred } from './deferred.ts'
import type { HeavyWork } from './heavy-work.ts'
import { slimSnapshot, workHere } from './heavy-work.ts'
import type { HelperMethods } from './protocol.ts'
import type { CallOptions, Client, NoMethods } from './rpc.ts'
import { connect, portChannel } from './rpc.ts'
import { createTurns } from './turns.ts'

/** Long work by a second worker of the page, which is there only while there is any. */
export interface HelperWork extends HeavyWork {
  /** The way to the worker that was asked for. */
  join(port: MessagePort): void
  /** There is no second worker: it is done here. */
  stayHere(): void
}

export interface HelperParts {
  /** Asks for a worker; `join` answers. */
  readonly start: () => void
  /** Lets it go. */
  readonly end: () => void
}

type Helper = Client<HelperMethods, never>

/** A worker without work is let go after so many milliseconds. */
const patience = 20_000

export function helperWork({ start, end }: HelperParts): HelperWork {
  const here = workHere()
  const turns = createTurns()
  let isHere = false
  let coming: ReturnType<typeof deferred<Helper>> | undefined
  let port: MessagePort | undefined
  let waiting = 0
  let leaving: ReturnType<typeof setTimeout> | undefined

  const leave = (): void => {
    coming = undefined
    port?.close()
    end()
  }
  const helper = (): Promise<Helper> => {
    if (coming === undefined) {
      coming = deferred()
      start()
    }
    return coming.promise
  }
  /** The history travels as bytes, which are handed over. */
  const run = <T>(
    history: History,
    ask: (helper: Helper, snapshot: Uint8Array, options: CallOptions) => Promise<T>,
    doHere: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> =>
    turns.run(async () => {
      if (isHere) return doHere()
      clearTimeout(leaving)
      waiting++
      try {
        const found = await helper()
        const snapshot = slimSnapshot(history)
        return await ask(found, snapshot, { signal, transfer: [snapshot.buffer] })
      } finally {
        if (--waiting === 0) leaving = setTimeout(leave, patience)
      }
    }, signal)
  return {
    join(given) {
      port = given
      const client = connect<HelperMethods, never, NoMethods, never>(
        portChannel(given),
        {},
        () => {},
      )
      coming?.resolve(client)
    },
    stayHere: () => void (isHere = true),
    draw: (history, query, signal) =>
      run(
        history,
        (client, bytes, options) => client.call('draw', [bytes, query], options),
        () => here.draw(history, query),
        signal,
      ),
    table: (history, query, place) =>
      run(
        history,
        (client, bytes, options) => client.call('table', [bytes, query, place], options),
        () => here.table(history, query, place),
      ),
    important: (history) =>
      run(
        history,
        (client, bytes, options) => client.call('important', [bytes], options),
        () => here.important(history),
      ),
    expect: (history, trial) =>
      run(
        history,
        (client, bytes, options) => client.call('expect', [bytes, trial], options),
        () => here.expect(history, trial),
      ),
  }
}
