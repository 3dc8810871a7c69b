import { createEngine } from '../data/create-engine.ts'
import type { Engine } from '../data/engine.ts'
import { prepareWorker } from './start-worker.ts'

let engine: Promise<Engine> | undefined

/** The one engine of the page; its worker starts when it is asked for first. */
export function getEngine(): Promise<Engine> {
  engine ??= start()
  return engine
}

async function start(): Promise<Engine> {
  const unpacking = prepareWorker()
  // A worker that needs no unpacking starts before anything else is done.
  if (unpacking !== undefined) await unpacking
  return createEngine()
}
