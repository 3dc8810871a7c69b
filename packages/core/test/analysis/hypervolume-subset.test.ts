import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  hypervolumeContributions,
  hypervolumeSubset,
} from '../../src/analysis/hypervolume-subset.ts'
import { exclusiveHypervolume, hypervolume } from '../../src/analysis/hypervolume.ts'
import { createRng } from '../../src/math/rng.ts'

type Rows = readonly (readonly number[])[]

/** Whole losses, some of them dominated, equal or beyond the reference, which is 6 in each. */
const rows = fc.integer({ min: 1, max: 4 }).chain((size) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 7 }), { minLength: size, maxLength: size }), {
    minLength: 1,
    maxLength: 9,
  }),
)
const referenceOf = (points: Rows): number[] => (points[0] ?? []).map(() => 6)
const volumeOf = (points: Rows, chosen: readonly number[]): number =>
  hypervolume(
    chosen.map((i) => points[i] as number[]),
    referenceOf(points),
  )

/** Greedy selection by its definition: the first of those after which the volume is largest. */
function greedy(points: Rows, count: number): number[] {
  const taken: number[] = []
  while (taken.length < Math.min(count, points.length)) {
    const open = points.map((_, i) => i).filter((i) => !taken.includes(i))
    const volumes = open.map((i) => volumeOf(points, [...taken, i]))
    taken.push(open[volumes.indexOf(Math.max(...volumes))] as number)
  }
  return taken
}

function subsets(size: number, count: number): number[][] {
  if (count === 0) return [[]]
  return Array.from({ length: size }, (_, last) => last).flatMap((last) =>
    subsets(last, count - 1).map((rest) => [...rest, last]),
  )
}

describe('what a point adds to a hypervolume', () => {
  it('is the difference that it makes', () => {
    fc.assert(
      fc.property(rows, (points) => {
        const all = points.map((_, i) => i)
        const contributions = hypervolumeContributions(points, referenceOf(points))
        points.forEach((point, i) => {
          const others = all.filter((j) => j !== i)
          const difference = volumeOf(points, all) - volumeOf(points, others)
          expect(contributions[i]).toBe(difference)
          const rest = others.map((j) => points[j] as number[])
          expect(exclusiveHypervolume(point, rest, referenceOf(points))).toBe(difference)
        })
      }),
    )
  })

  it('is nothing for copies, and everything for a single point', () => {
    const twice = [
      [1, 2],
      [1, 2],
      [2, 1],
    ]
    expect([...hypervolumeContributions(twice, [3, 3])]).toEqual([0, 0, 1])
    expect([...hypervolumeContributions([[1, 2, 0]], [3, 3, 3])]).toEqual([6])
    expect([...hypervolumeContributions([], [3, 3])]).toEqual([])
  })
})

describe('the subset of a large hypervolume', () => {
  it('takes the point that adds most, of equals the first, until it has enough', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 10 }), (points, count) => {
        expect(hypervolumeSubset(points, count, referenceOf(points))).toEqual(greedy(points, count))
      }),
    )
  })

  it('has at least 1 - 1/e of the largest volume that as many points can have', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 4 }), (points, count) => {
        const chosen = hypervolumeSubset(points, count, referenceOf(points))
        const best = Math.max(
          ...subsets(points.length, Math.min(count, points.length)).map((subset) =>
            volumeOf(points, subset),
          ),
        )
        expect(volumeOf(points, chosen)).toBeGreaterThanOrEqual((1 - 1 / Math.E) * best)
      }),
      { numRuns: 40 },
    )
  })
})

describe('volumes estimated at Sobol points', () => {
  // A front of 60 points on the unit sphere of three and of four losses.
  const front = (size: number): number[][] => {
    const rng = createRng('front', size)
    return Array.from({ length: 60 }, () => {
      const row = Array.from({ length: size }, () => rng.next())
      const length = Math.hypot(...row)
      return row.map((x) => 1 - x / length)
    })
  }

  it.each([3, 4])('select about as large a volume of %i losses as exact ones', (size) => {
    const points = front(size)
    const reference = points[0]!.map(() => 1.1)
    const volume = (chosen: readonly number[]): number =>
      hypervolume(
        chosen.map((i) => points[i]!),
        reference,
      )
    const exact = hypervolumeSubset(points, 15, reference)
    const estimated = hypervolumeSubset(points, 15, reference, 1024)
    expect(new Set(estimated).size).toBe(15)
    expect(volume(estimated) / volume(exact)).toBeGreaterThan(0.98)
    // The first 15 points as they come are worse than that.
    expect(volume(exact.map((_, i) => i)) / volume(exact)).toBeLessThan(0.96)
  })

  it('give contributions near the exact ones', () => {
    const points = front(3)
    const exact = hypervolumeContributions(points, [1.1, 1.1, 1.1])
    const estimated = hypervolumeContributions(points, [1.1, 1.1, 1.1], 16_384)
    const errors = exact.map((volume, i) => Math.abs(volume - estimated[i]!))
    const sum = (xs: Float64Array): number => xs.reduce((a, b) => a + b, 0)
    expect(sum(errors) / sum(exact)).toBeLessThan(0.1)
  })
})
