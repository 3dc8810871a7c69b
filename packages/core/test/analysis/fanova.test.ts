import { describe, expect, it } from 'vitest'
import { choice, createStudy, flag, float, random, sobol, space, variant } from '../../src/index.ts'
import { fanova } from '../../src/analysis/importance/fanova.ts'
import type { Study } from '../../src/index.ts'

const shares = (study: Study): Record<string, number> =>
  Object.fromEntries(fanova(study.history).map(({ name, value }) => [name, value]))

describe('fANOVA', () => {
  it('gives an additive function the shares of its terms', async () => {
    // Variances of the terms: 9/12, 4/12 and that of 0, 0.5, 1.
    const variances = { a: 9 / 12, b: 4 / 12, c: 1 / 6, d: 0 }
    const total = 9 / 12 + 4 / 12 + 1 / 6
    const study = await createStudy({
      space: space({ a: float(0, 1), b: float(0, 1), c: choice(['x', 'y', 'z']), d: float(0, 1) }),
      sampler: sobol(),
    })
    await study.optimize(({ params: { a, b, c } }) => 3 * a + 2 * b + { x: 0, y: 0.5, z: 1 }[c], {
      trials: 1000,
    })
    const found = shares(study as unknown as Study)
    for (const [name, variance] of Object.entries(variances)) {
      // A forest of 1,000 trials is off by about 0.01.
      expect(Math.abs((found[name] as number) - variance / total)).toBeLessThan(0.03)
    }
  })

  it('leaves interaction out: a product of signs has no effect of its own', async () => {
    const study = await createStudy({
      space: space({ a: flag(), b: flag(), c: float(0, 1) }),
      sampler: random(),
    })
    await study.optimize(({ params: { a, b } }) => (a === b ? 1 : 0), { trials: 400 })
    const found = shares(study as unknown as Study)
    expect(Math.max(found['a'] as number, found['b'] as number)).toBeLessThan(0.05)
  })

  it('weighs a conditional parameter by how often it is active', async () => {
    const study = await createStudy({
      space: space({ o: variant({ sgd: { m: float(0, 1) }, adam: {}, rms: {}, plain: {} }) }),
      sampler: sobol(),
    })
    await study.optimize(({ params: { o } }) => (o.kind === 'sgd' ? o.m : 0.5), { trials: 600 })
    const found = shares(study as unknown as Study)
    expect(found['o.sgd.m'] as number).toBeGreaterThan(0.15)
    expect(found['o'] as number).toBeLessThan(0.05)
  })

  it('needs four complete trials', async () => {
    const study = await createStudy({ space: space({ a: float(0, 1) }) })
    await study.optimize(({ params }) => params.a, { trials: 3 })
    expect(() => fanova(study.history)).toThrow('at least 4 complete trials')
  })

  it('can be asked for the duration', async () => {
    const study = await createStudy({ space: space({ a: float(0, 1), b: float(0, 1) }) })
    await study.optimize(({ params }) => params.a, { trials: 12 })
    expect(fanova(study.history, { target: 'seconds' })).toHaveLength(2)
  })
})
