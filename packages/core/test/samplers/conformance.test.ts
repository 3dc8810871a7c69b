import { describe, it } from 'vitest'
import type { Sampler } from '../../src/index.ts'
import { auto, grid, random, sobol, tpe } from '../../src/index.ts'
import { samplerCases } from '../../src/testing/sampler-cases.ts'
import { finiteZoo } from '../../src/testing/space-zoo.ts'

const samplers: Record<string, () => Sampler> = {
  random,
  sobol,
  tpe,
  'tpe that starts at once': () => tpe({ startupTrials: 1 }),
  'tpe with few candidates and many good trials': () =>
    tpe({ startupTrials: 3, candidates: 2, gamma: 0.6 }),
  auto,
}

describe.each(Object.entries(samplers))('sampler %s', (_, make) => {
  for (const { name, run } of samplerCases(make)) it(name, run)
})

describe('sampler grid', () => {
  for (const { name, run } of samplerCases(grid, { spaces: finiteZoo() })) it(name, run)
})
