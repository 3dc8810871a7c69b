import { describe, expect, it } from 'vitest'
import { createStudy } from '../../../src/index.ts'
import { forest } from '../../../src/samplers/forest/forest.ts'
import { samplerCases } from '../../../src/testing/sampler-cases.ts'
import { spaceZoo } from '../../../src/testing/space-zoo.ts'
import { mixedConditional } from '../../../src/testing/problems.ts'

// In every space: ../conformance.slow.test.ts.
const spaces = spaceZoo().filter((_, i) => i % 2 === 0)

describe('forest', () => {
  for (const c of samplerCases(() => forest({ candidates: 100 }), { spaces })) it(c.name, c.run)

  it('says why', async () => {
    const { space, evaluate } = mixedConditional
    const study = await createStudy({ space, sampler: forest() })
    await study.optimize(({ params }) => evaluate(params)[0] as number, { trials: 16 })
    expect(study.trials().map((t) => t.why)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^forest: log expected improvement -?\d/)]),
    )
  })
})
