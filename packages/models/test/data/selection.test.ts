import { quantile } from '@attune/core/math'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quantileOf, selectSmallest } from '../../src/data/selection.ts'

const some = fc.array(
  fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 0, max: 3 })),
  {
    minLength: 1,
    maxLength: 60,
  },
)

test('what is selected stands there when all is sorted', () => {
  fc.assert(
    fc.property(some, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (list, at, q) => {
      const sorted = Float64Array.from(list).sort()
      const k = at % list.length
      // Which of 0 and -0 is told does not matter.
      expect(selectSmallest(Float64Array.from(list), k) + 0).toBe(sorted[k]! + 0)
      expect(quantileOf(Float64Array.from(list), q) + 0).toBe(quantile(sorted, q) + 0)
    }),
  )
})

test('orders that make bad pivots end too', () => {
  const count = 50_000
  const pipe = Float64Array.from({ length: count }, (_, i) => Math.min(i, count - i))
  const saw = Float64Array.from({ length: count }, (_, i) => (i * 7919) % 1000)
  for (const values of [pipe, saw]) {
    expect(quantileOf(values.slice(), 0.5)).toBe(quantile(values.slice().sort(), 0.5))
  }
})
