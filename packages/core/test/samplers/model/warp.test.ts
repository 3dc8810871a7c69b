import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitPowerWarp } from '../../../src/samplers/model/power-warp.ts'
import { fitWarp } from '../../../src/samplers/model/warp.ts'

const loss = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)

describe.each([
  ['fitWarp', fitWarp],
  ['fitPowerWarp', fitPowerWarp],
])('%s', (_, fit) => {
  it('keeps the order and gives small finite numbers, whatever the losses', () => {
    fc.assert(
      fc.property(fc.array(loss, { minLength: 1, maxLength: 30 }), (losses) => {
        const warp = fit(losses)
        const sorted = losses.toSorted((a, b) => (a < b ? -1 : 1)).map(warp.apply)
        sorted.forEach((y, i) => {
          expect(Math.abs(y)).toBeLessThan(10)
          if (i > 0) expect(y).toBeGreaterThanOrEqual(sorted[i - 1]!)
          expect(y).toBeGreaterThanOrEqual(warp.best)
          expect(y).toBeLessThanOrEqual(warp.worst)
        })
      }),
    )
  })
})

describe('fitWarp', () => {
  it('standardises', () => {
    const targets = [3, 1, 4, 1, 5, 9, 2, 6].map(fitWarp([3, 1, 4, 1, 5, 9, 2, 6]).apply)
    const mean = targets.reduce((a, b) => a + b) / 8
    expect(mean).toBeCloseTo(0, 12)
    expect(targets.reduce((a, b) => a + b * b, 0) / 8).toBeCloseTo(1, 12)
  })

  it('does not let one outlier flatten the rest', () => {
    const losses = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    const usual = fitWarp([...losses, 0.8])
    for (const outlier of [1e6, 1e308, Number.POSITIVE_INFINITY]) {
      const wild = fitWarp([...losses, outlier])
      for (const x of losses.slice(1, 6)) {
        expect(wild.apply(x) - wild.apply(0.1)).toBeGreaterThan(
          0.6 * (usual.apply(x) - usual.apply(0.1)),
        )
      }
    }
  })

  it('gives equal losses the target 0', () => {
    expect(fitWarp([7, 7, 7]).apply(7)).toBe(0)
  })

  it('stretches the good end more than the bad', () => {
    const { apply } = fitWarp([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(apply(1) - apply(0)).toBeGreaterThan(apply(4) - apply(3))
  })
})
