import fc from 'fast-check'
import { expect, it } from 'vitest'
import { auc, oneVsRestAuc } from '../../src/metrics/auc.ts'

it('gives the example of the documentation of scikit-learn', () => {
  expect(auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toBe(0.75)
})

it('is the share of pairs that are in the right order, ties counting half', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(1), fc.nat(5), fc.integer({ min: 1, max: 3 })), { minLength: 2 }),
      (rows) => {
        let [won, pairs] = [0, 0]
        for (const [up, high, weight] of rows) {
          for (const [down, low, other] of rows) {
            if (up !== 1 || down !== 0) continue
            pairs += weight * other
            won += weight * other * (high > low ? 1 : high === low ? 0.5 : 0)
          }
        }
        const area = auc(
          rows.map((r) => r[0]),
          rows.map((r) => r[1]),
          rows.map((r) => r[2]),
        )
        if (pairs === 0) expect(area).toBeNaN()
        else expect(area).toBeCloseTo(won / pairs, 12)
      },
    ),
  )
})

it('is NaN for scores that are', () => {
  expect(auc([0, 1, 1], [0.2, NaN, 0.3])).toBeNaN()
})

it('of two labels is the same from either side', () => {
  const actual = [0, 1, 1, 0, 1]
  const p = [0.25, 0.5, 0.75, 0.5, 0.375]
  const probabilities = p.flatMap((x) => [1 - x, x])
  const area = auc(actual, p)
  expect(oneVsRestAuc(actual, probabilities, 2)).toBeCloseTo(area, 12)
  expect(oneVsRestAuc(actual, probabilities, 2, { average: 'binary' })).toBe(area)
})

it('averages each class against the others', () => {
  const actual = [0, 0, 1, 2]
  const probabilities = [0.6, 0.3, 0.1, 0.2, 0.5, 0.3, 0.3, 0.4, 0.3, 0.1, 0.2, 0.7]
  // By hand: 0 wins 3 of 4 pairs; 1 wins 2 of 3; 2 wins all 3.
  expect(oneVsRestAuc(actual, probabilities, 3)).toBeCloseTo((0.75 + 2 / 3 + 1) / 3, 12)
  expect(oneVsRestAuc(actual, probabilities, 3, { average: 'weighted' })).toBeCloseTo(
    (2 * 0.75 + 2 / 3 + 1) / 4,
    12,
  )
  // All 4 · 8 pairs of a row's own label with another row's or its own other label.
  expect(oneVsRestAuc(actual, probabilities, 3, { average: 'micro' })).toBeCloseTo(
    microByPairs(actual, probabilities, 3),
    12,
  )
})

it('leaves out classes without rows', () => {
  const probabilities = [0.7, 0.2, 0.1, 0.1, 0.8, 0.1]
  expect(oneVsRestAuc([0, 1], probabilities, 3)).toBe(1)
  expect(oneVsRestAuc([0, 0], probabilities, 3)).toBeNaN()
})

function microByPairs(actual: number[], probabilities: number[], classes: number): number {
  const own = probabilities.filter((_, i) => i % classes === actual[Math.floor(i / classes)])
  const others = probabilities.filter((_, i) => i % classes !== actual[Math.floor(i / classes)])
  let won = 0
  for (const a of own) for (const b of others) won += a > b ? 1 : a === b ? 0.5 : 0
  return won / (own.length * others.length)
}
