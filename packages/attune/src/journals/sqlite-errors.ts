import { AttuneError } from '@attune/core'

import { damagedError, diskFullError, notReadableError, notWritableError } from './file-errors.ts'

/** Result codes of SQLite (sqlite.org/rescode.html), without their extensions. */
const codes = {
  logic: 1,
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const

function codeOf(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: unknown }
  return typeof errcode === 'number' ? errcode & 0xff : undefined
}

/** Whether it is worth trying again, because another connection holds a lock. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error)
  return code === codes.busy || code === codes.locked
}

/** What an error of SQLite means for the journal; other errors stay as they are. */
export function explainSqliteError(error: unknown, file: string, readOnly: boolean): unknown {
  switch (codeOf(error)) {
    case codes.full:
      return diskFullError(file, error)
    case codes.readOnly:
    case codes.io:
    case codes.cannotOpen:
      return readOnly ? notReadableError(file, error) : notWritableError(file, error)
    // The statements are ours, so an error of logic means that tables are missing or were changed.
    case codes.logic:
    case codes.corrupt:
    case codes.notADatabase:
      return damagedError(file, error)
    default:
      return error
  }
}

export function busyError(file: string, patienceMs: number, cause: unknown): AttuneError {
  const message = `${file} was kept locked by another program for ${patienceMs / 1000} s. Close what has it open, such as a sqlite3 shell in an unfinished transaction or a backup, and run again; everything that was acknowledged is there.`
  return new AttuneError('journal/busy', message, { cause })
}

export function newerError(file: string, found: number, known: number): AttuneError {
  const message = `${file} was written by a newer attune (format ${found}; this one reads up to ${known}) and was left as it is. Update attune.`
  return new AttuneError('journal/version', message, { details: { found, known } })
}
