import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dominates, paretoFronts } from '../../src/index.ts'

const loss = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, Infinity, -Infinity),
  fc.double({ min: -5, max: 5, noNaN: true }),
)
const rows = fc
  .integer({ min: 1, max: 4 })
  .chain((m) =>
    fc.array(fc.array(loss, { minLength: m, maxLength: m }), { maxLength: 40, size: 'max' }),
  )

/** Fronts by their definition: again and again what nothing left dominates. */
function peel(points: readonly (readonly number[])[]): number[] {
  const fronts = points.map(() => -1)
  for (let front = 0; fronts.includes(-1); front++) {
    const left = points.map((_, i) => i).filter((i) => fronts[i] === -1)
    const free = left.filter(
      (i) => !left.some((j) => dominates(points[j] as number[], points[i] as number[])),
    )
    for (const i of free) fronts[i] = front
  }
  return fronts
}

describe('paretoFronts', () => {
  it('sorts as their definition says, for one to four losses with ties and infinities', () => {
    fc.assert(
      fc.property(rows, (points) => {
        expect([...paretoFronts(points)]).toEqual(peel(points))
      }),
      { numRuns: 300 },
    )
  })

  it('puts rows with NaN behind all fronts', () => {
    expect([
      ...paretoFronts([
        [1, Number.NaN],
        [1, 1],
        [2, 2],
        [Number.NaN, 0],
      ]),
    ]).toEqual([2, 0, 1, 2])
    expect([...paretoFronts([])]).toEqual([])
    expect([...paretoFronts([[Number.NaN]])]).toEqual([0])
  })

  it('sorts ten thousand points of two losses at once', () => {
    const points = Array.from({ length: 10_000 }, (_, i) => [
      (i * 7919) % 10_007,
      (i * 104_729) % 10_009,
    ])
    const start = performance.now()
    const fronts = paretoFronts(points)
    expect(performance.now() - start).toBeLessThan(1000)
    expect(Math.max(...fronts)).toBeGreaterThan(10)
  })
})

describe('dominates', () => {
  it('needs no loss worse and one better', () => {
    expect(dominates([1, 2], [1, 3])).toBe(true)
    expect(dominates([1, 2], [1, 2])).toBe(false)
    expect(dominates([1, 2], [0, 3])).toBe(false)
    expect(dominates([-Infinity, 0], [0, 0])).toBe(true)
  })
})
