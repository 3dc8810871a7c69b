import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Executor, Sampler, Study } from '@attune/core'
import { createStudy, float, random, space } from '@attune/core'
import { commandExecutor, moduleExecutor } from 'attune'

/** The ways to run a trial outside of this process. */
export type Way = 'worker' | 'process' | 'command'

const line = space({ x: float(0.7, 1.3) })

/** What a trial costs beside the program itself, which does nothing: wall and CPU milliseconds. */
export async function executorCost(
  way: Way,
  trials: number,
): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  return withExecutor(way, ['sh', '-c', 'echo 1'], 1, async (study, executor) => {
    // The first trials start the worker and warm the code up.
    const warm = Math.ceil(trials / 5)
    await study.optimize(executor, { trials: warm })
    const started = performance.now()
    const before = process.cpuUsage()
    await study.optimize(executor, { trials: warm + trials })
    const { user, system } = process.cpuUsage(before)
    return {
      wallMs: (performance.now() - started) / trials,
      cpuMs: (user + system) / 1000 / trials,
    }
  })
}

/**
 * The share of their time that two workers wait for suggestions, when one takes `suggestMs` of CPU and
 * a trial about a second.
 */
export async function waitingShare(suggestMs: number, trials: number): Promise<number> {
  const draws = random()
  const slow: Sampler = {
    ...draws,
    propose(...args) {
      const until = performance.now() + suggestMs
      while (performance.now() < until);
      return draws.propose(...args)
    },
  }
  const sleep = ['sh', '-c', 'sleep "$1"; echo 1', 'sleep', '{x}']
  const work = async (study: Study, executor: Executor): Promise<number> => {
    let busyMs = 0
    const timed: Executor = {
      ...executor,
      async run(trial) {
        const started = performance.now()
        const outcome = await executor.run(trial)
        busyMs += performance.now() - started
        return outcome
      },
    }
    // How long trials take is known when the first have ended.
    await study.optimize(timed, { trials: 4 })
    busyMs = 0
    const started = performance.now()
    await study.optimize(timed, { trials: 4 + trials })
    return 1 - busyMs / (2 * (performance.now() - started))
  }
  return withExecutor('command', sleep, 2, work, slow)
}

async function withExecutor<T>(
  way: Way,
  command: readonly string[],
  slots: number,
  work: (study: Study, executor: Executor) => Promise<T>,
  sampler: Sampler = random(),
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-bench-'))
  try {
    const file = join(folder, 'objective.mjs')
    writeFileSync(file, 'export default () => 1\n')
    await using study = (await createStudy({
      space: line,
      objective: { minimize: 'loss' },
      sampler,
    })) as unknown as Study
    const common = {
      cwd: folder,
      study: 'bench',
      journal: join(folder, 'bench.db'),
      objectives: study.config.objectives,
      slots,
      mark: `bench-${process.pid}/`,
    }
    await using executor =
      way === 'command'
        ? commandExecutor({
            ...common,
            command,
            space: line as never,
            result: 'last',
            metric: '(\\d+)',
          })
        : moduleExecutor({ ...common, file, isolation: way })
    return await work(study, executor)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
