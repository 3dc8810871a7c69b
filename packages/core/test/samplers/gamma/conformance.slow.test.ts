import { describe, it } from 'vitest'
import type { GammaOptions } from '../../../src/samplers/gamma/gamma.ts'
import { gamma } from '../../../src/samplers/gamma/gamma.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'
import { randomSpace, spaceZoo } from '../../../src/testing/space-zoo.ts'

const random = Array.from({ length: 12 }, (_, i) => ({
  name: `random space ${i}`,
  space: randomSpace(i),
}))
const named: readonly GammaOptions[] = [
  {},
  { distribution: 'gaussian' },
  { readings: ['C'], acquisition: 'PI', startupTrials: 1 },
  { readings: ['A', 'B', 'C'], acquisition: 'quantile', evenShare: 0 },
]

describe.each(named)('sampler gamma %j', (options) => {
  const spaces = Object.keys(options).length === 0 ? [...spaceZoo(), ...random] : random
  for (const { name, run } of samplerCases(() => gamma(options), { spaces })) it(name, run)
})
