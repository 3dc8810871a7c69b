import { describe, expect, it } from 'vitest'
import type { Values } from '../../../src/index.ts'
import { choice, createStudy, float, space } from '../../../src/index.ts'
import { cmaEs } from '../../../src/samplers/cma-es/cma-es.ts'
import { box, numbers, trialsTo } from './support.ts'

const squares = (xs: readonly number[], centre = 0): number =>
  xs.reduce((sum, x) => sum + (x - centre) ** 2, 0)
const rosenbrock = (xs: readonly number[]): number =>
  xs.slice(1).reduce((sum, x, i) => {
    const before = xs[i] as number
    return sum + 100 * (x - before ** 2) ** 2 + (1 - before) ** 2
  }, 0)

describe('cmaEs', () => {
  it('converges linearly on the sphere: ten dimensions and eleven decades in 1,300 trials', async () => {
    // As measured here; ten members as in Hansen's default take about 1,500.
    for (const seed of [1, 2, 3]) {
      const trials = await trialsTo(1e-10, box(10), (v) => squares(numbers(v), 1), cmaEs(), {
        seed,
        limit: 2500,
      })
      expect(trials).toBeGreaterThan(1000)
      expect(trials).toBeLessThan(1700)
    }
  })

  it('follows the bent valley of Rosenbrock to its end', async () => {
    const limit = 3500
    const trials = await trialsTo(1e-8, box(5), (v) => rosenbrock(numbers(v)), cmaEs(), { limit })
    expect(trials).toBeLessThanOrEqual(limit)
  })

  it('solves integer problems on which rounding comes to rest too early', async () => {
    const searched = box(6, 8, [0, 1])
    const leadingOnes = (values: Values): number => {
      const xs = numbers(values)
      const ones = xs.slice(6).indexOf(0)
      return squares(xs.slice(0, 6)) + (ones < 0 ? 0 : 8 - ones)
    }
    const limit = 2500
    let stuck = 0
    for (const seed of [1, 2, 3, 4]) {
      const withMargin = cmaEs({ restarts: 'none' })
      const rounding = cmaEs({ restarts: 'none', margin: false })
      const options = { seed, limit }
      expect(await trialsTo(1e-4, searched, leadingOnes, withMargin, options)).toBeLessThan(limit)
      if ((await trialsTo(1e-4, searched, leadingOnes, rounding, options)) > limit) stuck++
    }
    expect(stuck).toBeGreaterThanOrEqual(2)
  })

  it('is not held up by the margin where integers and numbers are ill-conditioned', async () => {
    const loss = (values: Values): number =>
      numbers(values).reduce(
        (sum, x, i) => sum + 1e4 ** (i / 9) * (x - (i < 5 ? 1.3 : i - 6)) ** 2,
        0,
      )
    for (const seed of [1, 2]) {
      const options = { seed, limit: 2600 }
      const sampler = cmaEs({ restarts: 'none' })
      const trials = await trialsTo(1e-6, box(5, 5), loss, sampler, options)
      expect(trials).toBeLessThanOrEqual(2600)
    }
  })

  it('finds the best labels beside the best numbers', async () => {
    const labels = choice(['a', 'b', 'c', 'd', 'e'])
    const searched = space({ x: float(-5, 5), y: float(-5, 5), p: labels, q: labels, r: labels })
    const loss = (v: Values): number =>
      squares([v['x'] as number, v['y'] as number]) +
      ['p', 'q', 'r'].filter((name) => v[name] !== 'd').length
    for (const seed of [1, 2, 3]) {
      const options = { seed, limit: 1500 }
      expect(await trialsTo(1e-6, searched, loss, cmaEs(), options)).toBeLessThan(800)
    }
  })

  it('leaves a local optimum by a restart', async () => {
    const deceptive = (v: Values): number => {
      const xs = numbers(v)
      return Math.min(squares(xs, 3), 0.5 + 0.8 * squares(xs, -2))
    }
    const options = { seed: 3, limit: 4000 }
    expect(await trialsTo(1e-3, box(3), deceptive, cmaEs(), options)).toBeLessThan(4000)
    const never = cmaEs({ restarts: 'none' })
    expect(await trialsTo(1e-3, box(3), deceptive, never, options)).toBe(Number.POSITIVE_INFINITY)
  })

  it('draws until constraints hold, and finds an optimum on their edge', async () => {
    const searched = space({ x: float(-5, 5), y: float(-5, 5) }, { require: ['x + y >= 1'] })
    await using study = await createStudy({ space: searched, sampler: cmaEs() })
    await study.optimize(({ params: { x, y } }) => x * x + y * y, { trials: 300 })
    expect(study.best()?.metrics['value']).toBeLessThan(0.5 + 1e-3)
  })

  it('searches among many workers almost as well as alone', async () => {
    await using study = await createStudy({ space: box(5), sampler: cmaEs() })
    await study.optimize(({ values }) => squares(numbers(values), 2), { trials: 500, workers: 8 })
    expect(study.best()?.metrics['value']).toBeLessThan(1e-3)
  })
})

describe('the options of cmaEs', () => {
  it('are all shown with their defaults', () => {
    expect(cmaEs().options).toEqual({
      sigma: 1 / 6,
      population: null,
      warmStart: true,
      margin: true,
      adaptRates: false,
      restarts: 'bipop',
    })
  })

  it.each([{ sigma: 0 }, { sigma: Number.NaN }, { population: 3 }, { population: 7.5 }])(
    'are refused outside their ranges: %j',
    (options) => {
      expect(() => cmaEs(options)).toThrow('cmaEs: 0 < sigma <= 1')
    },
  )

  it('refuse a kind of restart that there is not', () => {
    expect(() => cmaEs({ restarts: 'often' as never })).toThrow(`got ${1 / 6}, null, often`)
  })
})
