import { describe, it } from 'vitest'
import type { Scheduler } from '../../src/index.ts'
import { asha, hyperband, median, none } from '../../src/index.ts'
import { schedulerCases } from '../../src/testing/scheduler-cases.ts'

const schedulers: Record<string, () => Scheduler> = {
  none,
  median,
  'median after a warm-up': () => median({ startupTrials: 1, warmupSteps: 3, interval: 2 }),
  asha,
  'asha with large first rungs': () => asha({ minSteps: 4, factor: 2 }),
  'asha with a broken factor': () => asha({ minSteps: 0.5, factor: 2.5 }),
  'asha with a last rung': () => asha({ maxSteps: 10 }),
  'asha that promotes': () => asha({ promote: true }),
  'asha that promotes up to a last rung': () => asha({ maxSteps: 9, factor: 2, promote: true }),
  hyperband,
  'hyperband with many brackets': () => hyperband({ maxSteps: 64, factor: 2 }),
  'hyperband that promotes': () => hyperband({ maxSteps: 9, factor: 2, promote: true }),
}

describe.each(Object.entries(schedulers))('scheduler %s', (_, make) => {
  for (const { name, run } of schedulerCases(make)) it(name, run)
})
