import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'

import { describe, expect, it } from 'vitest'

import { openJsonl } from '../../src/journals/jsonl-journal.ts'
import { created, opened, openedFrom, readAll, temporaryFolder, trialsIn } from './temporary.ts'

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`
const creation = lineOf(created('s'))

describe('the file', () => {
  it('has a line for each append: an event, or a list of those appended together', async () => {
    using folder = temporaryFolder()
    await using store = await openJsonl(folder.file('a.jsonl'))
    const journal = await store.journal('s')
    await journal.append([created('s')])
    await journal.append([opened(0)])
    await journal.append(openedFrom(1, 2))
    expect(readFileSync(store.file, 'utf8')).toBe(
      creation + lineOf(opened(0)) + lineOf(openedFrom(1, 2)),
    )
  })

  it('begins with the type of the first event, whatever the order of its fields', async () => {
    using folder = temporaryFolder()
    await using store = await openJsonl(folder.file('a.jsonl'))
    const { type, ...fields } = created('s')
    await (await store.journal('s')).append([{ ...fields, type } as never, opened(0)])
    expect(readFileSync(store.file, 'utf8')).toMatch(/^\[\{"type":"study-created",/)
  })

  it('is made by the first append, and stands alone when it is closed', async () => {
    using folder = temporaryFolder()
    const store = await openJsonl(folder.file('a.jsonl'))
    const journal = await store.journal('s')
    expect(await readAll(journal)).toEqual([])
    expect(existsSync(store.file)).toBe(false)
    expect(await store.studies()).toEqual([])
    await journal.append([created('s')])
    await store[Symbol.asyncDispose]()
    expect(readdirSync(folder.path)).toEqual(['a.jsonl'])
  })

  it('cannot begin with anything but the creation of the study', async () => {
    using folder = temporaryFolder()
    await using store = await openJsonl(folder.file('a.jsonl'))
    const journal = await store.journal('s')
    await expect(journal.append([opened(0)])).rejects.toMatchObject({ code: 'journal/foreign' })
    await expect(journal.append([created('t')])).rejects.toThrow('begins with the creation')
    expect(await journal.append([created('s')])).toEqual({ seq: 1 })
  })

  it('holds one study, and says which when another is asked for', async () => {
    using folder = temporaryFolder()
    await using store = await openJsonl(folder.file('a.jsonl'))
    const other = await store.journal('t')
    await (await store.journal('s')).append([created('s'), opened(0)])
    expect(await store.studies()).toEqual([{ name: 's', createdAt: 1_000, events: 2 }])
    const refusal = { code: 'journal/foreign', message: expect.stringContaining('holds study "s"') }
    await expect(store.journal('t')).rejects.toMatchObject(refusal)
    await expect(other.append([created('t')])).rejects.toMatchObject(refusal)
    await expect(readAll(other)).rejects.toMatchObject(refusal)
  })

  it('may be reached by two names and is locked all the same', async () => {
    using folder = temporaryFolder()
    writeFileSync(folder.file('a.jsonl'), creation)
    symlinkSync(folder.file('a.jsonl'), folder.file('b.jsonl'))
    await using _store = await openJsonl(folder.file('a.jsonl'))
    await expect(openJsonl(folder.file('b.jsonl'))).rejects.toMatchObject({
      code: 'journal/locked',
    })
  })
})

describe('a torn end', () => {
  const whole = creation + lineOf(opened(0))
  const last = lineOf([opened(1), { ...opened(2), at: 3, note: 'ä🎛' }])

  it.each([
    ['the last line', whole, last, [0]],
    ['the only line', '', creation, []],
  ])(
    'at any byte of %s is passed over, and removed by the next append',
    async (_, before, line, trials) => {
      using folder = temporaryFolder()
      const bytes = Buffer.from(line)
      for (let cut = before === '' ? 1 : 0; cut < bytes.length; cut++) {
        const file = folder.file(`${cut}.jsonl`)
        const torn = Buffer.concat([Buffer.from(before), bytes.subarray(0, cut)])
        writeFileSync(file, torn)
        {
          await using reader = await openJsonl(file, { readOnly: true })
          expect(await trialsIn(await reader.journal('s'))).toEqual(trials)
          expect(readFileSync(file).equals(torn)).toBe(true)
        }
        await using store = await openJsonl(file)
        const journal = await store.journal('s')
        const next = before === '' ? created('s') : opened(9)
        expect(await journal.append([next])).toEqual({ seq: before === '' ? 1 : 3 })
        expect(readFileSync(file, 'utf8')).toBe(before + lineOf(next))
      }
    },
  )

  it('does not hide damage before it', async () => {
    using folder = temporaryFolder()
    const text = `${creation}damage\n${lineOf(opened(0))}{"ty`
    writeFileSync(folder.file('a.jsonl'), text)
    await expect(openJsonl(folder.file('a.jsonl'))).rejects.toThrow('a.jsonl, line 2: ')
    expect(readFileSync(folder.file('a.jsonl'), 'utf8')).toBe(text)
  })
})

describe('damage', () => {
  const many = openedFrom(0, 9_000).map(lineOf)

  it.each([
    ['a line that is not JSON', 'garbage\n'],
    ['an empty line', '\n'],
    ['half a list', '[{"type":"trial-opened","at":1,"trial":1},\n'],
    ['two events in a line', `${JSON.stringify(opened(1))},${lineOf(opened(2))}`],
    ['a line that is no event', '{"hello":"world"}\n'],
    ['a number', '7\n'],
    ['a list of no events', '[7]\n'],
    [
      'bytes that are no text',
      Buffer.from('{"type":"trial-opened","at":1,"trial":"\xff"}\n', 'latin1'),
    ],
  ])('is told with its line, and the file is left as it is: %s', async (_, damage) => {
    using folder = temporaryFolder()
    const file = folder.file('a.jsonl')
    writeFileSync(file, creation + many.slice(0, 8_000).join(''))
    appendFileSync(file, damage)
    appendFileSync(file, many.slice(8_000).join(''))
    const bytes = readFileSync(file)

    await using store = await openJsonl(file)
    const journal = await store.journal('s')
    const refusal = {
      code: expect.stringMatching(/^journal\/(corrupt|foreign)$/),
      message: expect.stringContaining('a.jsonl, line 8002: '),
    }
    await expect(readAll(journal)).rejects.toMatchObject(refusal)
    await expect(journal.append([opened(0)])).rejects.toMatchObject(refusal)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it('of the last line is no torn end if it has a line break', async () => {
    using folder = temporaryFolder()
    const text = `${creation}{"type":"trial-op\n`
    writeFileSync(folder.file('a.jsonl'), text)
    await expect(openJsonl(folder.file('a.jsonl'))).rejects.toThrow('a.jsonl, line 2: ')
    expect(readFileSync(folder.file('a.jsonl'), 'utf8')).toBe(text)
  })

  it('of a newer version is told as such', async () => {
    using folder = temporaryFolder()
    writeFileSync(folder.file('a.jsonl'), lineOf({ ...created('s'), version: 2 }))
    await expect(openJsonl(folder.file('a.jsonl'))).rejects.toMatchObject({
      code: 'journal/version',
    })
    expect(readdirSync(folder.path)).toEqual(['a.jsonl'])
  })
})

describe('reading', () => {
  it('needs no lock, and follows a file while it is written', async () => {
    using folder = temporaryFolder()
    const file = folder.file('a.jsonl')
    await using reader = await openJsonl(file, { readOnly: true })
    const follower = await reader.journal('s')
    expect(await readAll(follower)).toEqual([])

    await using store = await openJsonl(file)
    const journal = await store.journal('s')
    await journal.append([created('s')])
    let seen = (await readAll(follower)).length
    for (let trial = 0; trial < 3_000; trial += 3) {
      await journal.append(openedFrom(trial, 3))
      if (trial % 7 !== 0) continue
      const entries = await readAll(follower, seen)
      expect(entries[0]?.seq).toBe(seen + 1)
      seen += entries.length
      expect(seen).toBe(trial + 4)
    }
    await expect(follower.append([opened(0)])).rejects.toMatchObject({ code: 'journal/read-only' })
    expect(readdirSync(folder.path).toSorted()).toEqual(['a.jsonl', 'a.jsonl.lock'])
  })

  it('copes with a line longer than what is read at a time', async () => {
    using folder = temporaryFolder()
    writeFileSync(
      folder.file('a.jsonl'),
      creation + lineOf(openedFrom(0, 50_000)) + lineOf(opened(7)),
    )
    await using store = await openJsonl(folder.file('a.jsonl'))
    const journal = await store.journal('s')
    expect((await readAll(journal)).length).toBe(50_002)
    expect(await readAll(journal, 50_000)).toEqual([
      { seq: 50_001, event: opened(49_999) },
      { seq: 50_002, event: opened(7) },
    ])
  })

  it('is refused when the file is closed in the midst of it', async () => {
    using folder = temporaryFolder()
    writeFileSync(folder.file('a.jsonl'), creation + openedFrom(0, 9_000).map(lineOf).join(''))
    const store = await openJsonl(folder.file('a.jsonl'))
    const journal = await store.journal('s')
    await expect(async () => {
      for await (const _ of journal.read(0)) await store[Symbol.asyncDispose]()
    }).rejects.toMatchObject({ code: 'journal/closed' })
  })
})
