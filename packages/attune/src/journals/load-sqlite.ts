import type * as Sqlite from 'node:sqlite'

import { AttuneError } from '@attune/core'

let loaded: typeof Sqlite | undefined

/**
 * Node's own SQLite. Node 22 says once that it is experimental; that one warning is left out.
 * @throws AttuneError `usage` on a runtime without it.
 */
export function loadSqlite(): typeof Sqlite {
  loaded ??= loadQuietly()
  if (loaded === undefined) {
    const message = `This runtime (${process.version}) has no node:sqlite. Use Node 22.18 or newer, or a journal of JSON lines (study.jsonl).`
    throw new AttuneError('usage', message)
  }
  return loaded
}

function loadQuietly(): typeof Sqlite | undefined {
  const warn = process.emitWarning
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    const expected = String(warning).startsWith('SQLite is an experimental feature')
    if (expected && rest[0] === 'ExperimentalWarning') return
    Reflect.apply(warn, process, [warning, ...rest])
  }
  try {
    return process.getBuiltinModule('node:sqlite') as typeof Sqlite | undefined
  } finally {
    process.emitWarning = warn
  }
}
