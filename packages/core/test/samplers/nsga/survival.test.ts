import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../../src/math/rng.ts'
import type { Member } from '../../../src/analysis/member.ts'
import { memberFronts } from '../../../src/analysis/member.ts'
import { nichedSurvival } from '../../../src/samplers/nsga/niching.ts'
import { normalise } from '../../../src/samplers/nsga/normalise.ts'
import {
  countDirections,
  referenceDirections,
} from '../../../src/samplers/nsga/reference-directions.ts'
import { crowdedSurvival } from '../../../src/samplers/nsga/survival.ts'

const feasible = (losses: readonly number[], trial: number): Member => ({
  trial,
  standing: 'feasible',
  losses,
})
const loss = fc.oneof(
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.constantFrom(0, 1, Infinity, -Infinity),
)
const someMembers = fc.array(
  fc.oneof(
    fc.tuple(loss, loss, loss).map((losses) => ({ standing: 'feasible', losses }) as const),
    fc.double({ min: 1e-9, max: 9 }).map((x) => ({ standing: 'infeasible', losses: [x] }) as const),
  ),
  { minLength: 1, maxLength: 40, size: 'max' },
)

describe.each([
  ['crowding', crowdedSurvival],
  ['niches', nichedSurvival],
] as const)('survival by %s', (_, survive) => {
  it('keeps as many as asked for and nobody before a better front', () => {
    fc.assert(
      fc.property(someMembers, fc.integer({ min: 1, max: 30 }), (list, size) => {
        const members = list.map((m, trial): Member => ({ ...m, trial }))
        const fronts = memberFronts(members)
        const { members: kept, fronts: keptFronts, room } = survive(members, size, createRng(1))
        expect(kept).toHaveLength(Math.min(size, members.length))
        expect(new Set(kept).size).toBe(kept.length)
        expect([...keptFronts]).toEqual(kept.map((m) => fronts[m.trial]))
        expect(room.some(Number.isNaN)).toBe(false)
        const worst = Math.max(...keptFronts)
        const gone = members.filter((m) => !kept.includes(m))
        for (const m of gone) expect(fronts[m.trial]).toBeGreaterThanOrEqual(worst)
      }),
    )
  })
})

describe('survival by crowding', () => {
  it('keeps the ends of the front and thins what is crowded one by one', () => {
    const points = [0, 0.01, 0.02, 0.03, 0.5, 1].map((x, i) => feasible([x, 1 - x], i))
    const { members } = crowdedSurvival(points, 4, createRng(1))
    expect(members.map((m) => m.trial)).toEqual([0, 3, 4, 5])
  })
})

describe('survival by niches', () => {
  it('keeps one member a direction before a second', () => {
    const crowdOfOne = Array.from({ length: 20 }, (_, i) => [0.001 * i, 1 - 0.001 * i])
    const others = [
      [0.33, 0.67],
      [0.66, 0.34],
      [1, 0],
    ]
    const points = [...crowdOfOne, ...others].map(feasible)
    for (let seed = 0; seed < 8; seed++) {
      const { members } = nichedSurvival(points, 4, createRng(seed))
      // Of the crowd the one that lies on the direction itself.
      expect(members.map((m) => m.losses)).toEqual([[0, 1], ...others])
    }
  })

  it('shares the places evenly among directions', () => {
    const near = Array.from({ length: 10 }, (_, i) => 0.001 * i)
    const points = [...near.map((x) => [x, 1 - x]), ...near.map((x) => [1 - x, x])].map(feasible)
    for (let seed = 0; seed < 8; seed++) {
      const { members, room } = nichedSurvival(points, 4, createRng(seed))
      expect(members.filter((m) => m.trial < 10)).toHaveLength(2)
      expect([...room]).toEqual([-2, -2, -2, -2])
    }
  })
})

describe('referenceDirections', () => {
  it.each([
    [3, 91, 91],
    [3, 50, 45],
    [2, 50, 50],
    [1, 50, 1],
    [5, 212, 210],
    // Two layers, as in table I of Deb and Jain.
    [8, 156, 156],
    [10, 275, 275],
    [10, 5, 10],
  ])('gives for %i objectives and at most %i directions %i', (m, limit, count) => {
    const directions = referenceDirections(m, limit)
    expect(directions).toHaveLength(count)
    expect(new Set(directions.map(String)).size).toBe(count)
    for (const w of directions) {
      expect(w.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
      expect(Math.min(...w)).toBeGreaterThanOrEqual(0)
    }
  })

  it('counts binomially', () => {
    expect(countDirections(3, 12)).toBe(91)
    expect(countDirections(15, 2)).toBe(120)
  })
})

describe('normalise', () => {
  it('puts the ideal point to 0 and the intercepts of the plane through the extremes to 1', () => {
    const plane = [
      [10, 5, 100],
      [14, 5, 100],
      [10, 7, 100],
      [10, 5, 900],
      [12, 6, 300],
    ]
    const points = normalise(
      plane,
      plane.map(() => true),
    )
    expect([...points[1]!]).toEqual([1, 0, 0])
    expect([...points[2]!]).toEqual([0, 1, 0])
    expect([...points[3]!]).toEqual([0, 0, 1])
    expect([...points[4]!]).toEqual([0.5, 0.5, 0.25])
  })

  it('falls back on the worst of the first front, and copes with infinite losses', () => {
    const points = normalise(
      [
        [0, 0],
        [0, 4],
        [2, Infinity],
        [-Infinity, 1],
      ],
      [true, true, false, true],
    )
    expect(points.every((p) => p.every(Number.isFinite))).toBe(true)
    expect([...points[0]!]).toEqual([0, 0])
  })
})
