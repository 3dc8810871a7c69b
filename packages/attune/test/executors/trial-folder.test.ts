import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { trialEnvironment, withoutTrial } from '../../src/executors/trial-environment.ts'
import { makeTrialFolder, trialFolder } from '../../src/executors/trial-folder.ts'

let journal = ''
beforeEach(() => {
  journal = join(mkdtempSync(join(tmpdir(), 'attune-folder-')), 'a.db')
})
afterEach(() => rmSync(join(journal, '..'), { recursive: true, force: true }))

const folderOf = (trial: number): string => trialFolder(journal, 's', trial)
const make = (number: number, more: { epoch?: number; from?: number } = {}): Promise<string> =>
  makeTrialFolder(journal, 's', {
    number,
    epoch: more.epoch ?? 0,
    resume: more.from === undefined ? undefined : { from: more.from, step: 3 },
  })
const write = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
const all = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [
        path.slice(folder.length + 1).replaceAll('\\', '/'),
        readFileSync(path, 'utf8'),
      ]),
  )
const left = {
  'checkpoint.bin': 'weights',
  'more/result.json': '{}',
  'more/stdout.log': 'its own',
  'stdout.txt': 'not ours',
}

describe('the folder of a trial', () => {
  it('that goes on from another one begins with a copy of what that one left', async () => {
    const first = await make(0)
    const ours = { 'stdout.log': 'a', 'stderr.log': 'b', 'stdout.2.log': 'c', 'result.json': '{}' }
    write(first, { ...left, ...ours })
    symlinkSync('checkpoint.bin', join(first, 'latest'))
    const second = await make(1, { from: 0 })
    expect(second).toBe(folderOf(1))
    expect(all(second)).toEqual(left)
    expect(readFileSync(join(second, 'latest'), 'utf8')).toBe('weights')
    // A copy of its own: what the one does later is not seen by the other.
    write(second, { 'checkpoint.bin': 'further' })
    expect(all(first)).toMatchObject({ 'checkpoint.bin': 'weights', 'stdout.log': 'a' })
  })

  it('is not copied over when it is run again, and not when a trial goes on from itself', async () => {
    write(await make(0), left)
    write(await make(1, { from: 0 }), { 'checkpoint.bin': 'further' })
    expect(all(await make(1, { from: 0, epoch: 1 }))).toEqual({
      ...left,
      'checkpoint.bin': 'further',
    })
    expect(all(await make(0, { from: 0, epoch: 1 }))).toEqual(left)
  })

  it('is copied anew when a copy was cut short', async () => {
    write(await make(0), left)
    write(`${folderOf(1)}.copy`, { 'checkpoint.bin': 'wei' })
    expect(all(await make(1, { from: 0 }))).toEqual(left)
    expect(existsSync(`${folderOf(1)}.copy`)).toBe(false)
  })

  it('is empty when the other trial left nothing here', async () => {
    expect(all(await make(5, { from: 4 }))).toEqual({})
  })

  it('keeps the output of every earlier run', async () => {
    write(await make(0), { 'stdout.log': 'one', 'stderr.log': 'two' })
    const again = await make(0, { epoch: 1 })
    expect(all(again)).toEqual({ 'stdout.1.log': 'one', 'stderr.1.log': 'two' })
    write(again, { 'stdout.log': 'three' })
    expect(all(await make(0, { epoch: 2 }))).toEqual({
      ...{ 'stdout.1.log': 'one', 'stderr.1.log': 'two', 'stdout.2.log': 'three' },
    })
  })

  it('that cannot be made is an error that says why', async () => {
    writeFileSync(join(journal, '../a.trials'), '')
    await expect(make(0)).rejects.toThrow(/^The folder of trial 0 cannot be made: .*Make its place/)
  })
})

describe('the environment of a trial', () => {
  const trial = { number: 4, epoch: 1, seed: 7, params: { x: 1 }, values: { x: 1 } }

  it('says where a trial goes on, and only then', () => {
    const resumed = { ...trial, resume: { from: 2, step: 9 } }
    expect(trialEnvironment(resumed, 's', '/d')).toMatchObject({
      ...{ ATTUNE_RESUME: '9', ATTUNE_RESUME_FROM: '2', ATTUNE_ATTEMPT: '2' },
    })
    const names = Object.keys(trialEnvironment({ ...trial, resume: undefined }, 's', '/d'))
    expect(names.filter((name) => name.includes('RESUME'))).toEqual([])
  })

  it('has nothing of a trial that attune itself runs in', () => {
    const outer = {
      ATTUNE_RESUME: '3',
      ATTUNE_RESUME_FROM: '1',
      ATTUNE_PARAM_LR: '1',
      PATH: '/bin',
    }
    expect(withoutTrial(outer)).toEqual({ PATH: '/bin' })
  })
})
