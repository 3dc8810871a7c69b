import { describe, it } from 'vitest'
import { nsga2 } from '../../../src/samplers/nsga/nsga2.ts'
import { nsga3 } from '../../../src/samplers/nsga/nsga3.ts'
import type { Sampler } from '../../../src/samplers/sampler.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'
import { spaceZoo } from '../../../src/testing/space-zoo.ts'

const samplers: Record<string, () => Sampler> = {
  nsga2,
  nsga3,
  'nsga2 that breeds at once': () => nsga2({ populationSize: 4, offspring: 1, startupTrials: 2 }),
  'nsga3 with generations as large as its population': () =>
    nsga3({ populationSize: 6, offspring: 6, startupTrials: 6, crossoverEta: 2, mutationEta: 2 }),
}

// In every space: ../conformance.slow.test.ts.
const spaces = spaceZoo().filter((_, i) => i % 2 === 0)

describe.each(Object.entries(samplers))('sampler %s', (_, make) => {
  for (const { name, run } of samplerCases(make, { spaces })) it(name, run)
})
