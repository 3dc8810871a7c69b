import { setImmediate as otherWork } from 'node:timers/promises'

import type { Entry, Journal, Seq } from '@attune/core'
import { parseEvent } from '@attune/core'

import { closedError } from './file-errors.ts'
import type { JournalStore, StoreOptions, StudySummary } from './journal-store.ts'
import { eventPlace, readSqliteBatch } from './sqlite-batch.ts'
import type { SqliteFile } from './sqlite-file.ts'
import { openSqliteFile } from './sqlite-file.ts'
import { sqliteLeases, sqliteSnapshot } from './sqlite-side-data.ts'
import type { SqliteStudyRow } from './sqlite-study-row.ts'
import { sqliteStudyRow } from './sqlite-study-row.ts'

/** At most this many events, and about this many characters, are read at a time. */
const batchEvents = 1_000
const batchCharacters = 250_000

/**
 * Opens a SQLite file of studies, which many processes of one machine may share. The file is made
 * by the first write; a file that is not ours, or from the future, is never written to.
 *
 * Write-ahead logging; every write is an immediate transaction, every read a short one. Locks of
 * others are waited for, without blocking, for `patienceMs`.
 *
 * @throws AttuneError `journal/foreign`, `journal/version`, `journal/corrupt`, `journal/read-only`,
 *   `journal/busy`.
 */
export async function openSqlite(file: string, options: StoreOptions = {}): Promise<JournalStore> {
  const sqlite = await openSqliteFile(file, options)
  return {
    file,
    format: 'sqlite',
    async studies() {
      const rows = await sqlite.read((statements) => statements.studies.all())
      return (rows ?? []).map((row): StudySummary => {
        const { name, first, events } = row as { name: string; first: string; events: number }
        return { name, createdAt: parseEvent(first, eventPlace(file, name, 1)).at, events }
      })
    },
    journal: async (study) => sqliteJournal(sqlite, file, study),
    [Symbol.asyncDispose]: () => sqlite.close(),
  }
}

function sqliteJournal(sqlite: SqliteFile, file: string, study: string): Journal {
  const row = sqliteStudyRow(study)
  const lastSeq = async (): Promise<Seq> => (await sqlite.read(row.lastSeq)) ?? 0
  let closed = false
  const checkOpen = (): void => {
    if (closed) throw closedError(`The journal of study "${study}" in ${file}`)
  }
  return {
    async append(events, { ifLast } = {}) {
      checkOpen()
      const bodies = events.map((event) => JSON.stringify(event))
      if (bodies.length === 0) {
        const seq = await lastSeq()
        return ifLast === undefined || ifLast === seq ? { seq } : { conflict: seq }
      }
      return sqlite.write((statements) => {
        const last = row.lastSeq(statements)
        if (ifLast !== undefined && ifLast !== last) return { conflict: last }
        const id = row.findOrAdd(statements)
        bodies.forEach((body, i) => statements.addEvent.run(id, last + 1 + i, body))
        return { seq: last + bodies.length }
      })
    },
    async *read(after) {
      checkOpen()
      yield* readEntries(sqlite, row, { from: after, to: await lastSeq(), file, study })
    },
    snapshot: sqliteSnapshot(sqlite, row, checkOpen),
    leases: sqliteLeases(sqlite, row, checkOpen),
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}

/** Batches of the events after `from` up to `to`, each read by itself. */
async function* readEntries(
  sqlite: SqliteFile,
  row: SqliteStudyRow,
  range: { readonly from: Seq; readonly to: Seq; readonly file: string; readonly study: string },
): AsyncIterable<readonly Entry[]> {
  let { from } = range
  let size = 100
  while (from < range.to) {
    const to = Math.min(from + size, range.to)
    const batch = await sqlite.read((statements) =>
      readSqliteBatch(statements, row.find(statements) as number, { ...range, from, to }),
    )
    if (batch === undefined) return
    const { events, characters } = batch
    const first = from + 1
    yield events.map((event, i) => ({ seq: first + i, event }))
    const fitting = Math.floor((batchCharacters * events.length) / characters)
    size = Math.max(1, Math.min(batchEvents, fitting))
    from = to
    if (from < range.to) await otherWork()
  }
}
