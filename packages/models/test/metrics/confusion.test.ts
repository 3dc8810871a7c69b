import { expect, it } from 'vitest'
import { confusionMatrix, perClass } from '../../src/metrics/confusion.ts'

it('counts as the example of scikit-learn does (documentation of `confusion_matrix`)', () => {
  const counts = confusionMatrix([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2], 3)
  expect([...counts]).toEqual([2, 0, 0, 0, 0, 1, 1, 0, 2])
})

it('says of every class what its row and column hold', () => {
  // Class 0: 3 rows, 2 right, 1 taken for 1; class 1: 1 row, right.
  const [zero, one] = perClass(Float64Array.of(2, 1, 0, 1))
  expect(zero).toEqual({
    code: 0,
    support: 3,
    predicted: 2,
    sensitivity: 2 / 3,
    specificity: 1,
    precision: 1,
    f1: 0.8,
  })
  expect(one).toEqual({
    code: 1,
    support: 1,
    predicted: 2,
    sensitivity: 1,
    specificity: 2 / 3,
    precision: 0.5,
    f1: 2 / 3,
  })
})

it('weighs rows', () => {
  expect([...confusionMatrix([0, 1, 1], [0, 0, 1], 2, [2, 0.5, 3])]).toEqual([2, 0, 0.5, 3])
})

it('refuses what is not a class, not as long, or weighs nothing', () => {
  expect(() => confusionMatrix([0, 2], [0, 0], 2)).toThrow(/Row 1: the class is 2/)
  expect(() => confusionMatrix([0], [-1], 2)).toThrow(/predicted class is -1/)
  expect(() => confusionMatrix([0, 1], [0], 2)).toThrow(/2 actual values but 1 predicted/)
  expect(() => confusionMatrix([], [], 2)).toThrow(/no rows/)
  expect(() => confusionMatrix([0, 1], [0, 1], 2, [1])).toThrow(/1 weights for 2 rows/)
  expect(() => confusionMatrix([0, 1], [0, 1], 2, [1, NaN])).toThrow(/weight of row 1 is NaN/)
  expect(() => confusionMatrix([0, 1], [0, 1], 2, [0, 0])).toThrow(/All weights are 0/)
})
