import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

import { closedError, damagedError, foreignError, readOnlyError } from './file-errors.ts'
import { checkWritable, inspectFile } from './inspect-file.ts'
import type { StoreOptions } from './journal-store.ts'
import { loadSqlite } from './load-sqlite.ts'
import { serial } from './serial.ts'
import { busyError, explainSqliteError, isBusy, newerError } from './sqlite-errors.ts'
import type { SqliteStatements } from './sqlite-schema.ts'
import {
  createTables,
  prepareStatements,
  readPragma,
  sqliteApplicationId,
  sqliteFormat,
} from './sqlite-schema.ts'

/** A SQLite file of attune. It is made by the first write. */
export interface SqliteFile {
  /** Runs `work` as soon as the file may be read; undefined when there is no file yet. */
  read<T>(work: (statements: SqliteStatements) => T): Promise<T | undefined>
  /** Runs `work` in a write transaction of its own; when it throws, nothing was written. */
  write<T>(work: (statements: SqliteStatements) => T): Promise<T>
  close(): Promise<void>
}

interface Connection {
  readonly database: DatabaseSync
  readonly statements: SqliteStatements
}

/**
 * How long SQLite itself may wait for a lock, with all else in this process standing still. Locks
 * last microseconds as a rule; beyond this attune waits without blocking.
 */
const blockingMs = 10
const longestPauseMs = 40

let pauses = 0

/** @throws AttuneError what stands against the file, as `openSqlite` says. */
export async function openSqliteFile(file: string, options: StoreOptions): Promise<SqliteFile> {
  const path = resolve(file)
  const { readOnly = false, patienceMs = 10_000 } = options
  const writes = serial()
  let connection: Connection | undefined
  let closed = false

  const connect = (): Connection | undefined => {
    if (closed) throw closedError(file)
    if (connection === undefined && isOurs(file, path)) {
      connection = openConnection(file, path, options)
    }
    return connection
  }
  const patiently = async <T>(work: () => T): Promise<T> => {
    const deadline = performance.now() + patienceMs
    for (;;) {
      try {
        return work()
      } catch (error) {
        if (!isBusy(error)) throw explainSqliteError(error, file, readOnly)
        if (performance.now() > deadline) throw busyError(file, patienceMs, error)
      }
      await sleep(pauseMs())
    }
  }

  if (!readOnly) checkWritable(file)
  await patiently(connect)
  return {
    read: (work) =>
      patiently(() => {
        const opened = connect()
        return opened === undefined ? undefined : work(opened.statements)
      }),
    async write(work) {
      if (closed) throw closedError(file)
      if (readOnly) throw readOnlyError(file)
      return writes.run(() =>
        patiently(() => {
          connection ??= connect() ?? openConnection(file, path, options)
          return transact(connection, work)
        }),
      )
    },
    async close() {
      await writes.idle()
      closed = true
      connection?.database.close()
      connection = undefined
    },
  }
}

/** Different for different processes and attempts, lest two that wait stay in step. */
function pauseMs(): number {
  return 1 + ((process.pid * 7 + ++pauses * 13) % longestPauseMs)
}

function transact<T>(
  { database, statements }: Connection,
  work: (statements: SqliteStatements) => T,
): T {
  statements.begin.run()
  try {
    const result = work(statements)
    statements.commit.run()
    return result
  } catch (error) {
    if (database.isTransaction) statements.rollback.run()
    throw error
  }
}

/**
 * Whether there is a journal; false for an empty or absent file. The header is read without SQLite,
 * which would make files beside a database that is not ours.
 */
function isOurs(file: string, path: string): boolean {
  const { kind, head } = inspectFile(file, path)
  if (kind === 'absent' || kind === 'empty') return false
  if (kind !== 'sqlite') throw foreignError(file, 'no SQLite database')
  if (head.length < 100) throw damagedError(file, 'the header is not whole')
  if (head.readInt32BE(68) === sqliteApplicationId) return true
  throw foreignError(file, 'a SQLite database of another program')
}

function openConnection(file: string, path: string, options: StoreOptions): Connection {
  const { readOnly = false, durability = 'normal' } = options
  const url = pathToFileURL(path)
  // Without a writable folder SQLite cannot share the file; nobody else writes to it then either.
  if (readOnly && !existsSync(`${path}-wal`) && !isWritable(dirname(path))) {
    url.searchParams.set('immutable', '1')
  }
  const { DatabaseSync: Database } = loadSqlite()
  const database = new Database(url, { readOnly, timeout: blockingMs })
  try {
    const ours = readPragma(database, 'application_id') === sqliteApplicationId
    if (!ours && (readOnly || !createTables(database))) {
      throw foreignError(file, 'a SQLite database of another program')
    }
    const format = readPragma(database, 'user_version')
    if (format > sqliteFormat) throw newerError(file, format, sqliteFormat)
    if (!readOnly) {
      database.exec('PRAGMA journal_mode = WAL')
      database.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`)
    }
    return { database, statements: prepareStatements(database) }
  } catch (error) {
    database.close()
    throw error
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
