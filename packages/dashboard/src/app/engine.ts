import type { Engine } from '../data/engine.ts'

let engine: Promise<Engine> | undefined

/** The one engine of the page; its worker starts when it is asked for first. */
export function getEngine(): Promise<Engine> {
  engine ??= import('../data/create-engine.ts').then(({ createEngine }) => createEngine())
  return engine
}
