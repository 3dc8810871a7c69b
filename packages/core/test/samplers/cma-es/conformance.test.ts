import { describe, it } from 'vitest'
import type { Sampler } from '../../../src/index.ts'
import { cmaEs } from '../../../src/samplers/cma-es/cma-es.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'

const samplers: Record<string, () => Sampler> = {
  cmaEs,
  'cmaEs with all that is optional': () =>
    cmaEs({ sigma: 0.5, population: 4, adaptRates: true, restarts: 'ipop' }),
  'cmaEs without what is optional': () =>
    cmaEs({ population: 5, warmStart: false, margin: false, restarts: 'none' }),
}

describe.each(Object.entries(samplers))('sampler %s', (_, make) => {
  for (const { name, run } of samplerCases(make)) it(name, run)
})
