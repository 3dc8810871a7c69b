import type { StudyEvent } from '@attune/core'
import { afterAll } from 'vitest'

import type { Engine } from '../../src/data/engine.ts'
import { engineClient } from '../../src/data/engine-client.ts'
import { serveEngine } from '../../src/data/engine-host.ts'
import { serveHelper } from '../../src/data/heavy-work.ts'
import { portChannel } from '../../src/data/rpc.ts'
import { sourceOf } from '../../src/data/source-of.ts'

/** What a test does instead of a page. */
export interface TestPage {
  readonly engine: Engine
  /** Hides the page, or shows it. */
  see(isSeen: boolean): void
}

/** The engine as a page has it, without workers: all that is said goes through ports, as there. */
export function inPage(base = '', withHelper = true): TestPage {
  let isSeen = true
  let onSeen: () => void = () => {}
  const port = (serve: (end: MessagePort) => void): MessagePort => {
    const { port1, port2 } = new MessageChannel()
    serve(port2)
    ports.push(port1)
    return port1
  }
  const engine = engineClient({
    channel: portChannel(port((end) => serveEngine(portChannel(end), { sourceOf }))),
    base,
    ...(withHelper
      ? {
          startHelper: () => ({
            port: port((end) => serveHelper(portChannel(end))),
            end: () => {},
          }),
        }
      : {}),
    nextFrame: (callback) => void setTimeout(callback, 1),
    isSeen: () => isSeen,
    onSeen: (callback) => void (onSeen = callback),
  })
  return {
    engine,
    see(seen) {
      isSeen = seen
      onSeen()
    },
  }
}

const ports: MessagePort[] = []
afterAll(() => ports.splice(0).forEach((port) => port.close()))

/** A journal of these events as somebody drops it on the page. */
export function journalFile(events: Iterable<StudyEvent>, name = 'journal.jsonl'): File {
  const lines = Array.from(events, (event) => `${JSON.stringify(event)}\n`)
  return new File([lines.join('')], name)
}
