import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HullSide, Point } from '../../src/analysis/convex-hull.ts'
import {
  extremeVertex,
  hullChain,
  onionLayers,
  slopeSignChange,
  stripHull,
} from '../../src/analysis/convex-hull.ts'

const coordinate = fc.integer({ min: -40, max: 40 })
/** Integers, so that no property is blurred by rounding. */
const cloud = fc.array(fc.record({ x: coordinate, y: coordinate }), { minLength: 1, maxLength: 60 })
const sides = fc.constantFrom<HullSide>('lower', 'upper')

/** Positive when c lies left of the line from a to b. */
const turn = (a: Point, b: Point, c: Point): number =>
  (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)

/** Whether a point lies on the chain's inner side or on it. */
function isInside(chain: readonly Point[], p: Point, side: HullSide): boolean {
  const sign = side === 'lower' ? 1 : -1
  if (chain.length === 1) return p.x === chain[0]!.x && sign * (p.y - chain[0]!.y) >= 0
  return chain.every((a, i) => {
    const b = chain[i + 1]
    return b === undefined || p.x < a.x || p.x > b.x || sign * turn(a, b, p) >= 0
  })
}

const points = (...pairs: readonly (readonly [number, number])[]): Point[] =>
  pairs.map(([x, y]) => ({ x, y }))

describe('hullChain', () => {
  it('is the half hull of a square with points on its edges and inside', () => {
    const square = points([0, 0], [2, 0], [2, 2], [0, 2], [1, 0], [0, 1], [1, 1], [2, 1], [1, 2])
    expect(hullChain(square, 'lower')).toEqual(points([0, 0], [2, 0]))
    expect(hullChain(square, 'upper')).toEqual(points([0, 2], [2, 2]))
  })

  it('bends strictly one way, is made of the points, and has all on its inner side', () => {
    fc.assert(
      fc.property(cloud, sides, (all, side) => {
        const chain = hullChain(all, side)
        const sign = side === 'lower' ? 1 : -1
        for (let i = 0; i + 2 < chain.length; i++) {
          expect(sign * turn(chain[i]!, chain[i + 1]!, chain[i + 2]!)).toBeGreaterThan(0)
        }
        for (const vertex of chain) expect(all).toContain(vertex)
        for (const p of all) expect(isInside(chain, p, side)).toBe(true)
        const xs = all.map(({ x }) => x)
        expect([chain[0]!.x, chain.at(-1)!.x]).toEqual([Math.min(...xs), Math.max(...xs)])
      }),
    )
  })

  it('does not depend on the order of points and leaves it alone', () => {
    const all = points([3, 1], [0, 4], [1, 1], [5, 5], [2, 0], [4, 0])
    const before = structuredClone(all)
    expect(hullChain(all, 'lower')).toEqual(points([0, 4], [1, 1], [2, 0], [4, 0], [5, 5]))
    expect(all).toEqual(before)
    expect(hullChain(all.toReversed(), 'lower')).toEqual(hullChain(all, 'lower'))
  })

  it('leaves out what is no number or too large to multiply', () => {
    const wild = points([0, NaN], [1, Infinity], [2, -1e200], [-Infinity, 0], [3, 1], [4, 2])
    expect(hullChain(wild, 'lower')).toEqual(points([3, 1], [4, 2]))
    expect(hullChain([], 'upper')).toEqual([])
  })
})

describe('stripHull', () => {
  it('is the exact hull with a strip for every point', () => {
    const bowl = Array.from({ length: 9 }, (_, i) => ({ x: i, y: (i - 4) ** 2 }))
    expect(stripHull(bowl, 9, 'lower')).toEqual(bowl)
    expect(stripHull(bowl, 1, 'lower')).toEqual(points([0, 16], [4, 0], [8, 16]))
  })

  it('lies inside the hull, and no point is further outside than a strip is wide', () => {
    fc.assert(
      fc.property(cloud, fc.integer({ min: 1, max: 12 }), sides, (all, strips, side) => {
        const exact = hullChain(all, side)
        const chain = stripHull(all, strips, side)
        expect(chain.length).toBeLessThanOrEqual(strips + 2)
        for (const vertex of chain) expect(isInside(exact, vertex, side)).toBe(true)
        const width = (exact.at(-1)!.x - exact[0]!.x) / strips
        for (const p of all) {
          if (isInside(chain, p, side)) continue
          // Somewhere within a strip's width the chain is as far out as the point.
          const near = all.some(
            (q) => Math.abs(q.x - p.x) <= width + 1e-9 && isInside(chain, { x: q.x, y: p.y }, side),
          )
          expect(near).toBe(true)
        }
      }),
    )
  })

  it('copes with points above one another', () => {
    const tower = points([1, 3], [1, 1], [1, 2])
    expect(stripHull(tower, 4, 'lower')).toEqual(points([1, 1]))
    expect(stripHull(tower, 4, 'upper')).toEqual(points([1, 3]))
    expect(stripHull([], 4, 'upper')).toEqual([])
  })
})

describe('onionLayers', () => {
  it('peels the hull off, layer after layer, each inside the one before', () => {
    fc.assert(
      fc.property(cloud, sides, (all, side) => {
        const layers = onionLayers(all, 1000, side)
        expect(layers.flat()).toHaveLength(all.length)
        expect(new Set(layers.flat()).size).toBe(all.length)
        expect(layers[0]).toEqual(hullChain(all, side))
        for (let i = 1; i < layers.length; i++) {
          for (const p of layers[i]!) expect(isInside(layers[i - 1]!, p, side)).toBe(true)
        }
        expect(onionLayers(all, 2, side)).toEqual(layers.slice(0, 2))
      }),
    )
  })
})

describe('slopeSignChange', () => {
  it('is at the extreme vertex, at an end where the hull only falls, in the middle where level', () => {
    expect(slopeSignChange(points([0, 5], [2, 1], [3, 4]), 'lower')).toBe(2)
    expect(slopeSignChange(points([0, 5], [2, 1]), 'lower')).toBe(2)
    expect(slopeSignChange(points([0, 5], [1, 1], [3, 1], [4, 9]), 'lower')).toBe(2)
    expect(slopeSignChange(points([0, 1], [2, 5], [3, 4]), 'upper')).toBe(2)
    expect(extremeVertex(points([0, 5], [1, 1], [3, 1], [4, 9]), 'lower')).toBe(1)
    expect(extremeVertex(points([0, 1], [2, 5], [3, 4]), 'upper')).toBe(1)
  })
})
