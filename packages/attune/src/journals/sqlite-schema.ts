import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** `application_id` of the files: "attu" in ASCII. It stands in bytes 68 to 71 of the header. */
export const sqliteApplicationId = 0x61747475
/** `user_version` of the files, raised whenever older versions of attune could not use them. */
export const sqliteFormat = 1

/**
 * `events` is the log. `leases` are heartbeats in ms since the epoch; `snapshots` are derived data.
 */
const tables = `
  CREATE TABLE studies (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE events (
    study INTEGER NOT NULL REFERENCES studies,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (study, seq)
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE leases (
    study INTEGER NOT NULL REFERENCES studies,
    worker TEXT NOT NULL,
    until REAL NOT NULL,
    PRIMARY KEY (study, worker)
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE snapshots (
    study INTEGER PRIMARY KEY REFERENCES studies,
    seq INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  PRAGMA application_id = ${sqliteApplicationId};
  PRAGMA user_version = ${sqliteFormat};
`

/**
 * Makes the tables in an empty database, all at once, unless another process just did.
 * @returns false, with nothing changed, when the database belongs to another program.
 */
export function createTables(database: DatabaseSync): boolean {
  database.exec('BEGIN IMMEDIATE')
  try {
    const ours = readPragma(database, 'application_id') === sqliteApplicationId
    const empty = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
    if (!ours && empty) database.exec(tables)
    database.exec('COMMIT')
    return ours || empty
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

export function readPragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
}

/** Everything that is ever asked of a file, prepared once. */
export interface SqliteStatements {
  readonly begin: StatementSync
  readonly commit: StatementSync
  readonly rollback: StatementSync
  readonly studies: StatementSync
  readonly studyId: StatementSync
  readonly addStudy: StatementSync
  readonly lastSeq: StatementSync
  readonly addEvent: StatementSync
  readonly batch: StatementSync
  readonly events: StatementSync
  readonly leases: StatementSync
  readonly holdLease: StatementSync
  readonly releaseLease: StatementSync
  readonly snapshot: StatementSync
  readonly saveSnapshot: StatementSync
}

export function prepareStatements(database: DatabaseSync): SqliteStatements {
  const range = 'SELECT seq, body FROM events WHERE study = ? AND seq > ? AND seq <= ? ORDER BY seq'
  const statements = {
    begin: 'BEGIN IMMEDIATE',
    commit: 'COMMIT',
    rollback: 'ROLLBACK',
    studies: `
      SELECT name, body AS first, (SELECT max(seq) FROM events WHERE study = id) AS events
      FROM studies JOIN events ON study = id AND seq = 1 ORDER BY id`,
    studyId: 'SELECT id FROM studies WHERE name = ?',
    addStudy: 'INSERT INTO studies (name) VALUES (?) RETURNING id',
    lastSeq: 'SELECT seq FROM events WHERE study = ? ORDER BY seq DESC LIMIT 1',
    addEvent: 'INSERT INTO events (study, seq, body) VALUES (?, ?, ?)',
    batch: `SELECT count(*) AS count, group_concat(body, ',') AS text FROM (${range})`,
    events: range,
    leases: 'SELECT worker, until FROM leases WHERE study = ?',
    holdLease: 'INSERT OR REPLACE INTO leases (study, worker, until) VALUES (?, ?, ?)',
    releaseLease: 'DELETE FROM leases WHERE study = ? AND worker = ?',
    snapshot: 'SELECT seq, bytes FROM snapshots WHERE study = ?',
    saveSnapshot: `
      INSERT INTO snapshots (study, seq, bytes) VALUES (?, ?, ?)
      ON CONFLICT (study) DO UPDATE SET seq = excluded.seq, bytes = excluded.bytes
      WHERE excluded.seq >= seq`,
  } satisfies Record<keyof SqliteStatements, string>
  const entries = Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)])
  return Object.fromEntries(entries) as Record<keyof SqliteStatements, StatementSync>
}
