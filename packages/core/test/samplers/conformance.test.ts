import { describe, it } from 'vitest'
import type { Sampler } from '../../src/index.ts'
import { auto, grid, random, sobol, tpe } from '../../src/index.ts'
import { samplerCases } from '../../src/testing/sampler-cases.ts'
import { finiteZoo, spaceZoo } from '../../src/testing/space-zoo.ts'

const samplers: Record<string, () => Sampler> = {
  random,
  sobol,
  tpe,
  'tpe that starts at once': () => tpe({ startupTrials: 1 }),
}

describe.each(Object.entries(samplers))('sampler %s', (_, make) => {
  for (const { name, run } of samplerCases(make)) it(name, run)
})

// In every space: conformance.slow.test.ts.
describe('sampler auto', () => {
  const spaces = spaceZoo().filter((_, i) => i % 4 === 0)
  for (const { name, run } of samplerCases(auto, { spaces })) it(name, run)
})

describe('sampler grid', () => {
  for (const { name, run } of samplerCases(grid, { spaces: finiteZoo() })) it(name, run)
})
