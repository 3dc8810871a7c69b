import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { asha, createStudy, float, random, space } from '@attune/core'
import type { Executor, Study } from '@attune/core'
import { commandExecutor } from 'attune'
import { moduleExecutor } from '../../src/executors/module-executor.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const program = resolve(import.meta.dirname, '../cli/support/checkpoints.mjs')
const searchSpace = space({ x: float(0, 1) })

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attune-checkpoints-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

async function open(promote = true): Promise<Study<{ x: number }, { loss: number }>> {
  return createStudy({
    name: 's',
    space: searchSpace,
    objective: { minimize: 'loss' },
    sampler: random(),
    scheduler: asha({ promote, maxSteps: 9 }),
  })
}
const shared = (study: { readonly config: Study['config'] }) => ({
  cwd: folder,
  study: 's',
  journal: join(folder, 'a.db'),
  objectives: study.config.objectives,
  slots: 2,
  mark: `test/${process.pid}/`,
})
const lines = (trial: number, name: string): string[] =>
  readFileSync(join(folder, 'a.trials/s', String(trial), name), 'utf8')
    .trim()
    .split('\n')
const isAscending = (steps: readonly string[]): boolean =>
  steps.every((step, i) => i === 0 || Number(step) > Number(steps[i - 1]))

describe('programs with checkpoints', { timeout: 30_000 }, () => {
  const run = (command: readonly string[], study: Study<{ x: number }, never>): Executor<never> =>
    commandExecutor({ ...shared(study), command, space: searchSpace as never }) as never

  it('go on where they paused, make no step twice and keep what every run printed', async () => {
    await using study = await open()
    await using executor = run([process.execPath, program], study as never)
    await study.optimize(executor as never, { trials: 4 })
    const best = study.trials({ state: 'complete' })
    const paused = study.trials({ state: 'paused' })
    expect([best.length, paused.length]).toEqual([0, 4])
    const further = paused.filter(({ epoch }) => epoch > 0)
    expect(further.length).toBeGreaterThan(0)
    for (const { number, epoch, step } of paused) {
      expect(isAscending(lines(number, 'steps'))).toBe(true)
      const runs = lines(number, 'runs').map((line) => line.split(' '))
      expect(runs.map(([attempt]) => Number(attempt))).toEqual(runs.map((_, i) => i + 1))
      expect(runs).toHaveLength(epoch + 1)
      expect(runs[0]).toEqual(['1', '-', '-', '0'])
      expect(existsSync(join(folder, `a.trials/s/${number}/stdout.1.log`))).toBe(epoch > 0)
      if (epoch === 0) continue
      expect(step).toBeGreaterThanOrEqual(3)
      expect(runs[1]?.slice(0, 3)).toEqual(['2', runs[1]?.[3], String(number)])
      const first = lines(number, 'stdout.1.log').map((line) => JSON.parse(line).step as number)
      const second = lines(number, 'stdout.log').map((line) => JSON.parse(line).step as number)
      expect(second[0]).toBe((first.at(-1) as number) + 1)
    }
  })

  it('start with a copy of the checkpoint of another trial', async () => {
    await using study = await open(false)
    await using executor = run([process.execPath, program, '5'], study as never)
    await study.optimize(executor as never, { trials: 1 })
    await study.enqueueValues({ x: 0.5 }, { from: 0 })
    await study.optimize(executor as never, { trials: 2 })
    expect(lines(1, 'runs').at(-1)).toBe('1 9 0 9')
    expect(lines(1, 'steps')).toEqual(lines(0, 'steps'))
    expect(existsSync(join(folder, 'a.trials/s/1/stdout.log'))).toBe(true)
  })
})

describe('modules with checkpoints', { timeout: 30_000 }, () => {
  it('are told where they go on, in one process after trials that were told otherwise', async () => {
    await using study = await open()
    const file = resolve(import.meta.dirname, 'support/resuming.ts')
    await using executor = moduleExecutor({ ...shared(study), slots: 1, file })
    await study.optimize(executor as never, { trials: 3 })
    const told = study.trials().flatMap(({ number }) => lines(number, 'runs'))
    const promoted = study.trials().find(({ epoch }) => epoch > 0)?.number
    expect(told.toSorted()).toEqual(
      ['none', 'none', 'none', `{"from":${promoted},"step":1} 1 ${promoted}`].toSorted(),
    )
  })
})
