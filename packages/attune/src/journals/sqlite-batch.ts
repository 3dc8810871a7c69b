import type { Seq, StudyEvent } from '@attune/core'
import { parseEvent } from '@attune/core'

import { damagedError } from './file-errors.ts'
import { isOrdinaryEvent, parseValues } from './parse-events.ts'
import type { SqliteStatements } from './sqlite-schema.ts'

/** Consecutive events as they are stored, and how long their texts are together. */
export interface SqliteBatch {
  readonly events: readonly StudyEvent[]
  readonly characters: number
}

/** How an event is named in messages. */
export function eventPlace(file: string, study: string, seq: Seq): string {
  return `${file}, study "${study}", event ${seq}`
}

/**
 * Reads the events after `from` up to `to`. SQLite joins their texts, so that they cross into
 * JavaScript and through its parser at once, in half the time it takes one by one. They are read
 * one by one when that shows anything odd, to name the place.
 *
 * @throws AttuneError `journal/corrupt`, `journal/foreign`, `journal/version`.
 */
export function readSqliteBatch(
  statements: SqliteStatements,
  id: number,
  range: { readonly from: Seq; readonly to: Seq; readonly file: string; readonly study: string },
): SqliteBatch {
  const { from, to, file, study } = range
  const { count, text } = statements.batch.get(id, from, to) as { count: number; text: string }
  if (count !== to - from) {
    throw damagedError(
      file,
      `of events ${from + 1} to ${to} of study "${study}" only ${count} are there`,
    )
  }
  const characters = text.length
  const values = parseValues(text, count)
  if (values?.every(isOrdinaryEvent)) return { events: values, characters }
  const rows = statements.events.all(id, from, to) as unknown as { seq: Seq; body: string }[]
  const events = rows.map(({ seq, body }) => parseEvent(body, eventPlace(file, study, seq)))
  return { events, characters }
}
