import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { createHitGrid, nearestToward } from '../../src/plot/hit-grid.ts'

describe('a grid of places', () => {
  test('finds what a search over all of them finds', () => {
    const place = fc.tuple(fc.integer({ min: -20, max: 320 }), fc.integer({ min: -20, max: 220 }))
    fc.assert(
      fc.property(
        fc.array(place, { maxLength: 200 }),
        place,
        fc.integer({ min: 1, max: 60 }),
        (places, [x, y], radius) => {
          const grid = createHitGrid(Float32Array.from(places.flat()), 300, 200)
          let [found, best] = [-1, radius * radius]
          places.forEach(([a, b], i) => {
            if (a < 0 || b < 0 || a > 300 || b > 200) return
            const far = (a - x) ** 2 + (b - y) ** 2
            if (far < best || (far === best && found >= 0 && far <= best)) [found, best] = [i, far]
          })
          const near = grid.nearest(x, y, radius)
          const farOf = (i: number): number =>
            i < 0 ? Infinity : (places[i]![0] - x) ** 2 + (places[i]![1] - y) ** 2
          // A place exactly on the radius may be found or not.
          if (farOf(near) !== radius * radius) expect(near).toBe(found)
        },
      ),
    )
  })

  test('passes over what is no number', () => {
    const grid = createHitGrid(Float32Array.of(Number.NaN, 5, 5, 5), 10, 10)
    expect(grid.nearest(5, 5, 3)).toBe(1)
  })
})

describe('arrow keys', () => {
  // Three in a row, one above the middle.
  const xy = Float32Array.of(10, 50, 50, 50, 90, 50, 50, 10)

  test('begin at the left and go to the nearest place ahead', () => {
    expect(nearestToward(xy, -1, 'right')).toBe(0)
    expect(nearestToward(xy, 0, 'right')).toBe(1)
    expect(nearestToward(xy, 1, 'up')).toBe(3)
    expect(nearestToward(xy, 1, 'left')).toBe(0)
  })

  test('stop at the end', () => {
    expect(nearestToward(xy, 2, 'right')).toBe(-1)
    expect(nearestToward(xy, 1, 'down')).toBe(-1)
  })
})
