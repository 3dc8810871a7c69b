import { statSync } from 'node:fs'
import type { ErrorCode, Journal } from '@attune/core'
import { AttuneError, messageOf } from '@attune/core'

import type { JournalStore, StudySummary } from '../journals/journal-store.ts'
import { openStore } from '../journals/store.ts'

/**
 * Whoever reads a SQLite file keeps the last writer from taking its write-ahead log into the file when it
 * closes; then a copy of the file alone would lack what is in the log. So the last reader makes up for it,
 * unless somebody else has the file open, who will do it. Failing changes nothing.
 */
export async function takeInLog(path: string): Promise<void> {
  if ((identityOf(`${path}-wal`)?.size ?? 0) === 0) return
  try {
    await using store = await openStore(path, { patienceMs: 200 })
    await store.studies()
  } catch {
    // The log stands as it did, and is taken in by the next writer.
  }
}

/** A file of studies that is only read. It may appear, be replaced or go at any time. */
export interface JournalFile extends AsyncDisposable {
  /** As people know it. */
  readonly file: string
  readonly path: string
  /** Looks what is there now. */
  look(): Promise<Looked>
  /** Whether the file is still the one that was looked at; costs next to nothing. */
  isSame(): boolean
  /** The journal of a study that the last look found. */
  journal(study: string): Promise<Journal>
}

export interface Looked {
  readonly studies: readonly StudySummary[]
  /** Why nothing can be read. */
  readonly problem?: { readonly code: ErrorCode | 'absent'; readonly message: string }
  /** Whether the file is another one than at the look before, so that what was read of it is void. */
  readonly replaced: boolean
}

/** For others that keep the file locked the page does not wait long. */
const patienceMs = 1_500

interface Identity {
  readonly inode: number
  readonly size: number
}

export function createJournalFile(file: string, path: string): JournalFile {
  let store: JournalStore | undefined
  let known: Identity | undefined

  /** A log of JSON lines only grows; what is shorter was written anew. */
  const isOther = (found: Identity | undefined): boolean =>
    found?.inode !== known?.inode ||
    (store?.format === 'json-lines' && (found?.size ?? 0) < (known?.size ?? 0))

  const close = async (): Promise<void> => {
    const old = store
    store = undefined
    known = undefined
    await old?.[Symbol.asyncDispose]()
  }

  return {
    file,
    path,
    async look() {
      const found = identityOf(path)
      const replaced = known !== undefined && isOther(found)
      if (replaced) await close()
      if (found === undefined) {
        const message = `There is no file ${file} (yet).`
        return { studies: [], problem: { code: 'absent', message }, replaced }
      }
      try {
        store ??= await openStore(path, { readOnly: true, patienceMs })
        const studies = await store.studies()
        known = found
        return { studies, replaced }
      } catch (error) {
        await close()
        const code = error instanceof AttuneError ? error.code : 'journal/corrupt'
        const message = messageOf(error).replaceAll(path, file)
        return { studies: [], problem: { code, message }, replaced: true }
      }
    },
    isSame: () => known !== undefined && !isOther(identityOf(path)),
    async journal(study) {
      store ??= await openStore(path, { readOnly: true, patienceMs })
      return store.journal(study)
    },
    [Symbol.asyncDispose]: close,
  }
}

function identityOf(path: string): Identity | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined ? undefined : { inode: stats.ino, size: stats.size }
}
