import { readFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { choice, createStudy, float, random, space } from '@attune/core'
import type { Scheduler, Study, TrialRecord } from '@attune/core'
import { moduleExecutor } from 'attune'
import type { ModuleExecutorOptions } from 'attune'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const file = resolve(import.meta.dirname, 'support/objective.ts')
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attune-module-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const behaviours = [
  'quadratic',
  'throws',
  'hangs',
  'spins',
  'exits',
  'nan',
  'reports',
  'discovers',
  'prints',
]
const searchSpace = space({ behaviour: choice(behaviours), x: float(0, 1) })

async function runTrials(
  given: readonly string[],
  options: Partial<ModuleExecutorOptions> & {
    readonly scheduler?: Scheduler
    readonly abortAfterMs?: number
  } = {},
): Promise<TrialRecord[]> {
  const { scheduler, abortAfterMs, ...more } = options
  await using study: Study = (await createStudy({
    space: searchSpace,
    objective: { minimize: 'loss' },
    sampler: random(),
    ...(scheduler === undefined ? {} : { scheduler }),
  })) as unknown as Study
  for (const behaviour of given) await study.enqueueValues({ behaviour })
  await using executor = moduleExecutor({
    file,
    cwd: folder,
    study: 'module',
    journal: join(folder, 'attune.db'),
    objectives: study.config.objectives,
    slots: 1,
    mark: `test/${process.pid}/`,
    ...more,
  })
  const signal = abortAfterMs === undefined ? {} : { signal: AbortSignal.timeout(abortAfterMs) }
  await study.optimize(executor, { trials: given.length, ...signal })
  return study.trials()
}

describe('the module executor', { timeout: 20_000 }, () => {
  it('runs trials in one reused process and keeps what they print', async () => {
    const trials = await runTrials(['quadratic', 'quadratic', 'quadratic'])
    expect(trials.map((t) => t.state)).toEqual(['complete', 'complete', 'complete'])
    expect(new Set(trials.map((t) => t.metrics['pid'])).size).toBe(1)
    expect(trials[0]?.metrics['pid']).not.toBe(process.pid)
    const output = readFileSync(join(folder, 'attune.trials/module/1/stdout.log'), 'utf8')
    expect(output).toContain('trial 1 says quadratic')
  })

  it('keeps all that a trial prints, in its own file, also when the result comes first', async () => {
    const behaviours = Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? 'prints' : 'quadratic'))
    await runTrials(behaviours)
    for (const [trial, behaviour] of behaviours.entries()) {
      const output = readFileSync(join(folder, `attune.trials/module/${trial}/stdout.log`), 'utf8')
      expect(output.split(' says ')).toHaveLength(2)
      expect(output).toContain(`trial ${trial} says ${behaviour}`)
      expect(output.includes('line 19999 of many')).toBe(behaviour === 'prints')
      expect(output.includes('the last of it')).toBe(behaviour === 'prints')
    }
  })

  it('gives every trial a fresh process with isolation: process', async () => {
    const trials = await runTrials(['quadratic', 'quadratic'], { isolation: 'process' })
    expect(new Set(trials.map((t) => t.metrics['pid'])).size).toBe(2)
  })

  it('records what throws, exits or is not a number, and goes on in a new process', async () => {
    const trials = await runTrials(['throws', 'exits', 'nan', 'quadratic'])
    expect(trials.map((t) => t.failure?.reason)).toEqual([
      'error',
      'error',
      'not-a-number',
      undefined,
    ])
    expect(trials[0]?.failure?.message).toBe('on purpose')
    expect(trials[1]?.failure?.message).toContain('exit code 3')
    expect(trials[3]?.state).toBe('complete')
  })

  it('ends a trial that hangs, busy or not, when its time is over', async () => {
    const trials = await runTrials(['hangs', 'spins', 'quadratic'], {
      timeoutSeconds: 1.5,
      graceSeconds: 0.1,
    })
    expect(trials.map((t) => t.failure?.reason)).toEqual(['timeout', 'timeout', undefined])
  })

  it('brings reports to the scheduler and its decision back', async () => {
    const scheduler: Scheduler = {
      name: 'third',
      rungs: { first: 1, every: 1 },
      supports: { objectives: 'one' },
      onReport: ({ step }) =>
        step >= 3 ? { kind: 'stop', reason: 'enough' } : { kind: 'continue' },
    }
    const [trial] = await runTrials(['reports'], { scheduler })
    expect([trial?.state, trial?.step, trial?.stopped]).toEqual(['pruned', 3, 'enough'])
  })

  it('stores what an objective discovers in the other process', async () => {
    const trials = await runTrials(['discovers', 'discovers'])
    for (const trial of trials) expect(trial.values['found']).toBe(trial.metrics['loss'])
  })

  it('puts a trial back when the run is interrupted', async () => {
    const [trial] = await runTrials(['hangs'], { abortAfterMs: 700, graceSeconds: 0.1 })
    expect([trial?.state, trial?.epoch]).toEqual(['waiting', 1])
  })

  it('refuses a module without a default function', async () => {
    await expect(
      runTrials(['quadratic'], { file: resolve(import.meta.dirname, 'support/empty.ts') }),
    ).rejects.toThrow('no default export')
    await expect(runTrials(['quadratic'], { file: join(folder, 'absent.ts') })).rejects.toThrow(
      'could not be loaded',
    )
  })
})
