import { describe, expect, it } from 'vitest'
import { createStudy, random } from '../../../src/index.ts'
import { forest } from '../../../src/samplers/forest/forest.ts'
import { mixedConditional } from '../../../src/testing/problems.ts'

describe('forest', () => {
  it('beats random search on a mixed conditional problem', async () => {
    let wins = 0
    const seeds = 8
    for (let seed = 0; seed < seeds; seed++) {
      const best: number[] = []
      for (const sampler of [forest({ candidates: 200 }), random()]) {
        const { space, evaluate } = mixedConditional
        const study = await createStudy({ space, sampler, seed })
        await study.optimize(({ params }) => evaluate(params)[0] as number, { trials: 70 })
        best.push(study.best()?.objectives[0] ?? Number.NaN)
      }
      if (best[0]! < best[1]!) wins++
    }
    expect(wins).toBeGreaterThanOrEqual(7)
  })
})
