import { beforeEach, afterEach, describe, expect, it } from 'vitest'

import { exclude, note, tag } from '../../src/cli/annotate.ts'
import { best } from '../../src/cli/best.ts'
import { openForReading } from '../../src/cli/open-study.ts'
import { trials } from '../../src/cli/trials.ts'
import { temporaryFolder } from '../journals/temporary.ts'
import { makeDigits, recorder } from './reading/fixture.ts'

let folder: ReturnType<typeof temporaryFolder>
let journal: string
beforeEach(async () => {
  folder = temporaryFolder()
  journal = folder.file('a.db')
  await makeDigits(journal)
})
afterEach(() => folder[Symbol.dispose]())

async function history(): Promise<Awaited<ReturnType<typeof openForReading>>['history']> {
  await using study = await openForReading(journal)
  return study.history
}

async function bestNumber(): Promise<number> {
  const io = recorder()
  await best({ journal, json: true }, io)
  return (JSON.parse(io.stdout) as { number: number }).number
}

describe('attune exclude', () => {
  it('takes trials out of the best and back, and says so', async () => {
    const first = await bestNumber()
    const io = recorder()
    await exclude({ words: ['digits', String(first), '3'], why: 'dust', journal }, io)
    expect(io.stdout).toBe(
      `Trials ${first}, 3 of study digits are out of search, analysis and charts; --undo takes them back.\n`,
    )
    expect(await bestNumber()).not.toBe(first)
    const kept = await history()
    expect([...kept.excluded].toSorted()).toEqual([first, 3])
    expect(kept.details.get(first)?.excludedFor).toBe('dust')
    const listed = recorder()
    await trials({ journal, where: 'excluded', json: true }, listed)
    expect(listed.stdout.trim().split('\n')).toHaveLength(2)
    await exclude({ words: [String(first)], undo: true, journal }, recorder())
    expect(await bestNumber()).toBe(first)
  })

  it('refuses what is no trial, before anything is written', async () => {
    await expect(exclude({ words: ['digits'], journal }, recorder())).rejects.toThrow(
      /numbers of trials/,
    )
    await expect(exclude({ words: ['1', '99'], journal }, recorder())).rejects.toThrow(/got 99/)
    expect((await history()).excluded.size).toBe(0)
  })
})

describe('attune note and attune tag', () => {
  it('say something of the study or of a trial, and take it away', async () => {
    const io = recorder()
    await note({ study: 'digits', text: 'the *first* one', journal }, io)
    await note({ study: 'digits', text: 'odd', trial: '2', journal }, io)
    await tag({ study: 'digits', tags: ['good', 'new'], journal }, io)
    await tag({ study: 'digits', tags: ['new', 'odd'], trial: '2', journal }, io)
    await tag({ study: 'digits', tags: ['new'], remove: true, journal, json: true }, io)
    const { about, details } = await history()
    expect([about.note?.text, about.tags]).toEqual(['the *first* one', ['good']])
    expect(details.get(2)).toMatchObject({ note: { text: 'odd' }, tags: ['new', 'odd'] })
    expect(io.stdout.split('\n').slice(0, 4)).toEqual([
      'Study digits has a new note.',
      'Trial 2 of study digits has a new note.',
      'Study digits is tagged good, new.',
      'Trial 2 of study digits is tagged new, odd.',
    ])
    await note({ study: 'digits', text: '', trial: '2', journal }, io)
    expect((await history()).details.get(2)?.note).toBeUndefined()
  })
})
