import type { Journal, Leases, Seq } from '@attune/core'

import type { SqliteFile } from './sqlite-file.ts'
import type { SqliteStudyRow } from './sqlite-study-row.ts'

/** The latest snapshot of a study; an older one never replaces it. */
export function sqliteSnapshot(
  sqlite: SqliteFile,
  row: SqliteStudyRow,
  checkOpen: () => void,
): NonNullable<Journal['snapshot']> {
  return {
    async load() {
      checkOpen()
      const found = await sqlite.read((statements) => {
        const id = row.find(statements)
        return id === undefined ? undefined : statements.snapshot.get(id)
      })
      return found && { seq: found['seq'] as Seq, bytes: found['bytes'] as Uint8Array }
    },
    async save(seq, bytes) {
      checkOpen()
      await sqlite.write((statements) => {
        statements.saveSnapshot.run(row.findOrAdd(statements), seq, bytes)
      })
    },
  }
}

export function sqliteLeases(
  sqlite: SqliteFile,
  row: SqliteStudyRow,
  checkOpen: () => void,
): Leases {
  return {
    async hold(worker, until) {
      checkOpen()
      await sqlite.write((statements) => {
        statements.holdLease.run(row.findOrAdd(statements), worker, until)
      })
    },
    async release(worker) {
      checkOpen()
      await sqlite.write((statements) => {
        const id = row.find(statements)
        if (id !== undefined) statements.releaseLease.run(id, worker)
      })
    },
    async all() {
      checkOpen()
      const rows = await sqlite.read((statements) => {
        const id = row.find(statements)
        return id === undefined ? [] : statements.leases.all(id)
      })
      return new Map((rows ?? []).map((r) => [r['worker'] as string, r['until'] as number]))
    },
  }
}
