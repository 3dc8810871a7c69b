import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PositiveScale } from '../../../src/samplers/gamma/positive-scale.ts'
import { fitPositiveScale, positiveMean } from '../../../src/samplers/gamma/positive-scale.ts'

const valueOf = (scale: PositiveScale, loss: number): number =>
  scale.level + scale.sign * scale.unit * scale.apply(loss)
const moments = (xs: readonly number[]): [mean: number, variance: number] => {
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length
  return [mean, xs.reduce((a, b) => a + (b - mean) ** 2, 0) / xs.length]
}

describe('fitPositiveScale', () => {
  it('keeps positive losses in proportion, in units of their range', () => {
    const losses = [0.5, 0.6, 0.9, 1.5]
    const scale = fitPositiveScale(losses, 'minimize')
    expect(losses.map((loss) => valueOf(scale, loss))).toEqual(
      losses.map((loss) => expect.closeTo(loss, 12) as number),
    )
    const [mean, variance] = moments(losses.map(scale.apply))
    expect(mean).toBeCloseTo(0, 12)
    expect(variance).toBeCloseTo(1, 12)
    expect([scale.best, scale.worst]).toEqual([scale.apply(0.5), scale.apply(1.5)])
    expect(scale.floor).toBeCloseTo(0.05, 12)
  })

  it('turns the losses of a maximised metric back into gains', () => {
    // Losses of a maximised metric are its values negated.
    const scale = fitPositiveScale([-0.9, -0.4, -0.65], 'maximize')
    expect(valueOf(scale, -0.9)).toBeCloseTo(1.8, 12)
    expect(valueOf(scale, -0.4)).toBeCloseTo(0.8, 12)
    expect(scale.apply(-0.9)).toBeLessThan(scale.apply(-0.4))
  })

  it('shifts values that are not positive to a tenth of their range above zero', () => {
    for (const [losses, direction] of [
      [[-3, 1, 2, 5], 'minimize'],
      [[0, 1, 2, 8], 'minimize'],
      [[-3, 1, 2, 5], 'maximize'],
    ] as const) {
      const scale = fitPositiveScale(losses, direction)
      const values = losses.map((loss) => valueOf(scale, loss))
      expect(Math.min(...values)).toBeCloseTo(0.1, 12)
      expect(Math.max(...values)).toBeCloseTo(1.1, 12)
    }
  })

  it('draws outliers in to five times the median distance from the best', () => {
    const scale = fitPositiveScale([1, 2, 3, 4, 1e300, Number.POSITIVE_INFINITY], 'minimize')
    // Distances 1, 2, 3 and huge: the lower median is 2, so that 11 is as far as it goes.
    expect(scale.apply(1e300)).toBe(scale.apply(11))
    expect(scale.apply(Number.POSITIVE_INFINITY)).toBe(scale.worst)
    expect(scale.apply(4)).toBeLessThan(scale.worst)
    expect(scale.apply(Number.NEGATIVE_INFINITY)).toBe(scale.best)
    expect(scale.apply(0)).toBe(scale.best)
  })

  it('is constant where losses do not differ', () => {
    for (const losses of [[], [3, 3], [Infinity, Infinity], [-Infinity, 2, 2]]) {
      const scale = fitPositiveScale(losses, 'minimize')
      expect([scale.apply(7), scale.worst, scale.level]).toEqual([0, 0, 1])
    }
  })

  it('gives finite targets and positive values for any losses', () => {
    const loss = fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 }))
    const direction = fc.constantFrom('minimize' as const, 'maximize' as const)
    fc.assert(
      fc.property(fc.array(loss, { minLength: 1 }), direction, (losses, to) => {
        const scale = fitPositiveScale(losses, to)
        for (const one of losses) {
          expect(Math.abs(scale.apply(one))).toBeLessThan(1e3)
          expect(valueOf(scale, one)).toBeGreaterThan(0)
        }
        expect(scale.floor).toBeGreaterThan(0)
      }),
    )
  })
})

describe('positiveMean', () => {
  it('leaves means alone from the floor up, and keeps the others positive and in order', () => {
    const scale = fitPositiveScale([1, 2, 3], 'minimize')
    expect(scale.floor).toBeCloseTo(0.05, 12)
    expect(positiveMean(0.06, scale)).toBe(0.06)
    const means = [0.0501, 0.0499, 0.02, 0, -0.3, -100]
    const positive = means.map((mean) => positiveMean(mean, scale))
    expect(positive.toSorted((a, b) => b - a)).toEqual(positive)
    expect(positive.at(-1)).toBeGreaterThan(0)
    // The slope is 1 on both sides of the floor.
    expect(positive[0]! - positive[1]!).toBeCloseTo(2e-4, 6)
  })
})
