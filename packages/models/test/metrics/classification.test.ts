import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accuracy,
  balancedAccuracy,
  f1,
  mcc,
  precision,
  sensitivity,
  specificity,
} from '../../src/metrics/classification.ts'

describe('examples of the documentation of scikit-learn', () => {
  const actual = [0, 1, 2, 0, 1, 2]
  const predicted = [0, 2, 1, 0, 0, 1]

  it('averages precision, recall and F1', () => {
    expect(precision(actual, predicted, { average: 'macro' })).toBeCloseTo(0.2222, 4)
    expect(precision(actual, predicted, { average: 'micro' })).toBeCloseTo(0.3333, 4)
    expect(precision(actual, predicted, { average: 'weighted' })).toBeCloseTo(0.2222, 4)
    expect(sensitivity(actual, predicted)).toBeCloseTo(0.3333, 4)
    expect(f1(actual, predicted, { average: 'macro' })).toBeCloseTo(0.2667, 4)
    expect(f1(actual, predicted, { average: 'micro' })).toBeCloseTo(0.3333, 4)
    expect(f1(actual, predicted, { average: 'binary', positive: 0 })).toBeCloseTo(0.8, 12)
  })

  it('gives accuracy, balanced accuracy and the correlation coefficient', () => {
    expect(accuracy([0, 1, 2, 3], [0, 2, 1, 3])).toBe(0.5)
    expect(balancedAccuracy([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1])).toBe(0.625)
    expect(mcc([1, 1, 1, 0], [1, 0, 1, 1])).toBeCloseTo(-1 / 3, 12)
  })
})

const codes = (classes: number, rows: number) =>
  fc.array(fc.nat(classes - 1), { minLength: rows, maxLength: rows })

describe('identities', () => {
  it('macro specificity follows from macro sensitivity when the classes are balanced', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 5 }))
          .chain(([classes, each]) =>
            fc.tuple(fc.constant(classes), codes(classes, classes * each)),
          ),
        ([classes, predicted]) => {
          const actual = predicted.map((_, i) => i % classes)
          const options = { classes }
          // Classes that are balanced are all present, so all are in both means.
          const expected = 1 - (1 - sensitivity(actual, predicted, options)) / (classes - 1)
          expect(specificity(actual, predicted, options)).toBeCloseTo(expected, 12)
        },
      ),
    )
  })

  it('the correlation of two classes is that of Matthews and of Pearson', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { minLength: 1 }), (pairs) => {
        let [tp, tn, fp, fn] = [0, 0, 0, 0]
        for (const [a, p] of pairs) {
          if (a === 1 && p === 1) tp++
          else if (a === 0 && p === 0) tn++
          else if (p === 1) fp++
          else fn++
        }
        const root = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
        const expected = root === 0 ? 0 : (tp * tn - fp * fn) / root
        const given = mcc(
          pairs.map((p) => p[0]),
          pairs.map((p) => p[1]),
        )
        expect(given).toBeCloseTo(expected, 12)
      }),
    )
  })

  it('micro averages are the accuracy, weighted sensitivity too; names of classes do not matter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 30 }),
        (pairs) => {
          const actual = pairs.map((p) => p[0])
          const predicted = pairs.map((p) => p[1])
          const share = accuracy(actual, predicted)
          expect(sensitivity(actual, predicted, { average: 'micro' })).toBeCloseTo(share, 12)
          expect(precision(actual, predicted, { average: 'micro' })).toBeCloseTo(share, 12)
          expect(sensitivity(actual, predicted, { average: 'weighted' })).toBeCloseTo(share, 12)
          const renamed = (k: number): number => (k + 1) % 4
          expect(mcc(actual.map(renamed), predicted.map(renamed))).toBeCloseTo(
            mcc(actual, predicted),
            12,
          )
        },
      ),
    )
  })

  it('a weight of two is a row that comes twice', () => {
    const actual = [0, 1, 2, 2, 1]
    const predicted = [0, 2, 2, 1, 1]
    const weights = [1, 2, 1, 2, 1]
    const twice = [0, 1, 1, 2, 2, 2, 1]
    const predictedTwice = [0, 2, 2, 2, 1, 1, 1]
    expect(mcc(actual, predicted, weights)).toBeCloseTo(mcc(twice, predictedTwice), 12)
    expect(f1(actual, predicted, { weights })).toBeCloseTo(f1(twice, predictedTwice), 12)
  })
})

it('leaves classes that nothing speaks of out of a mean', () => {
  expect(sensitivity([0, 0, 2], [0, 0, 2], { classes: 5 })).toBe(1)
  expect(balancedAccuracy([0, 0], [0, 1])).toBe(0.5)
})

it('is 0 where a correlation is not defined', () => {
  expect(mcc([0, 0, 0], [0, 1, 0])).toBe(0)
  expect(mcc([0, 0], [0, 0], [0.1, 0.2])).toBe(0)
})

it('refuses a positive class that does not exist', () => {
  expect(() => f1([0, 1], [0, 1], { average: 'binary', positive: 2 })).toThrow(
    /positive class is 2/,
  )
})
