import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRng } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { attune, essence, eventsOf, start, temporaryFolder, writeStudy } from './support/attune.ts'

const more = 'trials: 60\nscheduler: asha'

async function studyWith(args: readonly string[], journal: string, kills = 0): Promise<string[]> {
  using folder = temporaryFolder()
  writeStudy(folder.path, 'sure', more, 12)
  const command = ['run', 'study.yaml', '--deterministic', '--journal', journal, ...args]
  const rng = createRng('deterministic', journal, kills)
  for (let i = 0; i < kills; i++) {
    const run = start(command, folder.path)
    await sleep(300 + rng.next() * 900)
    run.kill('SIGKILL')
    await run.ended
  }
  const { code, stderr } = await attune(command, folder.path)
  expect([code, stderr]).toEqual([0, ''])
  return essence(await eventsOf(join(folder.path, journal), 'sure'))
}

describe('--deterministic', () => {
  it('gives the same study for any workers, journal, kills and processes', async () => {
    const one = await studyWith(['--workers', '1'], 'attune.db')
    expect(one.filter((line) => line.includes('"stop"')).length).toBeGreaterThan(5)
    expect(await studyWith(['--workers', '2'], 'attune.db')).toEqual(one)
    expect(await studyWith(['--workers', '8'], 'attune.db')).toEqual(one)
    expect(await studyWith(['--workers', '2'], 'sure.jsonl')).toEqual(one)
    expect(await studyWith(['--workers', '2'], 'attune.db', 5)).toEqual(one)
    expect(await studyWith(['--workers', '2'], 'sure.jsonl', 5)).toEqual(one)
  })

  it('gives the same study when two processes share it', async () => {
    const one = await studyWith(['--workers', '1'], 'attune.db')
    using folder = temporaryFolder()
    writeStudy(folder.path, 'sure', more, 12)
    const command = ['run', 'study.yaml', '--deterministic', '--workers', '2']
    for (const run of await Promise.all([
      attune(command, folder.path),
      attune(command, folder.path),
    ])) {
      expect([run.code, run.stderr]).toEqual([0, ''])
    }
    expect(essence(await eventsOf(join(folder.path, 'attune.db'), 'sure'))).toEqual(one)
  })
})

describe('two processes on one SQLite journal', () => {
  it('share 300 trials exactly', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'shared', 'trials: 300\nworkers: 2\nscheduler: median', 1)
    const command = ['run', 'study.yaml']
    const runs = await Promise.all([attune(command, folder.path), attune(command, folder.path)])
    for (const run of runs) expect([run.code, run.stderr]).toEqual([0, ''])
    const events = await eventsOf(join(folder.path, 'attune.db'), 'shared')
    const opened = events.flatMap((e) => (e.type === 'trial-opened' ? [e.trial] : []))
    expect(opened).toEqual(Array.from({ length: 300 }, (_, i) => i))
    expect(events.filter((e) => e.type === 'trial-finished')).toHaveLength(300)
  })
})
