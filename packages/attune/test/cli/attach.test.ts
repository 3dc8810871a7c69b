import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openArtifactStore } from '../../src/artifacts/artifact-store.ts'
import { artifacts } from '../../src/cli/artifacts.ts'
import { attach, detach } from '../../src/cli/attach.ts'
import { plot } from '../../src/cli/plot.ts'
import { openForReading } from '../../src/cli/open-study.ts'
import { temporaryFolder } from '../journals/temporary.ts'
import { makeDigits, recorder } from './reading/fixture.ts'

let folder: ReturnType<typeof temporaryFolder>
let journal: string
beforeAll(async () => {
  folder = temporaryFolder()
  journal = folder.file('a.db')
  await makeDigits(journal)
})
afterAll(() => folder[Symbol.dispose]())

const made = (name: string, text: string): string => {
  writeFileSync(folder.file(name), text)
  return folder.file(name)
}
async function attachedNames(trial?: number): Promise<string[]> {
  await using study = await openForReading(journal)
  const { about, details } = study.history
  const { attached = [] } = (trial === undefined ? about : details.get(trial)) ?? {}
  return attached.map(({ name }) => name)
}

describe('attune attach and attune detach', () => {
  it('keep files with a study and with a trial, until they are taken away', async () => {
    const io = recorder()
    const files = [made('notes.txt', 'of the study'), made('loss.png', 'picture')]
    await attach({ study: 'digits', files, journal }, io)
    const trial = { study: 'digits', trial: '2', journal }
    await attach({ ...trial, files: [made('odd.txt', 'odd')], name: 'seen/odd.txt' }, io)
    expect(io.stdout).toBe(
      'Study digits has 2 files more: notes.txt, 12 bytes; loss.png, 7 bytes.\nTrial 2 of study digits has 1 file more: seen/odd.txt, 3 bytes.\n',
    )
    expect([await attachedNames(), await attachedNames(2)]).toEqual([
      ['loss.png', 'notes.txt'],
      ['seen/odd.txt'],
    ])
    const listed = recorder()
    await artifacts({ journal, collect: true }, listed)
    expect(listed.stdout).toMatch(/study +loss\.png +7 bytes +attached\n +notes\.txt/)
    expect(listed.stdout).toMatch(/2 .* seen\/odd\.txt +3 bytes +attached\n/)
    const into = folder.file('out')
    await artifacts({ journal, fetch: into }, recorder())
    expect(readFileSync(`${into}/study/notes.txt`, 'utf8')).toBe('of the study')
    expect(readFileSync(`${into}/2/seen/odd.txt`, 'utf8')).toBe('odd')
    await artifacts({ journal, own: true, fetch: `${into}/own` }, recorder())
    expect(readFileSync(`${into}/own/loss.png`, 'utf8')).toBe('picture')
    await detach({ study: 'digits', names: ['notes.txt', 'loss.png'], journal }, recorder())
    await detach({ ...trial, names: ['seen/odd.txt'] }, io)
    expect(io.stdout).toMatch(
      /seen\/odd\.txt is no longer attached to trial 2 of study digits\.\n$/,
    )
    expect([await attachedNames(), await attachedNames(2)]).toEqual([[], []])
    const json = recorder()
    await artifacts({ journal, json: true }, json)
    expect(json.stdout).not.toContain('"attached":true')
  })

  it('put a file in place of one of its name', async () => {
    await attach({ study: 'digits', files: [made('a.txt', 'old')], journal }, recorder())
    await attach({ study: 'digits', files: [made('a.txt', 'newer')], journal }, recorder())
    const io = recorder()
    await artifacts({ journal, own: true, json: true }, io)
    const [row] = io.json<{ artifacts: { name: string; bytes: number }[] }>()
    expect(row?.artifacts).toMatchObject([
      { name: 'a.txt', bytes: 5, stored: true, attached: true },
    ])
  })

  it('take what attune plot writes for a figure', async () => {
    const output = folder.file('history.chart.json')
    await plot({ words: ['digits', 'history'], journal, output }, recorder())
    const io = recorder()
    await attach({ study: 'digits', files: [output], journal }, io)
    expect(io.stdout).toMatch(/has 1 file more: history\.chart\.json/)
    await detach({ study: 'digits', names: ['history.chart.json', 'a.txt'], journal }, io)
  })

  it('refuse everything that is wrong at once, and attach nothing then', async () => {
    const files = [
      made('good.txt', 'good'),
      folder.file('absent.txt'),
      folder.path,
      made(
        'bad.chart.json',
        '{"title":3,"x":{"name":"x"},"y":{"name":"y"},"marks":[{"kind":"pie"}]}',
      ),
      made('none.chart.json', '{'),
    ]
    const refused = attach({ study: 'digits', files, journal }, recorder())
    await expect(refused).rejects.toThrow(/absent\.txt: it cannot be read/)
    await expect(refused).rejects.toThrow(/it is a folder/)
    await expect(refused).rejects.toThrow(/bad\.chart\.json: title: expected a text/)
    await expect(refused).rejects.toThrow(/marks\[0\]\.kind: expected line, band/)
    await expect(refused).rejects.toThrow(/none\.chart\.json: a chart is JSON/)
    const one = [made('a.txt', 'a')]
    for (const name of ['../a', '/a', 'a\\b', 'a/../b', '']) {
      await expect(
        attach({ study: 'digits', files: one, name, journal }, recorder()),
      ).rejects.toThrow()
    }
    await expect(
      attach({ study: 'digits', files: one, trial: '99', journal }, recorder()),
    ).rejects.toThrow(/99/)
    await expect(detach({ study: 'digits', names: ['a'], journal }, recorder())).rejects.toThrow(
      /no file "a" is attached/,
    )
    expect(await attachedNames()).toEqual([])
    expect(await openArtifactStore(journal).pins()).toEqual(new Map())
  })
})
