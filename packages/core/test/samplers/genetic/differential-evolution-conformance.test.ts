import { describe, it } from 'vitest'
import { differentialEvolution } from '../../../src/samplers/genetic/differential-evolution.ts'
import type { Sampler } from '../../../src/samplers/sampler.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'
import { spaceZoo } from '../../../src/testing/space-zoo.ts'

const samplers: Record<string, () => Sampler> = {
  'differential evolution': () => differentialEvolution({ populationSize: 5 }),
  'differential evolution from random members': () =>
    differentialEvolution({ populationSize: 4, strategy: 'rand/1/bin', F: 0.9, CR: 1 }),
}

// In every space: ../conformance.slow.test.ts.
const spaces = spaceZoo().filter((_, i) => i % 2 === 0)

describe.each(Object.entries(samplers))('sampler %s', (_, make) => {
  for (const { name, run } of samplerCases(make, { spaces })) it(name, run)
})
