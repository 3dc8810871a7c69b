import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { openJsonl } from '../../src/journals/jsonl-journal.ts'
import { openSqlite } from '../../src/journals/sqlite-journal.ts'
import { openJournal, openStore } from '../../src/journals/store.ts'
import { run } from './processes.ts'
import type { TemporaryFolder } from './temporary.ts'
import { created, openedFrom, readAll, temporaryFolder, trialsIn } from './temporary.ts'

async function make(file: string, events = 1): Promise<void> {
  await using store = await openStore(file)
  await (await store.journal('s')).append([created('s'), ...openedFrom(0, events)])
}

describe('the form of a file', () => {
  it.each([
    ['attune.db', 'sqlite'],
    ['attune.sqlite', 'sqlite'],
    ['study', 'sqlite'],
    ['study.jsonl', 'json-lines'],
    ['STUDY.NDJSON', 'json-lines'],
  ])('is told by its name when it is new or empty: %s is %s', async (name, format) => {
    using folder = temporaryFolder()
    await using absent = await openStore(folder.file(name))
    expect(absent.format).toBe(format)
    await absent[Symbol.asyncDispose]()
    writeFileSync(folder.file(name), '')
    await using empty = await openStore(folder.file(name))
    expect(empty.format).toBe(format)
    await (await empty.journal('s')).append([created('s')])
    expect((await empty.studies())[0]?.name).toBe('s')
  })

  it('is told by what it holds when it is not', async () => {
    using folder = temporaryFolder()
    await make(folder.file('a.db'))
    await make(folder.file('b.jsonl'))
    copyFileSync(folder.file('a.db'), folder.file('c.jsonl'))
    copyFileSync(folder.file('b.jsonl'), folder.file('d.db'))
    await using c = await openStore(folder.file('c.jsonl'))
    await using d = await openStore(folder.file('d.db'))
    expect([c.format, d.format]).toEqual(['sqlite', 'json-lines'])
    expect(await trialsIn(await c.journal('s'))).toEqual(await trialsIn(await d.journal('s')))
  })
})

it('a journal that is opened by itself closes its file', async () => {
  using folder = temporaryFolder()
  for (const name of ['a.db', 'a.jsonl']) {
    const journal = await openJournal(folder.file(name), 's')
    await journal.append([created('s')])
    await journal[Symbol.asyncDispose]()
  }
  expect(readdirSync(folder.path).toSorted()).toEqual(['a.db', 'a.jsonl'])
  await expect(openJournal(folder.file('a.jsonl'), 't')).rejects.toThrow('holds study "s"')
  expect(readdirSync(folder.path).toSorted()).toEqual(['a.db', 'a.jsonl'])
})

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

/** Files that are no journals, and what is said about them. */
const foreign: readonly [string, (file: string) => void, string, RegExp][] = [
  ['a folder', (file) => mkdirSync(file), 'journal/foreign', /is a folder/],
  ['a picture', (file) => writeFileSync(file, png), 'journal/foreign', /neither a SQLite/],
  ['a text', (file) => writeFileSync(file, 'hello\n'), 'journal/foreign', /neither a SQLite/],
  ['other JSON', (file) => writeFileSync(file, '{"a": 1}\n'), 'journal/foreign', /no log of/],
  ['a JSON list', (file) => writeFileSync(file, '[1, 2]'), 'journal/foreign', /no log of/],
  [
    'a database of another program',
    (file) => sql(file, 'CREATE TABLE t (x); INSERT INTO t VALUES (1)'),
    'journal/foreign',
    /of another program/,
  ],
  ['an empty database', (file) => sql(file, 'VACUUM'), 'journal/foreign', /of another program/],
  [
    'a database of another program with tables of the same names',
    (file) => sql(file, 'CREATE TABLE studies (id); CREATE TABLE events (id)'),
    'journal/foreign',
    /of another program/,
  ],
  [
    'a header that is cut short',
    (file) => writeFileSync(file, 'SQLite format 3\0\x10\0'),
    'journal/corrupt',
    /damaged or cut short/,
  ],
  [
    'half a magic number',
    (file) => writeFileSync(file, 'SQLite f'),
    'journal/corrupt',
    /cut short/,
  ],
]

function sql(file: string, statements: string): void {
  const database = new DatabaseSync(file)
  database.exec(statements)
  database.close()
}

describe('what is no journal', () => {
  it.each(foreign)('is refused and left as it is: %s', async (_, prepare, code, message) => {
    using folder = temporaryFolder()
    const file = folder.file('attune.db')
    prepare(file)
    const before = statSync(file).isDirectory() ? undefined : readFileSync(file)
    for (const options of [{}, { readOnly: true }]) {
      await expect(openStore(file, options)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      })
      await expect(openSqlite(file, options)).rejects.toMatchObject({ code })
      await expect(openJsonl(file, options)).rejects.toMatchObject({ code: 'journal/foreign' })
    }
    expect(readdirSync(folder.path)).toEqual(['attune.db'])
    if (before !== undefined) expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('is not made in a folder that does not exist', async () => {
    using folder = temporaryFolder()
    writeFileSync(folder.file('plain'), '')
    for (const name of ['none/attune.db', 'none/a.jsonl', 'plain/attune.db']) {
      await expect(openStore(folder.file(name))).rejects.toMatchObject({
        code: 'journal/read-only',
        message: expect.stringMatching(/no folder .*(none|plain)\. Make it first/),
      })
    }
  })
})

describe('a SQLite journal', () => {
  const refused = async (file: string, code: string): Promise<void> => {
    const bytes = readFileSync(file)
    const using = async (): Promise<void> => {
      await using store = await openStore(file)
      await readAll(await store.journal('s'))
    }
    await expect(using()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/attune\.db/),
    })
    expect(readFileSync(file).equals(bytes)).toBe(true)
  }

  it('of a newer version is refused and left as it is', async () => {
    using folder = temporaryFolder()
    await make(folder.file('attune.db'))
    sql(folder.file('attune.db'), 'PRAGMA user_version = 2')
    await refused(folder.file('attune.db'), 'journal/version')
  })

  it('that is cut short is refused, wherever it is cut', async () => {
    using folder = temporaryFolder()
    await make(folder.file('whole.db'), 3_000)
    const { size } = statSync(folder.file('whole.db'))
    for (const part of [0.002, 0.01, 0.1, 0.5, 0.9, 0.999]) {
      copyFileSync(folder.file('whole.db'), folder.file('attune.db'))
      truncateSync(folder.file('attune.db'), Math.floor(size * part))
      await refused(folder.file('attune.db'), 'journal/corrupt')
    }
  })

  it('with a page that was overwritten is refused', async () => {
    using folder = temporaryFolder()
    const file = folder.file('attune.db')
    await make(file, 3_000)
    const bytes = readFileSync(file)
    bytes.fill(0x5a, 4096 * 10, 4096 * 12)
    writeFileSync(file, bytes)
    await refused(file, 'journal/corrupt')
  })
})

// Root may write everywhere, so root runs these as somebody else, who must be able to read the code.
const root = process.getuid?.() === 0
const nobody = 65_534
const reads = fileURLToPath(new URL('visitor.ts', import.meta.url))
const possible =
  process.platform !== 'win32' &&
  (!root || spawnSync('cat', [reads], { uid: nobody, gid: nobody }).status === 0)

describe.skipIf(!possible)('a file or folder that may not be written', () => {
  const visit = async (folder: TemporaryFolder, name: string): Promise<Record<string, string>> => {
    const child = run('visitor.ts', [folder.file(name)], root ? { uid: nobody } : {})
    await child.ended
    expect(child.errors).toEqual([])
    return JSON.parse(child.lines[0] as string) as Record<string, string>
  }

  it.each(['attune.db', 'study.jsonl'])('lets %s be read, and says what to do', async (name) => {
    using folder = temporaryFolder()
    await make(folder.file(name))
    chmodSync(folder.file(name), 0o444)
    chmodSync(folder.path, 0o555)
    const visited = await visit(folder, name)
    expect(visited['reading']).toBe('2 events')
    expect(visited['writing']).toMatch(/^journal\/read-only .* cannot be written .*Change the perm/)
    chmodSync(folder.path, 0o755)
    expect(readdirSync(folder.path)).toEqual([name])
  })

  it.each(['attune.db', 'study.jsonl'])('does not let %s be made', async (name) => {
    using folder = temporaryFolder()
    chmodSync(folder.path, 0o555)
    const visited = await visit(folder, name)
    expect(visited['reading']).toBe('0 events')
    expect(visited['writing']).toMatch(/^journal\/read-only /)
    expect(existsSync(folder.file(name))).toBe(false)
  })

  it('does not let what may not be read be read', async () => {
    using folder = temporaryFolder()
    await make(folder.file('attune.db'))
    chmodSync(folder.path, 0o755)
    chmodSync(folder.file('attune.db'), 0o000)
    const visited = await visit(folder, 'attune.db')
    expect(visited['reading']).toMatch(/^journal\/read-only .* cannot be read/)
  })
})
