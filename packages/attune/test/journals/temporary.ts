import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Entry, Journal, StudyEvent } from '@attune/core'

/** A folder that lasts as long as it is used: `using folder = temporaryFolder()`. */
export interface TemporaryFolder extends Disposable {
  readonly path: string
  file(name: string): string
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'attune-journals-'))
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

export function created(name: string): StudyEvent {
  return {
    type: 'study-created',
    version: 1,
    at: 1_000,
    study: {
      name,
      space: { space: {} },
      objectives: [{ name: 'loss', direction: 'minimize' }],
      constraints: [],
      seed: 1,
      deterministic: false,
      lag: 8,
      sampler: { name: 'random' },
      scheduler: { name: 'none' },
    },
  }
}

/** An event that is told from others by its number. */
export function opened(trial: number): StudyEvent {
  return { type: 'trial-opened', at: 2, trial }
}

export function openedFrom(first: number, count: number): StudyEvent[] {
  return Array.from({ length: count }, (_, i) => opened(first + i))
}

export async function readAll(journal: Journal, after = 0): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const batch of journal.read(after)) entries.push(...batch)
  return entries
}

/** The trial numbers of `opened` events in a log, in its order. */
export async function trialsIn(journal: Journal): Promise<number[]> {
  const entries = await readAll(journal)
  return entries.flatMap(({ event }) => (event.type === 'trial-opened' ? [event.trial] : []))
}
