import { describe, it } from 'vitest'
import { gamma } from '../../../src/samplers/gamma/gamma.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'
import { spaceZoo } from '../../../src/testing/space-zoo.ts'

// The whole zoo is in conformance.slow.test.ts.
const spaces = spaceZoo().filter((_, i) => i % 3 === 1)
const few = { startupTrials: 4, candidates: 8, maxObservations: 24 }

describe('sampler gamma with few candidates', () => {
  for (const { name, run } of samplerCases(() => gamma(few), { spaces })) it(name, run)
})
