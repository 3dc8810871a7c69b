import { AttuneError } from '@attune/core'

type Sqlite = typeof import('node:sqlite')

let loaded: Sqlite | undefined

/**
 * Node's own SQLite. Node 22 says once that it is experimental; that one warning is left out.
 * @throws AttuneError `usage` on a runtime without it.
 */
export function loadSqlite(): Sqlite {
  loaded ??= loadQuietly()
  if (loaded === undefined) {
    const message = `This runtime (${process.version}) has no node:sqlite. Use Node 22.18 or newer, or a journal of JSON lines (study.jsonl).`
    throw new AttuneError('usage', message)
  }
  return loaded
}

function loadQuietly(): Sqlite | undefined {
  const warn = process.emitWarning
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (rest[0] === 'ExperimentalWarning' && /^SQLite is an experimental/.test(String(warning))) return
    Reflect.apply(warn, process, [warning, ...rest])
  }
  try {
    return process.getBuiltinModule('node:sqlite') as Sqlite | undefined
  } finally {
    process.emitWarning = warn
  }
}
