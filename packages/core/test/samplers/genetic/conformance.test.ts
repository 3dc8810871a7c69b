import { describe, it } from 'vitest'
import { genetic } from '../../../src/samplers/genetic/genetic.ts'
import type { Sampler } from '../../../src/samplers/sampler.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'
import { spaceZoo } from '../../../src/testing/space-zoo.ts'

const samplers: Record<string, () => Sampler> = {
  genetic,
  'genetic in small generations': () => genetic({ populationSize: 4 }),
  'genetic by tournaments, without a cache': () =>
    genetic({ populationSize: 5, selection: 'tournament', cache: false, elites: 0 }),
  'genetic by ageing': () => genetic({ populationSize: 5, selection: 'ageing' }),
}

// In every space: ../conformance.slow.test.ts.
const spaces = spaceZoo().filter((_, i) => i % 2 === 0)

describe.each(Object.entries(samplers))('sampler %s', (_, make) => {
  for (const { name, run } of samplerCases(make, { spaces })) it(name, run)
})
