import { describe, it } from 'vitest'
import { gp } from '../../../src/samplers/gp/gp.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'
import { spaceZoo } from '../../../src/testing/space-zoo.ts'

const few = { startupTrials: 4, candidates: 8, starts: 2, fantasies: 2, maxObservations: 24 }
const spaces = spaceZoo().filter((_, i) => i % 2 === 1)

describe('sampler gp with a small search', () => {
  for (const { name, run } of samplerCases(() => gp(few), { spaces })) it(name, run)
})
