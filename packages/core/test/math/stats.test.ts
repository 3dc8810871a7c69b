import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { argsort, mean, median, quantile, ranks, variance } from '../../src/math/stats.ts'

const anyNumbers = fc.array(fc.double(), { maxLength: 40 })
const fewNumbers = fc.array(fc.constantFrom(-Infinity, -1, -0, 0, 2, Infinity, NaN), {
  maxLength: 12,
})

describe('mean and variance', () => {
  it('follow their definitions', () => {
    expect(mean([1, 2, 3, 6])).toBe(3)
    expect(variance([1, 2, 3, 6])).toBeCloseTo(14 / 3, 14)
    expect(variance([1, 2, 3, 6], 0)).toBe(3.5)
  })

  it('are NaN where there is too little data', () => {
    expect([mean([]), variance([]), variance([1]), variance([], 0)]).toEqual([NaN, NaN, NaN, NaN])
    expect(variance([1], 0)).toBe(0)
  })

  it('keep their precision far from zero', () => {
    expect(variance([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(30)
  })
})

describe('quantile and median', () => {
  it('interpolate like type 7', () => {
    // R: quantile(c(1, 2, 4, 8, 16), c(0.1, 0.25, 0.5, 0.9, 1))
    const sorted = [1, 2, 4, 8, 16]
    expect([0, 0.1, 0.25, 0.5, 0.9, 1].map((q) => quantile(sorted, q))).toEqual([
      1,
      expect.closeTo(1.4, 12),
      2,
      4,
      expect.closeTo(12.8, 12),
      16,
    ])
  })

  it('reach past infinite neighbours', () => {
    expect(quantile([-Infinity, -Infinity, 1, Infinity, Infinity], 0.125)).toBe(-Infinity)
    expect(quantile([-Infinity, 1], 0.5)).toBe(-Infinity)
    expect(quantile([1, 2, Infinity], 0.5)).toBe(2)
    expect(quantile([1, Infinity], 0.25)).toBe(Infinity)
  })

  it('are NaN for no values and for impossible levels', () => {
    expect([
      quantile([], 0.5),
      quantile([1], -0.1),
      quantile([1], 1.1),
      quantile([1], NaN),
    ]).toEqual([NaN, NaN, NaN, NaN])
    expect(median([])).toBe(NaN)
  })

  it('find the middle of unsorted values and leave them as they were', () => {
    const values = [10, 9, 100]
    expect(median(values)).toBe(10)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(values).toEqual([10, 9, 100])
  })
})

describe('argsort', () => {
  it('is a stable ascending order with NaN last', () => {
    expect([...argsort(Float64Array.of(3, NaN, 1, 3, -Infinity, NaN, -0, 0))]).toEqual([
      4, 6, 7, 2, 0, 3, 1, 5,
    ])
  })

  it('is a permutation that sorts', () => {
    fc.assert(
      fc.property(fc.oneof(anyNumbers, fewNumbers), (values) => {
        const order = argsort(values)
        expect([...order].toSorted((a, b) => a - b)).toEqual(values.map((_, i) => i))
        for (let k = 1; k < order.length; k++) {
          const before = values[order[k - 1]!]!
          const after = values[order[k]!]!
          const tied = before === after || (Number.isNaN(before) && Number.isNaN(after))
          if (tied) expect(order[k - 1]).toBeLessThan(order[k]!)
          else expect(before < after || Number.isNaN(after)).toBe(true)
        }
      }),
    )
  })
})

describe('ranks', () => {
  it('share the average between equal values', () => {
    expect([...ranks([10, 20, 10, 30, 20, 20])]).toEqual([1.5, 4, 1.5, 6, 4, 4])
    expect([...ranks([NaN, 1, NaN])]).toEqual([2.5, 1, 2.5])
    expect([...ranks([])]).toEqual([])
  })

  it('count the smaller values and half of the other equal ones', () => {
    fc.assert(
      fc.property(fewNumbers, (values) => {
        const key = (x: number): number => (Number.isNaN(x) ? 4 : Math.max(-3, Math.min(3, x)))
        const expected = values.map((x) => {
          const smaller = values.filter((y) => key(y) < key(x)).length
          const equal = values.filter((y) => key(y) === key(x)).length
          return smaller + (equal + 1) / 2
        })
        expect([...ranks(values)]).toEqual(expected)
      }),
    )
  })
})
