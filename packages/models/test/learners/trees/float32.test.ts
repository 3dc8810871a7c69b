import fc from 'fast-check'
import { expect, it } from 'vitest'
import { roundUp } from '../../../src/learners/trees/float32.ts'

const finite = { noNaN: true, noDefaultInfinity: true }

it('keeps every float32 on its side of a threshold', () => {
  const float32 = fc.float(finite)
  const near = fc
    .tuple(float32, fc.constantFrom(-1, -0.5, 0, 0.3, 0.5, 0.7, 1))
    .map(([v, steps]) => v + steps * Math.max(2 ** -149, Math.abs(v) * 2 ** -23))
  fc.assert(
    fc.property(near, fc.array(float32), (threshold, values) => {
      const up = roundUp(threshold)
      expect(Math.fround(up)).toBe(up)
      expect(up).toBeGreaterThanOrEqual(threshold)
      for (const v of [...values, Math.fround(threshold), up, -up, 0]) {
        expect(v < up).toBe(v < threshold)
      }
    }),
  )
})

it('gives the least float32 that is not below', () => {
  expect([roundUp(1), roundUp(1 + 2 ** -40), roundUp(-1 - 2 ** -40)]).toEqual([1, 1 + 2 ** -23, -1])
  expect([roundUp(2 ** -160), roundUp(-(2 ** -160)), roundUp(Infinity)]).toEqual([
    2 ** -149,
    -0,
    Infinity,
  ])
})
