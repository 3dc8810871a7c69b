import { expect, it } from 'vitest'
import { mae, medianAbsoluteError, mse, r2, rmse } from '../../src/metrics/regression.ts'

// The example of the documentation of scikit-learn for all of its regression metrics.
const actual = [3, -0.5, 2, 7]
const predicted = [2.5, 0, 2, 8]

it('gives the examples of the documentation of scikit-learn', () => {
  expect(mse(actual, predicted)).toBe(0.375)
  expect(rmse(actual, predicted)).toBeCloseTo(0.6124, 4)
  expect(mae(actual, predicted)).toBe(0.5)
  expect(medianAbsoluteError(actual, predicted)).toBe(0.5)
  expect(r2(actual, predicted)).toBeCloseTo(0.9486, 4)
})

it('a weight of two is a row that comes twice', () => {
  const twice = [...actual, 7]
  const predictedTwice = [...predicted, 8]
  const weights = [1, 1, 1, 2]
  for (const metric of [mse, rmse, mae, medianAbsoluteError, r2]) {
    expect(metric(actual, predicted, weights)).toBeCloseTo(metric(twice, predictedTwice), 12)
  }
})

it('R² of the mean is 0, worse is negative, and no spread is all or nothing', () => {
  expect(r2([1, 2, 3], [2, 2, 2])).toBe(0)
  expect(r2([1, 2, 3], [3, 2, 1])).toBe(-3)
  expect(r2([1, 1], [1, 1])).toBe(1)
  expect(r2([1, 1], [1, 2])).toBe(0)
})

it('the median of an even number is between the middle two', () => {
  expect(medianAbsoluteError([0, 0, 0, 0], [1, 4, 2, 8])).toBe(3)
  expect(medianAbsoluteError([0, 0, 0, 0], [1, 4, 2, 8], [1, 1, 1, 0])).toBe(2)
})
