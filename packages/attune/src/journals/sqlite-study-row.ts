import type { Seq } from '@attune/core'

import type { SqliteStatements } from './sqlite-schema.ts'

/** The row of a study, under whose id all else of it is kept. */
export interface SqliteStudyRow {
  /** Its id, or undefined when there is none yet. */
  find(statements: SqliteStatements): number | undefined
  /** Its id; in a write transaction only. */
  findOrAdd(statements: SqliteStatements): number
  /** The number of its last event, 0 without any. */
  lastSeq(statements: SqliteStatements): Seq
}

export function sqliteStudyRow(name: string): SqliteStudyRow {
  let id: number | undefined
  const find = ({ studyId }: SqliteStatements): number | undefined =>
    (id ??= studyId.get(name)?.['id'] as number | undefined)
  return {
    find,
    // The new id is not remembered, since the transaction that makes it may be undone.
    findOrAdd: (statements) =>
      find(statements) ?? (statements.addStudy.get(name)?.['id'] as number),
    lastSeq(statements) {
      const row = find(statements)
      if (row === undefined) return 0
      return (statements.lastSeq.get(row)?.['seq'] as Seq | undefined) ?? 0
    },
  }
}
