import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { History } from '@attune/core'
import { createRng } from '@attune/core'
import { describe, expect, it } from 'vitest'
import {
  attune,
  essence,
  eventsOf,
  historyOf,
  objectiveModule,
  start,
  temporaryFolder,
  writeStudy,
} from './support/attune.ts'

const more = 'trials: 60\nscheduler: asha'

type Program = 'command' | 'module'

function writeProgram(folder: string, program: Program): void {
  const file = writeStudy(folder, 'sure', more, 12)
  if (program === 'command') return
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/^command: .*$/m, `module: ${JSON.stringify(objectiveModule)}`))
}

async function studyWith(
  args: readonly string[],
  journal: string,
  { kills = 0, program = 'command' }: { kills?: number; program?: Program } = {},
): Promise<string[]> {
  using folder = temporaryFolder()
  writeProgram(folder.path, program)
  const command = ['run', 'study.yaml', '--deterministic', '--journal', journal, ...args]
  const rng = createRng('deterministic', journal, kills)
  const historyNow = async (): Promise<History> =>
    historyOf(await eventsOf(join(folder.path, journal), 'sure'))
  let lostTwice: readonly number[] = []
  for (let i = 0; i < kills; i++) {
    const run = start(command, folder.path)
    // Lost a third time it would fail, and the study be another one.
    while (lostTwice.length > 0) {
      await sleep(50)
      const { open } = await historyNow()
      lostTwice = lostTwice.filter((trial) => open.has(trial))
    }
    await sleep(300 + rng.next() * 900)
    run.kill('SIGKILL')
    await run.ended
    if (!existsSync(join(folder.path, journal))) continue
    const { open, details } = await historyNow()
    lostTwice = [...open].filter((trial) => details.get(trial)?.lostUnder !== undefined)
  }
  const { code, stderr } = await attune(command, folder.path)
  expect([code, stderr]).toEqual([0, ''])
  const { code: different, stdout } = await attune(['verify', '--journal', journal], folder.path)
  expect([different, stdout]).toEqual([0, expect.stringMatching(/^No difference\n/)])
  const lines = essence(await eventsOf(join(folder.path, journal), 'sure'))
  expect(lines.filter((line) => line.includes('"failed"'))).toEqual([])
  return lines
}

describe('--deterministic', () => {
  it('gives the same study for any workers, journal, kills and processes', async () => {
    const one = await studyWith(['--workers', '1'], 'attune.db')
    expect(one.filter((line) => line.includes('"stop"')).length).toBeGreaterThan(5)
    expect(await studyWith(['--workers', '2'], 'attune.db')).toEqual(one)
    expect(await studyWith(['--workers', '8'], 'attune.db')).toEqual(one)
    expect(await studyWith(['--workers', '2'], 'sure.jsonl')).toEqual(one)
    expect(await studyWith(['--workers', '2'], 'attune.db', { kills: 5 })).toEqual(one)
    expect(await studyWith(['--workers', '2'], 'sure.jsonl', { kills: 5 })).toEqual(one)
  })

  it('gives the same study for a module, whose workers are killed with it', async () => {
    const one = await studyWith(['--workers', '1'], 'attune.db')
    const program = 'module'
    expect(await studyWith(['--workers', '1'], 'attune.db', { program })).toEqual(one)
    expect(await studyWith(['--workers', '8'], 'sure.jsonl', { program })).toEqual(one)
    expect(await studyWith(['--workers', '2'], 'attune.db', { program, kills: 5 })).toEqual(one)
    expect(await studyWith(['--workers', '8'], 'sure.jsonl', { program, kills: 3 })).toEqual(one)
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
