import { describe, it } from 'vitest'
import { auto, differentialEvolution, forest, genetic, nsga2, nsga3, tpe } from '../../src/index.ts'
import type { Sampler } from '../../src/index.ts'
import { samplerCases } from '../../src/testing/sampler-cases.ts'

// The fast tests run most of these in a part of the spaces.
const samplers: Record<string, () => Sampler> = {
  auto,
  differentialEvolution,
  forest: () => forest({ candidates: 100 }),
  genetic,
  nsga2,
  nsga3,
  'tpe with few candidates and many good trials': () =>
    tpe({ startupTrials: 3, candidates: 2, gamma: 0.6 }),
}

describe.each(Object.entries(samplers))('sampler %s', (_, make) => {
  for (const { name, run } of samplerCases(make)) it(name, run)
})
