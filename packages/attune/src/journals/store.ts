import { extname } from 'node:path'

import type { Journal } from '@attune/core'

import { foreignError } from './file-errors.ts'
import { inspectFile } from './inspect-file.ts'
import type { JournalStore, StoreOptions } from './journal-store.ts'
import { openJsonl } from './jsonl-journal.ts'
import { openSqlite } from './sqlite-journal.ts'

const jsonLinesExtensions = new Set(['.jsonl', '.ndjson'])

/** Whether a new file of this name holds JSON lines. */
export const isJsonLinesName = (file: string): boolean =>
  jsonLinesExtensions.has(extname(file).toLowerCase())

/**
 * Opens a file of studies. What an existing file holds decides how it is read; a new one becomes
 * JSON lines if it is called .jsonl or .ndjson, else a SQLite file.
 *
 * @throws AttuneError `journal/foreign` when the file is no journal of attune, and what
 *   `openSqlite` and `openJsonl` throw. Such a file is left as it is.
 */
export async function openStore(file: string, options: StoreOptions = {}): Promise<JournalStore> {
  switch (inspectFile(file).kind) {
    case 'sqlite':
      return openSqlite(file, options)
    case 'json':
      return openJsonl(file, options)
    case 'other':
      throw foreignError(file, 'neither a SQLite database nor JSON lines')
    default:
      return isJsonLinesName(file) ? openJsonl(file, options) : openSqlite(file, options)
  }
}

/**
 * Opens the journal of one study; closing it closes the file.
 * @throws AttuneError as `openStore`.
 */
export async function openJournal(
  file: string,
  study: string,
  options: StoreOptions = {},
): Promise<Journal> {
  const store = await openStore(file, options)
  try {
    const journal = await store.journal(study)
    return {
      ...journal,
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
