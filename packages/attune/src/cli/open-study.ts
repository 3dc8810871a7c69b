import { defaultJournal } from '../journals/default-journal.ts'
import { existsSync } from 'node:fs'

import type { History, Journal } from '@attune/core'
import { AttuneError, nearest, openHistory } from '@attune/core'

import type { JournalStore } from '../journals/journal-store.ts'
import type { RunStanding } from '../journals/run-standing.ts'
import { runStandings } from '../journals/run-standing.ts'
import { openStore } from '../journals/store.ts'

/** A study as it is stored; nothing is written, and no lock is taken. */
export interface OpenStudy extends AsyncDisposable {
  /** The journal's file, as it was given. */
  readonly file: string
  readonly name: string
  /** When it was created, in milliseconds since the epoch. */
  readonly createdAt: number
  readonly journal: Journal
  readonly history: History
}

/**
 * Opens a journal for reading.
 * @throws AttuneError `usage` when there is no such file.
 */
export async function openStoreForReading(file: string = defaultJournal): Promise<JournalStore> {
  if (existsSync(file)) return openStore(file, { readOnly: true })
  const missing =
    file === defaultJournal
      ? `There is no journal ${file} in this folder. Name another one`
      : `There is no journal ${file}. Name an existing one`
  throw new AttuneError('usage', `${missing} with --journal FILE, or start a study: attune run.`)
}

/**
 * Opens a study of a journal for reading; without a name the only one there is.
 * @throws AttuneError `usage` when there is no such file or study, or when it is not clear which.
 */
export async function openForReading(file?: string, study?: string): Promise<OpenStudy> {
  const store = await openStoreForReading(file)
  try {
    const all = await store.studies()
    const names = all.map((one) => one.name)
    const name = study ?? only(store.file, names)
    const summary = all.find((one) => one.name === name)
    if (summary === undefined) throw unknownStudy(store.file, name, names)
    const journal = await store.journal(name)
    const { history } = await openHistory(journal)
    return {
      file: store.file,
      name,
      createdAt: summary.createdAt,
      journal,
      history,
      async [Symbol.asyncDispose]() {
        await journal[Symbol.asyncDispose]()
        await store[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

/** How the runs stand that have not said that they ended, by worker. */
export async function standingsOf({
  journal,
  history,
}: Pick<OpenStudy, 'journal' | 'history'>): Promise<ReadonlyMap<string, RunStanding>> {
  return runStandings(history, await journal.leases.all(), Date.now())
}

/** When the last event of a study happened, in milliseconds since the epoch. */
export async function lastActivity(journal: Journal, history: History): Promise<number> {
  let at = Number.NaN
  for await (const entries of journal.read(Math.max(0, history.seq - 1))) {
    at = entries.at(-1)?.event.at ?? at
  }
  return at
}

function only(file: string, names: readonly string[]): string {
  const [name] = names
  if (name === undefined) {
    throw new AttuneError('usage', `${file} holds no study yet. Start one: attune run.`)
  }
  if (names.length === 1) return name
  throw new AttuneError(
    'usage',
    `${file} holds ${names.length} studies, and it is not clear which is meant. Name one of ${list(names)}.`,
  )
}

function unknownStudy(file: string, name: string, names: readonly string[]): AttuneError {
  const near = nearest(name, names)
  const meant = near === undefined ? '' : ` Did you mean "${near}"?`
  const held = names.length === 0 ? 'no study yet' : list(names)
  const isFile = existsSync(name) ? ` To read the file ${name}, write --journal ${name}.` : ''
  const message = `There is no study "${name}" in ${file}.${meant} It holds ${held}.${isFile}`
  return new AttuneError('usage', message, { details: { name, known: names } })
}

const shown = 12

function list(names: readonly string[]): string {
  const some = names.slice(0, shown).join(', ')
  if (names.length <= shown) return some
  return `${some} and ${names.length - shown} more (attune studies lists them)`
}
