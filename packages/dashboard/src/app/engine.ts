import type { Engine } from '../data/engine.ts'
import { prepareWorker } from './start-worker.ts'

let engine: Promise<Engine> | undefined

/** The one engine of the page; its worker starts when it is asked for first. */
export function getEngine(): Promise<Engine> {
  engine ??= start()
  return engine
}

async function start(): Promise<Engine> {
  const [{ createEngine }] = await Promise.all([
    import('../data/create-engine.ts'),
    prepareWorker(),
  ])
  return createEngine()
}
