import fc from 'fast-check'
import { expect, it } from 'vitest'
import { brier, logLoss } from '../../src/metrics/probability.ts'

it('gives the examples of the documentation of scikit-learn', () => {
  // `log_loss`: spam, ham, ham, spam, with ham before spam.
  const probabilities = [0.1, 0.9, 0.9, 0.1, 0.8, 0.2, 0.35, 0.65]
  expect(logLoss([1, 0, 0, 1], probabilities, 2)).toBeCloseTo(0.21616, 5)
  // `brier_score_loss`.
  const risks = [0.1, 0.9, 0.8, 0.3].flatMap((p) => [1 - p, p])
  expect(brier([0, 1, 1, 0], risks, 2)).toBeCloseTo(0.0375, 12)
})

it('of uniform probabilities is known', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 7 }), fc.nat(100), (classes, row) => {
      const even = Array.from({ length: classes }, () => 1 / classes)
      expect(logLoss([row % classes], even, classes)).toBeCloseTo(Math.log(classes), 12)
      expect(brier([row % classes], even, classes)).toBeCloseTo(1 - 1 / classes, 12)
    }),
  )
})

it('is lowest, of all probabilities, for the frequencies', () => {
  const actual = [0, 1, 1, 2, 1, 0]
  const of = (p: readonly number[]) => actual.flatMap(() => p)
  const best = of([2 / 6, 3 / 6, 1 / 6])
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 0.9, noNaN: true }), (a) => {
      const other = of([a * 0.6, 1 - a, a * 0.4])
      expect(logLoss(actual, other, 3)).toBeGreaterThanOrEqual(logLoss(actual, best, 3) - 1e-12)
      expect(brier(actual, other, 3)).toBeGreaterThanOrEqual(brier(actual, best, 3) - 1e-12)
    }),
  )
})

it('stays finite for a certain mistake and weighs rows', () => {
  expect(logLoss([0, 1], [0, 1, 0, 1], 2)).toBeCloseTo(-Math.log(1e-15) / 2, 6)
  expect(logLoss([0, 1], [0, 1, 0, 1], 2, [0, 1])).toBeCloseTo(0, 12)
  expect(brier([0, 1], [0, 1, 0, 1], 2, [1, 3])).toBeCloseTo(0.25, 12)
})
