import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Size,
  addSizes,
  divideSizes,
  evaluateSize,
  multiplySizes,
} from '../../src/graph/sizes.ts'

const values = { batch: 5, time: 7 }
const leaf: fc.Arbitrary<Size> = fc.oneof(
  fc.integer({ min: 1, max: 9 }),
  fc.constantFrom('batch', 'time'),
)

describe('open sizes', () => {
  it('are added and multiplied as what they stand for', () => {
    fc.assert(
      fc.property(leaf, leaf, leaf, leaf, (a, b, c, d) => {
        const of = (size: Size): number => evaluateSize(size, values)
        const result = multiplySizes(addSizes(a, b), addSizes(c, d, -1))
        expect(of(result)).toBe((of(a) + of(b)) * (of(c) - of(d)))
      }),
    )
  })

  it('have one spelling', () => {
    expect(multiplySizes('time', multiplySizes(2, 'batch'))).toBe('2*batch*time')
    expect(addSizes(addSizes('time', -3), 'batch')).toBe('batch+time-3')
    expect(addSizes('2*batch+1', '2*batch', -1)).toBe(1)
  })

  it('are divided where a size is left', () => {
    expect(divideSizes('12*batch', 3)).toBe('4*batch')
    expect(divideSizes('12*batch', '4*batch')).toBe(3)
    expect(divideSizes('12*batch', 5)).toBeUndefined()
    expect(divideSizes('12*batch', 'time')).toBeUndefined()
  })

  it('need the values of their names', () => {
    expect(() => evaluateSize('2*rows', values)).toThrow(/leaves the size "rows" open/)
  })
})
