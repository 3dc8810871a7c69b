import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StudyEvent } from '@attune/core'
import { beforeEach, afterEach, describe, expect, it } from 'vitest'
import { openArtifactStore } from '../../../src/artifacts/artifact-store.ts'
import { putArtifact } from '../../../src/artifacts/put-artifact.ts'
import type { ArtifactsOptions } from '../../../src/cli/artifacts.ts'
import { artifacts } from '../../../src/cli/artifacts.ts'
import type { BestOptions } from '../../../src/cli/best.ts'
import { best } from '../../../src/cli/best.ts'
import { openStore } from '../../../src/journals/store.ts'
import type { TemporaryFolder } from '../../journals/temporary.ts'
import { created, temporaryFolder } from '../../journals/temporary.ts'
import type { Recorder } from './fixture.ts'
import { recorder } from './fixture.ts'

let folder: TemporaryFolder
let journal = ''
beforeEach(() => {
  folder = temporaryFolder()
  journal = folder.file('a.db')
})
afterEach(() => folder[Symbol.dispose]())

/** A study whose trials end with these results and leave these files by name. */
async function makeStudy(
  name: string,
  keep: object | undefined,
  trials: readonly (readonly [Record<string, number>, Record<string, string>])[],
  objectives: readonly string[] = ['loss'],
): Promise<void> {
  await using store = await openStore(journal)
  await using log = await store.journal(name)
  const first = created(name)
  if (first.type !== 'study-created') throw new Error('a study begins with its creation')
  const program = keep === undefined ? {} : { program: { artifacts: { files: ['*'], ...keep } } }
  const specs = objectives.map((objective) => ({ name: objective, direction: 'minimize' as const }))
  const study = { ...first.study, ...program, objectives: specs }
  const events: StudyEvent[] = [{ ...first, study }]
  const content = openArtifactStore(journal)
  for (const [trial, [metrics, files]] of trials.entries()) {
    const left = []
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(folder.file('file'), text)
      const { sha256, bytes, release } = await putArtifact(content, folder.file('file'))
      await release()
      left.push({ name: file, sha256, bytes })
    }
    events.push(
      { type: 'trial-opened', at: 2, trial },
      { type: 'trial-claimed', at: 2, trial, worker: 'w', epoch: 0 },
      {
        type: 'trial-finished',
        at: 3,
        trial,
        epoch: 0,
        state: 'complete',
        metrics,
        ...(left.length === 0 ? {} : { artifacts: left }),
      },
    )
  }
  await log.append(events)
}

async function list(options: ArtifactsOptions = {}): Promise<Recorder> {
  const io = recorder()
  expect(await artifacts({ journal, ...options }, io)).toBe(0)
  return io
}

async function fetchBest(options: BestOptions): Promise<Recorder> {
  const io = recorder()
  expect(await best({ journal, ...options }, io)).toBe(0)
  return io
}

const three = [
  [{ loss: 0.5 }, { 'model.txt': 'zero', 'plots/a.svg': 'plot' }],
  [{ loss: 0.25 }, { 'model.txt': 'one!!' }],
  [{ loss: 0.75 }, {}],
] as const

describe('attune artifacts', () => {
  it('lists the files of every trial with their sizes, and which are kept', async () => {
    await makeStudy('s', { keep: { best: 1 } }, three)
    expect((await list()).lines()).toEqual(
      [
        'trial  result     file            size  state',
        '    0  loss 0.5   model.txt    4 bytes  not kept',
        '                  plots/a.svg  4 bytes',
        '    1  loss 0.25  model.txt    5 bytes  kept',
        'Kept are those of the best trial; 13 bytes in 3 files.',
      ].map((line) => (line.includes('plots') ? `${line}  not kept` : line)),
    )
  })

  it('prints a line of JSON a trial', async () => {
    await makeStudy('s', { keep: { best: 1 } }, three)
    const json = (await list({ json: true, collect: true })).json()
    const bytes = { kept: false, artifacts: [{ bytes: 4, stored: false }, { stored: false }] }
    expect(json).toMatchObject([
      { number: 0, ...bytes },
      { number: 1, kept: true, artifacts: [{ name: 'model.txt', bytes: 5, stored: true }] },
      { collected: { files: 2, bytes: 8, young: 0 } },
    ])
    expect(json).toHaveLength(3)
    const [file] = (json[1]?.['artifacts'] ?? []) as object[]
    expect(Object.keys(file ?? {})).toEqual(['name', 'sha256', 'bytes', 'stored', 'attached'])
  })

  it('deletes what no study of the journal keeps when it is told to', async () => {
    await makeStudy('s', { keep: { best: 1 } }, three)
    await makeStudy('other', undefined, [[{ loss: 1 }, { copy: 'zero' }]])
    const lines = (await list({ study: 's', collect: true })).lines()
    expect(lines.at(-1)).toBe('Deleted 1 file, 4 bytes.')
    expect(lines.slice(1, 4)).toEqual([
      expect.stringMatching(/model\.txt .* not kept$/),
      expect.stringMatching(/plots\/a\.svg .* deleted$/),
      expect.stringMatching(/model\.txt .* kept$/),
    ])
    const other = (await list({ study: 'other', collect: true })).lines()
    expect(other.slice(-2)).toEqual([
      'Kept are those of all trials, as the study says nothing; 4 bytes in 1 file.',
      'There was nothing to delete.',
    ])
  })

  it('tells of files that no trial speaks of, and says which are missing', async () => {
    await makeStudy('s', { keep: { best: 1 } }, three)
    const store = openArtifactStore(journal)
    writeFileSync(folder.file('file'), 'stray')
    await (await putArtifact(store, folder.file('file'))).release()
    expect((await list({ collect: true })).lines().at(-1)).toBe(
      'Deleted 2 files, 8 bytes. 1 file that nothing speaks of stay for an hour, lest they be just copied here.',
    )
    rmSync(store.folder, { recursive: true })
    expect((await list()).lines()[3]).toMatch(/^ +1 .*missing$/)
  })

  it('copies those of one trial, or of all that are there', async () => {
    await makeStudy('s', { keep: { best: 1 } }, three)
    const one = folder.file('one')
    expect((await list({ trial: '0', fetch: one })).lines().at(-1)).toBe(
      `2 files of trial 0: ${one}`,
    )
    expect(readFileSync(join(one, 'plots/a.svg'), 'utf8')).toBe('plot')
    await list({ collect: true })
    const all = folder.file('all')
    await list({ fetch: all })
    expect(existsSync(join(all, '0'))).toBe(false)
    expect(readFileSync(join(all, '1/model.txt'), 'utf8')).toBe('one!!')
    await expect(list({ trial: '0', fetch: one })).rejects.toThrow(
      /a\.artifacts does not hold model\.txt, plots\/a\.svg any more/,
    )
    await expect(list({ trial: '2', fetch: one })).rejects.toThrow('Trial 2 of study "s" left no')
    await expect(list({ trial: '7' })).rejects.toThrow('trials 0 to 2, got --trial 7')
  })

  it('says when there are none', async () => {
    await makeStudy('s', undefined, [[{ loss: 1 }, {}]])
    expect((await list()).lines()).toEqual(['Study s has no artifacts.'])
    expect((await list({ json: true })).lines()).toEqual([])
  })
})

describe('attune best --artifacts', () => {
  it("copies the winner's files and says so", async () => {
    await makeStudy('s', { keep: { best: 1 } }, three)
    const out = folder.file('out')
    const lines = (await fetchBest({ artifacts: out })).lines()
    expect(lines[0]).toBe('Trial 1 of study s: loss 0.25')
    expect(lines.at(-1)).toBe(`1 file of trial 1: ${out}`)
    expect(readFileSync(join(out, 'model.txt'), 'utf8')).toBe('one!!')
  })

  it('keeps output for programs as it is', async () => {
    await makeStudy('s', { keep: { best: 1 } }, three)
    const out = folder.file('out')
    const plain = await fetchBest({ json: true })
    expect((await fetchBest({ json: true, artifacts: out })).stdout).toBe(plain.stdout)
    expect(existsSync(join(out, 'model.txt'))).toBe(true)
  })

  it('copies those of the Pareto front each into a folder of its trial', async () => {
    const trials = [
      [{ loss: 1, size: 2 }, { m: 'a' }],
      [{ loss: 2, size: 3 }, { m: 'b' }],
      [{ loss: 2, size: 1 }, { m: 'c' }],
    ] as const
    await makeStudy('s', { keep: { pareto: true } }, trials, ['loss', 'size'])
    const out = folder.file('out')
    mkdirSync(out)
    const lines = (await fetchBest({ artifacts: out })).lines()
    expect(lines.slice(-2)).toEqual([0, 2].map((n) => `1 file of trial ${n}: ${join(out, `${n}`)}`))
    expect(readFileSync(join(out, '2/m'), 'utf8')).toBe('c')
    expect(existsSync(join(out, '1'))).toBe(false)
  })

  it('says when the winner left none', async () => {
    await makeStudy('s', undefined, [[{ loss: 1 }, {}]])
    await expect(best({ journal, artifacts: folder.file('out') }, recorder())).rejects.toThrow(
      'Trial 0 of study "s" left no artifacts. Its study file says which files are kept',
    )
  })
})
