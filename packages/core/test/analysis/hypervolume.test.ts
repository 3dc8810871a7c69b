import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hypervolume } from '../../src/analysis/hypervolume.ts'

const rows = fc.integer({ min: 1, max: 5 }).chain((size) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: size, maxLength: size }), {
    minLength: 1,
    maxLength: 12,
  }),
)

/** The volume by its definition on a grid of unit cells, all losses whole and the reference 6. */
function countCells(points: readonly (readonly number[])[]): number {
  const size = points[0]?.length ?? 0
  let count = 0
  for (let cell = 0; cell < 6 ** size; cell++) {
    const low = Array.from({ length: size }, (_, k) => Math.floor(cell / 6 ** k) % 6)
    if (points.some((point) => point.every((x, k) => x <= (low[k] as number)))) count++
  }
  return count
}

describe('hypervolume', () => {
  it('gives the volumes that the tutorial of pygmo prints', () => {
    const flat = [
      [1, 0],
      [0.5, 0.5],
      [0, 1],
      [1.5, 0.75],
    ]
    expect(hypervolume(flat, [2, 2])).toBe(3.25)
    const deep = [
      [1, 0, 1],
      [1, 1, 0],
      [-1, 2, 2],
    ]
    expect(hypervolume(deep, [5, 5, 5])).toBe(114)
  })

  it('gives the volume of the front of ZDT1 as its points grow dense', () => {
    const front = Array.from({ length: 20_001 }, (_, i) => [i / 20_000, 1 - Math.sqrt(i / 20_000)])
    const ideal = 1.1 * 6 - 1 / 3
    expect(hypervolume(front, [1.1, 6])).toBeLessThan(ideal)
    expect(hypervolume(front, [1.1, 6])).toBeCloseTo(ideal, 3)
  })

  it('gives a simplex of boxes in three to six losses', () => {
    // Corners of a cube: each of `size` points leaves one side open; inclusion and exclusion.
    for (const size of [3, 4, 5, 6]) {
      const points = Array.from({ length: size }, (_, i) =>
        Array.from({ length: size }, (__, k) => (k === i ? 0 : 1)),
      )
      expect(
        hypervolume(
          points,
          Array.from({ length: size }, () => 3),
        ),
      ).toBe(2 ** size + size * 2 ** (size - 1))
    }
  })

  it('counts the cells that are dominated, for one to five losses with ties and copies', () => {
    fc.assert(
      fc.property(rows, (points) => {
        const reference = (points[0] ?? []).map(() => 6)
        expect(hypervolume(points, reference)).toBe(countCells(points))
      }),
      { numRuns: 300 },
    )
  })

  it('does not depend on the order of points or losses', () => {
    const loss = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(loss, loss, loss, loss), { maxLength: 20 }), (points) => {
        const all = hypervolume(points, [0.9, 0.8, 0.9, 1])
        const turned = points.toReversed().map(([a, b, c, d]) => [d, c, a, b])
        expect(hypervolume(turned, [1, 0.9, 0.9, 0.8])).toBeCloseTo(all, 12)
      }),
    )
  })

  it('counts nothing for points on or beyond the reference and points with NaN', () => {
    expect(hypervolume([], [1, 1])).toBe(0)
    expect(hypervolume([[1, 0]], [1, 1])).toBe(0)
    expect(hypervolume([[Number.NaN, 0]], [1, 1])).toBe(0)
    expect(hypervolume([[Infinity, -Infinity]], [1, 1])).toBe(0)
    expect(hypervolume([[0, 0]], [1, 1])).toBe(1)
    expect(hypervolume([[-Infinity, 0, 0]], [1, 1, 1])).toBe(Infinity)
  })

  it('refuses points of another size', () => {
    expect(() => hypervolume([[0, 0], [0]], [1, 1])).toThrow(/point 1 has 1/)
  })

  it('takes a hundred points of four losses in a moment', () => {
    const points = Array.from({ length: 100 }, (_, i) => {
      const row = [1, 2, 3, 4].map((k) => ((i * 7919 * k) % 1009) / 1009)
      const norm = Math.hypot(...row)
      return row.map((x) => x / norm)
    })
    const start = performance.now()
    expect(hypervolume(points, [1, 1, 1, 1])).toBeGreaterThan(0)
    expect(performance.now() - start).toBeLessThan(1500)
  })
})
