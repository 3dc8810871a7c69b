import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Values } from '@attune/core'
import { createStudy } from '@attune/core'
import { mixedSpace, mixedValue } from './problem.ts'

const rounds = 3

/**
 * Peak resident megabytes of a fresh process that runs a study with the default sampler, the median
 * of three. Much of it is garbage that the engine has not yet had a reason to collect.
 */
export function studyMemory(trials: number): number {
  const peaks = Array.from({ length: rounds }, () => peakOf(trials))
  return peaks.sort((a, b) => a - b)[Math.floor(rounds / 2)] as number
}

function peakOf(trials: number): number {
  const entry = fileURLToPath(import.meta.url)
  const run = spawnSync(process.execPath, [entry, String(trials)], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`the study failed: ${run.stderr}`)
  return Number(run.stdout)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const trials = Number(process.argv[2])
  // Not maxRSS of resourceUsage: on Linux that begins with what the parent process had.
  let peak = process.memoryUsage.rss()
  await using study = await createStudy({ name: 'bench', space: mixedSpace, seed: 0 })
  const objective = ({ values }: { readonly values: Values }): number => {
    peak = Math.max(peak, process.memoryUsage.rss())
    return mixedValue(values)
  }
  await study.optimize(objective, { trials })
  if (study.trials({ state: 'complete' }).length !== trials) throw new Error('trials are missing')
  process.stdout.write(String(Math.max(peak, process.memoryUsage.rss()) / 1e6))
}
