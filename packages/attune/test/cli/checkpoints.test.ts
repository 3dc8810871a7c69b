import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { attune, eventsOf, temporaryFolder } from './support/attune.ts'

const program = resolve(import.meta.dirname, 'support/checkpoints.mjs')

describe('attune run with a scheduler that pauses', { timeout: 60_000 }, () => {
  it('resumes paused trials from their checkpoints, in later runs too, and shows them', async () => {
    using folder = temporaryFolder()
    const study = {
      name: 'pausing',
      command: [process.execPath, program, '60'],
      space: { x: { float: [0, 1] } },
      objective: { minimize: 'loss' },
      sampler: 'random',
      scheduler: { asha: { promote: true, maxSteps: 9 } },
    }
    writeFileSync(join(folder.path, 'study.yaml'), stringify(study))
    const first = await attune(['run', 'study.yaml', '--trials', '2'], folder.path)
    expect(first.stdout).toMatch(/2 paused/)
    const second = await attune(
      ['run', 'study.yaml', '--trials', '4', '--workers', '2'],
      folder.path,
    )
    expect(second.stdout).toMatch(/4 paused/)
    const events = await eventsOf(join(folder.path, 'attune.db'), 'pausing')
    const promoted = events.flatMap((e) => (e.type === 'trial-promoted' ? [e.trial] : []))
    expect(promoted.length).toBeGreaterThan(0)
    for (const trial of promoted) {
      const file = join(folder.path, 'attune.trials/pausing', String(trial), 'steps')
      const steps = readFileSync(file, 'utf8').trim().split('\n')
      expect(new Set(steps).size).toBe(steps.length)
      expect(Number(steps.at(-1))).toBe(steps.length)
      expect(steps.length).toBeGreaterThanOrEqual(3)
    }
    const trials = await attune(['trials', 'pausing', '--state', 'paused'], folder.path)
    expect(trials.stdout.match(/paused +\d/g)).toHaveLength(4)
    const shown = await attune(['show', 'pausing', '--trial', String(promoted[0])], folder.path)
    expect(shown.stdout).toMatch(
      /paused +asha: paused with loss .* at step \d+, until that is among/,
    )
    expect(shown.stdout).toMatch(/promoted +once/)
  })

  it('takes hyperband by name and with options', async () => {
    using folder = temporaryFolder()
    const args = [
      ...['run', '--name', 'bands', '--param', 'x=float:0..1', '--minimize', 'loss'],
      ...['--trials', '3', '--scheduler', 'hyperband', '--', process.execPath, program, '1'],
    ]
    const { code, stdout } = await attune(args, folder.path)
    expect(code).toBe(0)
    expect(stdout).toMatch(/scheduler hyperband/)
    const study = {
      name: 'deterministic',
      command: [process.execPath, program, '1'],
      space: { x: { float: [0, 1] } },
      objective: { minimize: 'loss' },
      deterministic: true,
      scheduler: { hyperband: { maxSteps: 81, promote: true } },
    }
    writeFileSync(join(folder.path, 'study.yaml'), stringify(study))
    const refused = await attune(['run', 'study.yaml', '--trials', '2'], folder.path)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/Scheduler "hyperband" pauses trials .* Set lag to 1/)
  })
})
