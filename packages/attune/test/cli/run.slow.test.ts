import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attune, essence, eventsOf, start, temporaryFolder, writeStudy } from './support/attune.ts'

describe('attune run', { timeout: 60_000 }, () => {
  it('continues up to the number of trials asked, and only shows the result when they are there', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'more', '')
    expect((await attune(['run', 'study.yaml', '--trials', '4'], folder.path)).code).toBe(0)
    const second = await attune(['run', 'study.yaml', '--trials', '7'], folder.path)
    expect(second.stdout.match(/^trial \d+ complete/gm)).toHaveLength(3)
    const third = await attune(['run', 'study.yaml', '--trials', '7'], folder.path)
    expect(third.code).toBe(0)
    expect(third.stdout).not.toMatch(/^trial \d+ complete/m)
    expect(third.stdout).toMatch(/Best: trial \d+/)
  })

  it('gives the same trials for the same seed twice', async () => {
    using one = temporaryFolder()
    using two = temporaryFolder()
    for (const folder of [one, two]) {
      writeStudy(folder.path, 'same', 'trials: 14\nscheduler: asha')
      expect((await attune(['run', 'study.yaml'], folder.path)).code).toBe(0)
    }
    const [a, b] = await Promise.all(
      [one, two].map(async (f) => essence(await eventsOf(join(f.path, 'attune.db'), 'same'))),
    )
    expect(a).toEqual(b)
  })

  it('gives the same study for 1 and 2 workers and when killed, with --deterministic', async () => {
    const studies: string[][] = []
    for (const mode of ['one', 'two', 'killed']) {
      using folder = temporaryFolder()
      writeStudy(folder.path, 'sure', 'trials: 16\nscheduler: asha', 8)
      const args = ['run', 'study.yaml', '--deterministic', '--workers', mode === 'one' ? '1' : '2']
      if (mode === 'killed') {
        const first = start(args, folder.path)
        while (!first.stdout().includes('[6/16]')) await new Promise((done) => setTimeout(done, 5))
        first.kill('SIGKILL')
        await first.ended
      }
      const { code, stderr } = await attune(args, folder.path)
      expect(stderr).toBe('')
      expect(code).toBe(0)
      studies.push(essence(await eventsOf(join(folder.path, 'attune.db'), 'sure')))
    }
    expect(studies[1]).toEqual(studies[0])
    expect(studies[2]).toEqual(studies[0])
  })
})
