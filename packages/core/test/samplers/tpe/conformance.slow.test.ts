import { describe, it } from 'vitest'
import type { Sampler } from '../../../src/index.ts'
import { tpe } from '../../../src/index.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'

const samplers: Record<string, () => Sampler> = {
  univariate: () => tpe({ grouping: 'univariate', startupTrials: 3 }),
  multivariate: () => tpe({ grouping: 'multivariate', startupTrials: 3 }),
  grouped: () => tpe({ grouping: 'grouped', startupTrials: 3 }),
}

describe.each(Object.entries(samplers))('tpe, %s', (_, make) => {
  for (const { name, run } of samplerCases(make)) it(name, run)
})
