import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gammaDraw } from '../../../src/math/gamma.ts'
import { createRng } from '../../../src/math/rng.ts'
import { gammaCriterion, normalCriterion } from '../../../src/samplers/gamma/criterion.ts'

const improvement = (mean: number, deviation: number, best: number): number =>
  Math.exp(gammaCriterion('EI', 1, 0.1)({ mean, deviation, best }))
const normalImprovement = (mean: number, deviation: number, best: number): number =>
  Math.exp(normalCriterion('EI', 1, 0.1)({ mean, deviation, best }))

// Shape, scale, incumbent, EI minimised and maximised, PI minimised: the formulas in gammaCriterion's
// comment with mpmath 1.3's regularised gammainc at 30 digits.
const values = [
  [4, 0.25, 0.8, 0.09859673154285867, 0.2985967315428586, 0.3974802755944429],
  [9, 0.5, 3, 0.08062944156937488, 1.580629441569375, 0.1527625060154387],
  [400, 0.01, 3.9, 0.03895480030556384, 0.138954800305564, 0.3129428631855875],
  [0.3, 2, 0.1, 0.034666785117408505, 0.5346667851174085, 0.4484368621065928],
] as const

describe('the Gamma criteria', () => {
  it.each(values)(
    'for shape %d, scale %d and incumbent %d',
    (k, theta, best, low, high, chance) => {
      const forecast = { mean: k * theta, deviation: Math.sqrt(k) * theta, best }
      const at = (name: 'EI' | 'PI', sign: 1 | -1): number =>
        Math.exp(gammaCriterion(name, sign, 0.1)(forecast))
      expect(at('EI', 1)).toBeCloseTo(low, 13)
      expect(at('EI', -1)).toBeCloseTo(high, 13)
      expect(at('PI', 1)).toBeCloseTo(chance, 13)
      expect(at('PI', -1)).toBeCloseTo(1 - chance, 13)
    },
  )

  it.each([4, 9, 400])('agree with sampling at shape %d', (k) => {
    const count = 20_000
    const theta = 1 / k
    const best = 1 - 0.4 / Math.sqrt(k)
    const rng = createRng('improvement', k)
    const sums = { low: 0, high: 0, squares: 0 }
    for (let i = 0; i < count; i++) {
      const gain = best - gammaDraw(rng, k, theta)
      sums.low += Math.max(0, gain) / count
      sums.high += Math.max(0, -gain) / count
      sums.squares += (gain * gain) / count
    }
    const error = Math.sqrt(sums.squares / count)
    const forecast = { mean: 1, deviation: 1 / Math.sqrt(k), best }
    expect(Math.abs(improvement(1, forecast.deviation, best) - sums.low)).toBeLessThan(3 * error)
    const above = Math.exp(gammaCriterion('EI', -1, 0.1)(forecast))
    expect(Math.abs(above - sums.high)).toBeLessThan(3 * error)
  })

  it('are smaller than Gaussian ones below the mean, and come close at a shape of 400', () => {
    expect(improvement(1, 0.5, 0.8)).toBeCloseTo(0.0986, 4)
    expect(normalImprovement(1, 0.5, 0.8)).toBeCloseTo(0.1152, 4)
    const ratio = (z: number): number => {
      const best = 1 + 0.05 * z
      return improvement(1, 0.05, best) / normalImprovement(1, 0.05, best) - 1
    }
    expect(Math.abs(ratio(0))).toBeLessThan(1e-3)
    expect(ratio(1)).toBeCloseTo(0.0037, 4)
    expect(ratio(-1)).toBeCloseTo(-0.0492, 4)
    expect(ratio(-2)).toBeCloseTo(-0.204, 4)
  })

  it('credit no negative loss, which Gaussian ones do', () => {
    const mean = 0.1
    for (const deviation of [0.05, 0.3, 5]) {
      expect(improvement(mean, deviation, 0.08)).toBeLessThan(0.08)
    }
    expect(normalImprovement(mean, 5, 0.08)).toBeGreaterThan(1)
  })

  it('are never negative, grow with the incumbent, and stay finite in logarithms', () => {
    const size = fc.double({ min: -8, max: 8, noNaN: true }).map((e) => 10 ** e)
    fc.assert(
      fc.property(
        size,
        size,
        size,
        fc.double({ min: 1.001, max: 3, noNaN: true }),
        (m, d, b, f) => {
          for (const sign of [1, -1] as const) {
            const at = gammaCriterion('EI', sign, 0.1)
            const [one, other] = [b, b * f].map((best) => at({ mean: m, deviation: d, best }))
            expect(Number.isNaN(one)).toBe(false)
            expect(one).toBeLessThan(Number.POSITIVE_INFINITY)
            expect(sign * (other! - one!)).toBeGreaterThanOrEqual(-1e-9 * Math.abs(one!))
          }
        },
      ),
    )
    const far = gammaCriterion('EI', 1, 0.1)({ mean: 1, deviation: 0.01, best: 0.1 })
    expect(far).toBeLessThan(-5000)
    expect(far).toBeGreaterThan(-50_000)
  })

  it('go over into Gaussian ones for huge shapes without a jump', () => {
    const at = (deviation: number): number =>
      gammaCriterion('EI', 1, 0.1)({ mean: 1, deviation, best: 1 - 2 * deviation }) -
      Math.log(deviation)
    expect(at(1.01e-9)).toBeCloseTo(at(0.99e-9), 5)
  })

  it('take the quantile on the hopeful side', () => {
    const forecast = { mean: 1, deviation: 0.5, best: 1 }
    // 0.25 times the 0.1- and 0.9-quantiles of Gamma(4, 1), 1.744769563 and 6.680783084 (mpmath 1.3).
    expect(gammaCriterion('quantile', 1, 0.1)(forecast)).toBeCloseTo(-1.744769563 / 4, 8)
    expect(gammaCriterion('quantile', -1, 0.1)(forecast)).toBeCloseTo(6.680783084 / 4, 8)
    expect(normalCriterion('quantile', 1, 0.1)(forecast)).toBeCloseTo(-1 + 0.5 * 1.2815515655, 9)
    expect(normalCriterion('quantile', -1, 0.1)(forecast)).toBeCloseTo(1 + 0.5 * 1.2815515655, 9)
  })
})
