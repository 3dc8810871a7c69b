import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { choice, createStudy, random, space } from '@attune/core'
import type { Study, TrialRecord } from '@attune/core'
import { moduleExecutor } from 'attune'
import type { ModuleExecutorOptions } from 'attune'
import { describe, expect, it } from 'vitest'
import { newMark, temporaryFolder } from './processes.ts'

const linux = process.platform === 'linux'

const source = `
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const burn = (seconds) => {
  const before = process.cpuUsage()
  for (let used = 0; used < seconds * 1e6; ) {
    const { user, system } = process.cpuUsage(before)
    used = user + system
  }
}

export default async function objective(trial) {
  console.log('trial does', trial.params.does)
  switch (trial.params.does) {
    case 'burn':
      burn(0.3)
      return 1
    case 'child':
      execFileSync(process.execPath, ['-e', 'while (process.cpuUsage().user < 4e5);'])
      return 1
    case 'large': {
      const buffer = new ArrayBuffer(300e6)
      new Uint8Array(buffer).fill(1)
      // Gives the memory back, but a thread of the engine does it when it comes to it.
      buffer.transfer(0)
      return 1
    }
    case 'rests': {
      await pause(500)
      return 1
    }
    case 'heap': {
      const kept = []
      for (;;) kept.push(new Array(1e5).fill(0.5))
    }
    case 'buffers':
      for (const kept = []; ; await pause(2)) kept.push(Buffer.alloc(20e6, 1))
    case 'spins':
      for (;;);
    case 'prints':
      for (;;) {
        console.log('x'.repeat(1000))
        await pause(0)
      }
    case 'writes':
      writeFileSync(join(process.env.ATTUNE_DIR, 'kept'), Buffer.alloc(3e6, 1))
      return 1
    case 'throws':
      throw new TypeError('broken')
    case 'refuses':
      throw Object.assign(new Error('too deep'), { code: 'trial/refused' })
    case 'refuses plainly':
      throw { code: 'trial/refused' }
    case 'crashes':
      process.kill(process.pid, 'SIGSEGV')
      await pause(5000)
  }
  return 0.5
}
`

async function runTrials(
  does: readonly string[],
  options: Partial<ModuleExecutorOptions> = {},
): Promise<readonly TrialRecord[]> {
  const folder = temporaryFolder()
  const file = join(folder, 'objective.mjs')
  writeFileSync(file, source)
  await using study: Study = (await createStudy({
    space: space({ does: choice([...new Set(['', ...does])]) }),
    objective: { minimize: 'loss' },
    sampler: random(),
  })) as unknown as Study
  for (const one of does) await study.enqueueValues({ does: one })
  await using executor = moduleExecutor({
    file,
    cwd: folder,
    study: 'module',
    journal: join(folder, 'attune.db'),
    objectives: study.config.objectives,
    slots: 1,
    mark: newMark(),
    graceSeconds: 0.1,
    ...options,
  })
  await study.optimize(executor, { trials: does.length })
  return study.trials()
}

const reasons = (trials: readonly TrialRecord[]): unknown[] =>
  trials.map((trial) => trial.failure?.reason)

describe('a limit of a module', { timeout: 30_000 }, () => {
  it.runIf(linux)('ends a trial that fills the memory, and goes on in a new process', async () => {
    const trials = await runTrials(['heap', 'buffers', ''], { memoryBytes: 300e6 })
    expect(reasons(trials)).toEqual(['out-of-memory', 'out-of-memory', undefined])
    for (const trial of trials.slice(0, 2)) {
      // Where the engine itself gave up its last words are many, and these are the last of all.
      const said = `trial does ${trial.values['does']}|heap out of memory|Mark-Compact`
      expect(trial.failure?.output?.join('\n')).toMatch(new RegExp(said))
      expect(trial.failure?.help).toContain('--trial-memory')
    }
  })

  it.runIf(linux)('counts the processor time of each trial for itself', async () => {
    const trials = await runTrials(['burn', 'burn', 'spins', 'burn'], { cpuSeconds: 0.5 })
    expect(reasons(trials)).toEqual([undefined, undefined, 'cpu-time', undefined])
  })

  it('ends a trial that prints more, and one that keeps more in its folder', async () => {
    const trials = await runTrials(['prints', 'writes', ''], { outputBytes: 1e6, diskBytes: 2e6 })
    expect(reasons(trials)).toEqual(['output-size', 'disk-space', undefined])
    expect(trials[0]?.failure?.output).toHaveLength(20)
  })
})

describe('what a module used', { timeout: 30_000 }, () => {
  it('is recorded of each trial in a process that many share', async () => {
    const trials = await runTrials(['burn', '', 'child', ''])
    expect(trials.map((trial) => trial.state)).toEqual(Array(4).fill('complete'))
    const [burn, quick, child, last] = trials.map((trial) => trial.cpuSeconds as number)
    expect(burn).toBeGreaterThanOrEqual(0.3)
    expect(burn).toBeLessThan(0.6)
    expect(quick).toBeLessThan(0.2)
    if (linux) expect(child).toBeGreaterThan(0.38)
    expect(last).toBeLessThan(0.2)
  })

  it.runIf(linux)('is the memory of that trial, not the largest before it', async () => {
    // Nor that of the process which started the worker.
    const ballast = new Uint8Array(350e6).fill(1)
    const trials = await runTrials(['large', 'rests', ''])
    const [large, , after] = trials.map((trial) => trial.peakMemoryBytes as number)
    expect(large).toBeGreaterThan(300e6)
    expect(after).toBeGreaterThan(20e6)
    expect(after).toBeLessThan(250e6)
    expect(ballast.at(-1)).toBe(1)
  })
})

describe('why a module failed', { timeout: 30_000 }, () => {
  it('is said with what it printed before', async () => {
    const trials = await runTrials(['throws', 'crashes'])
    expect(reasons(trials)).toEqual(['error', 'killed'])
    expect(trials[0]?.failure?.output?.slice(0, 2)).toEqual([
      'trial does throws',
      'TypeError: broken',
    ])
    expect(trials[1]?.failure?.message).toContain('SIGSEGV')
    expect(trials[1]?.failure?.output).toEqual(['trial does crashes'])
  })

  it('may be its own refusal of the configuration', async () => {
    const trials = await runTrials(['refuses', 'refuses plainly'])
    expect(reasons(trials)).toEqual(['refused', 'refused'])
    expect(trials.map((trial) => trial.failure?.message)).toEqual([
      'The objective refused this configuration: too deep',
      'The objective refused this configuration.',
    ])
    expect(trials[0]?.failure?.help).toContain('require')
  })
})
