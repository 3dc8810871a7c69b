import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../cli/support/attune.ts'
import { runChaos } from './chaos.ts'

describe('a study of a program that crashes, hangs, lies and eats memory', () => {
  it('loses nothing while everything is killed', { timeout: 120_000 }, async () => {
    using folder = temporaryFolder()
    const report = await runChaos({ folder: folder.path, trials: 60, kills: 6, seed: 'short' })
    expect(report).toMatchObject({
      lostResults: [],
      doubled: [],
      leftProcesses: 0,
      leftGroups: [],
      complaints: [],
      trials: 60,
      finished: 60,
    })
    expect(report.longestOrphan).toBeLessThan(5)
    expect(report.smallestFreeBytes).toBeGreaterThan(200e6)
  })
})
