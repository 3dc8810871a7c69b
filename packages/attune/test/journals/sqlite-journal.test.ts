import { existsSync, readdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { describe, expect, it } from 'vitest'

import { openSqlite } from '../../src/journals/sqlite-journal.ts'
import { created, opened, openedFrom, readAll, temporaryFolder, trialsIn } from './temporary.ts'

/** Runs SQL behind the back of attune. */
function tamper(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

describe('a SQLite file', () => {
  it('holds many studies, each with a log of its own', async () => {
    using folder = temporaryFolder()
    await using store = await openSqlite(folder.file('attune.db'))
    const names = ['one', 'two', "o'three; --", '', 'vier 🎛️']
    for (const [i, name] of names.entries()) {
      const journal = await store.journal(name)
      expect(await journal.append([{ ...created(name), at: i }, ...openedFrom(0, i)])).toEqual({
        seq: i + 1,
      })
      await journal.leases.hold('worker', i)
      await journal.snapshot?.save(1, new Uint8Array([i]))
    }
    expect(await store.studies()).toEqual(
      names.map((name, i) => ({ name, createdAt: i, events: i + 1 })),
    )
    for (const [i, name] of names.entries()) {
      const journal = await store.journal(name)
      expect(await readAll(journal)).toHaveLength(i + 1)
      expect(await journal.leases.all()).toEqual(new Map([['worker', i]]))
      expect((await journal.snapshot?.load())?.bytes).toEqual(new Uint8Array([i]))
    }
  })

  it('is made by the first write, and a study by its first event', async () => {
    using folder = temporaryFolder()
    await using store = await openSqlite(folder.file('attune.db'))
    const journal = await store.journal('s')
    expect(await readAll(journal)).toEqual([])
    expect(await journal.append([], { ifLast: 0 })).toEqual({ seq: 0 })
    expect(await journal.leases.all()).toEqual(new Map())
    expect(await journal.snapshot?.load()).toBeUndefined()
    expect(await store.studies()).toEqual([])
    expect(readdirSync(folder.path)).toEqual([])

    expect(await journal.append([created('s')], { ifLast: 5 })).toEqual({ conflict: 0 })
    await (await store.journal('leased')).leases.hold('worker', 1)
    expect(await store.studies()).toEqual([])
    await journal.append([created('s')])
    expect(await store.studies()).toEqual([{ name: 's', createdAt: 1_000, events: 1 }])
  })

  it('is alone in its folder again when all have closed it', async () => {
    using folder = temporaryFolder()
    const one = await openSqlite(folder.file('attune.db'))
    await (await one.journal('s')).append([created('s')])
    const two = await openSqlite(folder.file('attune.db'))
    await (await two.journal('s')).append([opened(0)])
    await one[Symbol.asyncDispose]()
    await two[Symbol.asyncDispose]()
    expect(readdirSync(folder.path)).toEqual(['attune.db'])
  })

  it('opened for reading only is never written, and may not be there yet', async () => {
    using folder = temporaryFolder()
    const file = folder.file('attune.db')
    await using reader = await openSqlite(file, { readOnly: true })
    const journal = await reader.journal('s')
    expect(await readAll(journal)).toEqual([])
    expect(existsSync(file)).toBe(false)

    await using store = await openSqlite(file)
    await (await store.journal('s')).append([created('s'), opened(0)])
    expect(await trialsIn(journal)).toEqual([0])
    const refusal = { code: 'journal/read-only' }
    await expect(journal.append([opened(1)])).rejects.toMatchObject(refusal)
    await expect(journal.leases.hold('worker', 1)).rejects.toMatchObject(refusal)
    await expect(journal.snapshot?.save(1, new Uint8Array())).rejects.toMatchObject(refusal)
  })

  it('keeps the later of two snapshots, whichever is saved last', async () => {
    using folder = temporaryFolder()
    await using store = await openSqlite(folder.file('attune.db'))
    const { snapshot, append } = await store.journal('s')
    await append([created('s'), ...openedFrom(0, 9)])
    await snapshot?.save(8, new Uint8Array([8]))
    await snapshot?.save(5, new Uint8Array([5]))
    expect(await snapshot?.load()).toEqual({ seq: 8, bytes: new Uint8Array([8]) })
  })

  it('has nothing of an append that failed in the middle', async () => {
    using folder = temporaryFolder()
    await using store = await openSqlite(folder.file('attune.db'))
    const journal = await store.journal('s')
    await journal.append([created('s')])
    const when = `BEFORE INSERT ON events WHEN new.seq = 3 BEGIN SELECT RAISE(ABORT, 'no three'); END`
    tamper(store.file, `CREATE TRIGGER no_three ${when}`)
    await expect(journal.append(openedFrom(0, 2))).rejects.toThrow('no three')
    tamper(store.file, 'DROP TRIGGER no_three')
    expect(await journal.append([opened(5)])).toEqual({ seq: 2 })
    expect(await trialsIn(journal)).toEqual([5])
  })

  it('refuses everything once it is closed', async () => {
    using folder = temporaryFolder()
    const store = await openSqlite(folder.file('attune.db'))
    const journal = await store.journal('s')
    await journal.append([created('s')])
    await store[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    await expect(journal.append([opened(0)])).rejects.toMatchObject({ code: 'journal/closed' })
    await expect(readAll(journal)).rejects.toMatchObject({ code: 'journal/closed' })
    await expect(store.studies()).rejects.toMatchObject({ code: 'journal/closed' })
  })
})

describe('a lock of another program', () => {
  it('is waited for without blocking, in the order of the appends', async () => {
    using folder = temporaryFolder()
    const file = folder.file('attune.db')
    await using store = await openSqlite(file)
    const journal = await store.journal('s')
    await journal.append([created('s')])
    const shell = new DatabaseSync(file)
    shell.exec('BEGIN IMMEDIATE')
    const appends = openedFrom(0, 5).map((event) => journal.append([event]))
    let ticks = 0
    const ticking = setInterval(() => ticks++, 1)
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(await readAll(journal)).toHaveLength(1)
    shell.exec('ROLLBACK')
    expect(await Promise.all(appends)).toEqual([2, 3, 4, 5, 6].map((seq) => ({ seq })))
    clearInterval(ticking)
    shell.close()
    expect(await trialsIn(journal)).toEqual([0, 1, 2, 3, 4])
    expect(ticks).toBeGreaterThan(20)
  })

  it('that stays is told after a while, and nothing was appended', async () => {
    using folder = temporaryFolder()
    const file = folder.file('attune.db')
    await using store = await openSqlite(file, { patienceMs: 60 })
    const journal = await store.journal('s')
    await journal.append([created('s')])
    const shell = new DatabaseSync(file)
    shell.exec('BEGIN IMMEDIATE')
    await expect(journal.append([opened(0)])).rejects.toMatchObject({
      code: 'journal/busy',
      message: expect.stringMatching(/kept locked by another program for 0\.06 s\. Close what/),
    })
    shell.close()
    expect(await journal.append([opened(1)])).toEqual({ seq: 2 })
  })
})

describe('damage in the log', () => {
  async function damaged(folder: { file(name: string): string }, sql: string): Promise<string> {
    const file = folder.file('attune.db')
    await using store = await openSqlite(file)
    await (await store.journal('s')).append([created('s'), ...openedFrom(0, 5_000)])
    await store[Symbol.asyncDispose]()
    tamper(file, sql)
    return file
  }

  it.each([
    ['a body that is not JSON', `UPDATE events SET body = 'x' WHERE seq = 4000`, 'event 4000'],
    ['an empty body', `UPDATE events SET body = '' WHERE seq = 4000`, 'event 4000'],
    ['two in one', `UPDATE events SET body = body || ',' || body WHERE seq = 7`, 'event 7'],
    ['no event', `UPDATE events SET body = '{"a":1}' WHERE seq = 7`, 'event 7'],
    ['a list', `UPDATE events SET body = '[]' WHERE seq = 7`, 'event 7'],
    ['an event that is missing', 'DELETE FROM events WHERE seq = 50', 'only 99 are there'],
    [
      'a newer creation',
      `UPDATE events SET body = json_set(body, '$.version', 9) WHERE seq = 1`,
      'newer attune',
    ],
    ['a table that is missing', 'DROP TABLE events', 'no such table'],
  ])('is told with its place: %s', async (_, sql, message) => {
    using folder = temporaryFolder()
    const file = await damaged(folder, sql)
    const reading = async (): Promise<void> => {
      await using store = await openSqlite(file)
      await readAll(await store.journal('s'))
    }
    await expect(reading()).rejects.toMatchObject({
      code: expect.stringMatching(/^journal\/(corrupt|foreign|version)$/),
      message: expect.stringContaining(message),
    })
  })
})
