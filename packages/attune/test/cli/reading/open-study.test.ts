import { readdirSync, statSync, writeFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { openForReading } from '../../../src/cli/open-study.ts'
import { openStore } from '../../../src/journals/store.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import { makeDigits, makeStudy } from './fixture.ts'

const usage = (pattern: RegExp): object => ({
  code: 'usage',
  message: expect.stringMatching(pattern),
})

describe.each(['attune.db', 'study.jsonl'])('opening a study of %s for reading', (name) => {
  it('gives its history, by name or because it is the only one', async () => {
    using folder = temporaryFolder()
    const file = folder.file(name)
    await makeDigits(file)
    await using named = await openForReading(file, 'digits')
    await using only = await openForReading(file)
    expect(named).toMatchObject({ file, name: 'digits', createdAt: 1e9 })
    expect(only.name).toBe('digits')
    expect(named.history.length).toBe(9)
    expect(only.history.seq).toBe(named.history.seq)
  })

  it('changes nothing and leaves the file free for others', async () => {
    using folder = temporaryFolder()
    const file = folder.file(name)
    await makeDigits(file)
    const before = statSync(file)
    {
      await using study = await openForReading(file)
      await expect(
        study.journal.append([{ type: 'trial-opened', at: 1, trial: 9 }]),
      ).rejects.toMatchObject({ code: 'journal/read-only' })
      await using store = await openStore(file)
      await using journal = await store.journal('digits')
      await journal.append([{ type: 'trial-opened', at: 1, trial: 9 }])
      expect(study.history.length).toBe(9)
    }
    expect(statSync(file).ino).toBe(before.ino)
    expect(readdirSync(folder.path).filter((each) => each.endsWith('.lock'))).toEqual([])
  })
})

describe('a study that cannot be opened', () => {
  it('is refused with the file and how to name another one when there is no such file', async () => {
    using folder = temporaryFolder()
    const file = folder.file('no.db')
    await expect(openForReading(file)).rejects.toMatchObject(
      usage(/There is no journal .*no\.db\. Name an existing one with --journal FILE/),
    )
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('looks for attune.db in the current folder by default', async () => {
    using folder = temporaryFolder()
    const before = process.cwd()
    process.chdir(folder.path)
    try {
      await expect(openForReading()).rejects.toMatchObject(
        usage(/There is no journal attune\.db in this folder\. Name another one with --journal/),
      )
      await makeStudy('attune.db', 's', [1])
      await using study = await openForReading()
      expect(study).toMatchObject({ name: 's', file: 'attune.db' })
    } finally {
      process.chdir(before)
    }
  })

  it('is refused with the nearest name and the list when there is no such study', async () => {
    using folder = temporaryFolder()
    const file = folder.file('a.db')
    await makeDigits(file)
    await makeStudy(file, 'other', [1])
    await expect(openForReading(file, 'digit')).rejects.toMatchObject(
      usage(/no study "digit" in .*a\.db\. Did you mean "digits"\? It holds digits, other\./),
    )
  })

  it('is refused with the list when there are several and none is named', async () => {
    using folder = temporaryFolder()
    const file = folder.file('a.db')
    for (let i = 0; i < 14; i++) await makeStudy(file, `s${i}`, [])
    await expect(openForReading(file)).rejects.toMatchObject(
      usage(/14 studies.* Name one of s0, s1, .*, s11 and 2 more/),
    )
  })

  it('is refused when the journal is empty', async () => {
    using folder = temporaryFolder()
    const file = folder.file('empty.db')
    writeFileSync(file, '')
    await expect(openForReading(file)).rejects.toMatchObject(usage(/holds no study yet/))
    await expect(openForReading(file, 's')).rejects.toMatchObject(usage(/It holds no study yet/))
  })

  it('says how to read a file that was given as the name of a study', async () => {
    using folder = temporaryFolder()
    const file = folder.file('a.db')
    const other = folder.file('b.jsonl')
    await makeStudy(file, 's', [1])
    await makeStudy(other, 't', [1])
    await expect(openForReading(file, other)).rejects.toMatchObject(
      usage(/To read the file .*b\.jsonl, write --journal .*b\.jsonl/),
    )
  })

  it('is left as it is when it is no journal', async () => {
    using folder = temporaryFolder()
    const file = folder.file('notes.txt')
    writeFileSync(file, 'hello')
    await expect(openForReading(file)).rejects.toMatchObject({ code: 'journal/foreign' })
  })
})
