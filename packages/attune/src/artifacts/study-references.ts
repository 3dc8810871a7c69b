import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { History, Journal } from '@attune/core'
import { AttuneError, catchUp, openHistory } from '@attune/core'

import { journalBase, journalEndings } from '../executors/trial-folder.ts'
import type { JournalStore } from '../journals/journal-store.ts'
import { openStore } from '../journals/store.ts'
import type { References } from './collect-artifacts.ts'
import { keptHashes, mentionedHashes } from './kept-trials.ts'

/** A study that is open for writing in this process. */
export interface LiveStudy {
  readonly name: string
  readonly history: History
  refresh(): Promise<void>
}

/** Reads again and again what all studies that share a store of artifacts say of it. */
export interface ReferenceReader extends AsyncDisposable {
  /** @throws AttuneError when a study cannot be read; then nobody knows what it keeps. */
  read(): Promise<References>
}

interface Followed {
  readonly history: History
  refresh(): Promise<void>
  /** What it said when its history was at `seq`. */
  said?: References & { readonly seq: number }
}

/**
 * Follows the studies of a journal, and those of the journals that have their artifacts in the same
 * folder because they differ in nothing but their ending. `live`, if given, is not read a second time.
 */
export function createReferenceReader(journal: string, live?: LiveStudy): ReferenceReader {
  const own = resolve(journal)
  const stores = new Map<string, JournalStore>()
  const studies = new Map<string, Followed>()
  const opened: Journal[] = []

  async function follow(store: JournalStore, name: string): Promise<Followed> {
    if (live !== undefined && store.file === own && name === live.name) {
      return { history: live.history, refresh: () => live.refresh() }
    }
    const log = await store.journal(name)
    opened.push(log)
    const { history } = await openHistory(log)
    return { history, refresh: () => catchUp(history, log) }
  }

  async function readStore(store: JournalStore): Promise<References[]> {
    const found: References[] = []
    for (const { name } of await store.studies()) {
      const key = JSON.stringify([store.file, name])
      const study = studies.get(key) ?? (await follow(store, name))
      studies.set(key, study)
      await study.refresh()
      const { history } = study
      if (study.said?.seq !== history.seq) {
        const { seq } = history
        study.said = { seq, kept: keptHashes(history), mentioned: mentionedHashes(history) }
      }
      found.push(study.said)
    }
    return found
  }

  return {
    async read() {
      const found: References[] = []
      for (const file of journalsBeside(own)) {
        const store = stores.get(file) ?? (await openIfOurs(file))
        if (store === undefined) continue
        stores.set(file, store)
        found.push(...(await readStore(store)))
      }
      return {
        kept: union(found.map(({ kept }) => kept)),
        mentioned: union(found.map(({ mentioned }) => mentioned)),
      }
    },
    async [Symbol.asyncDispose]() {
      for (const log of opened) await log[Symbol.asyncDispose]()
      for (const store of stores.values()) await store[Symbol.asyncDispose]()
    },
  }
}

function journalsBeside(journal: string): string[] {
  const all = journalEndings.map((ending) => `${journalBase(journal)}${ending}`)
  return [...new Set([journal, ...all])].filter(
    (file) => existsSync(file) && statSync(file).isFile(),
  )
}

async function openIfOurs(file: string): Promise<JournalStore | undefined> {
  try {
    return await openStore(file, { readOnly: true })
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'journal/foreign') return undefined
    throw error
  }
}

function union(sets: readonly ReadonlySet<string>[]): Set<string> {
  return new Set(sets.flatMap((set) => [...set]))
}
