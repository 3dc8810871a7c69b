import { describe, it } from 'vitest'
import type { GpOptions } from '../../../src/samplers/gp/gp.ts'
import { gp } from '../../../src/samplers/gp/gp.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'
import { randomSpace, spaceZoo } from '../../../src/testing/space-zoo.ts'

const random = Array.from({ length: 12 }, (_, i) => ({
  name: `random space ${i}`,
  space: randomSpace(i),
}))
const named: readonly GpOptions[] = [
  {},
  { acquisition: 'EI', startupTrials: 1 },
  { acquisition: 'PI', startupTrials: 2, fantasies: 1 },
  { acquisition: 'UCB', kappa: 0 },
  { acquisition: 'Thompson', maxObservations: 16 },
]

describe.each(named)('sampler gp %j', (options) => {
  const spaces = options.acquisition === undefined ? [...spaceZoo(), ...random] : random
  for (const { name, run } of samplerCases(() => gp(options), { spaces })) it(name, run)
})
