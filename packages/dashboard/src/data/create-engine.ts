import { base } from '../app/base.ts'
import { startWorker } from '../app/start-worker.ts'
import type { Engine } from './engine.ts'
import type { Helper } from './engine-client.ts'
import { engineClient } from './engine-client.ts'
import { portChannel } from './rpc.ts'
import type { WorkerRole } from './worker-role.ts'

/**
 * The engine of a page, in a worker. Its code is not in the page itself, which would double it.
 *
 * @param start starts a worker of ./worker.ts
 */
export function createEngine(start: () => Worker = startWorker): Engine {
  const client = engineClient({
    channel: portChannel(
      startRole('engine', start, (why) => {
        client.fail(new Error(why))
      }).port,
    ),
    base,
    startHelper: () => startRole('helper', start, () => {}),
    nextFrame: (callback) => void requestAnimationFrame(callback),
    isSeen: () => !document.hidden,
    onSeen: (callback) => document.addEventListener('visibilitychange', callback),
  })
  return client
}

/**
 * A new worker and the way to it; what is sent before it has started waits in the port.
 * @param onStop hears of it when it stops later
 */
function startRole(
  role: WorkerRole['role'],
  start: () => Worker,
  onStop: (why: string) => void,
): Helper {
  const { port1, port2 } = new MessageChannel()
  let isReady = false
  let worker: Worker | undefined
  try {
    const started = start()
    worker = started
    started.addEventListener('message', () => {
      isReady = true
      started.postMessage({ role, port: port2 } satisfies WorkerRole, [port2])
    })
    started.addEventListener('error', ({ message }) => {
      const what = isReady ? 'has stopped' : 'could not start'
      onStop(`The worker of this page ${what}. ${message} Load the page anew.`)
    })
  } catch (error) {
    // Of a page from a disk some browsers permit none; the client must be there to hear of it.
    queueMicrotask(() =>
      onStop(
        `This browser starts no worker for this page: ${error instanceof Error ? error.message : String(error)}`,
      ),
    )
  }
  return { port: port1, end: () => worker?.terminate() }
}
