import { describe, it } from 'vitest'
import { genetic } from '../../../src/samplers/genetic/genetic.ts'
import type { Sampler } from '../../../src/samplers/sampler.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'

const samplers: Record<string, () => Sampler> = {
  genetic,
  'genetic in small generations': () => genetic({ populationSize: 4 }),
  'genetic by tournaments, without a cache': () =>
    genetic({ populationSize: 5, selection: 'tournament', cache: false, elites: 0 }),
  'genetic by ageing': () => genetic({ populationSize: 5, selection: 'ageing' }),
}

describe.each(Object.entries(samplers))('sampler %s', (_, make) => {
  for (const { name, run } of samplerCases(make)) it(name, run)
})
