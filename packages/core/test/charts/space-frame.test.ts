import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SpaceChart, SpaceScale } from '../../src/index.ts'
import { linearAt, spaceFrame, thinChart, usualTurn } from '../../src/index.ts'

const scale = (name: string, good?: 'low' | 'high'): SpaceScale => ({
  axis: { name, ...(good === undefined ? {} : { good }) },
  ticks: [0.1, 0.5, 0.9].map((at) => ({ at, text: String(at) })),
})
const scales = [scale('loss', 'low'), scale('speed', 'high'), scale('size', 'low')] as const
const size = { width: 500, height: 300 }
const corners = [0, 1].flatMap((x) => [0, 1].flatMap((y) => [0, 1].map((z) => [x, y, z] as const)))

describe('a box of three axes', () => {
  it('fits into its picture from every side', () => {
    const angle = fc.double({ min: -1.45, max: 1.45, noNaN: true })
    fc.assert(
      fc.property(fc.double({ min: -9, max: 9, noNaN: true }), angle, (yaw, pitch) => {
        const { across, down, away, texts } = spaceFrame(scales, {
          ...size,
          turn: { ...usualTurn, yaw, pitch },
        })
        for (const corner of corners) {
          const [x, y] = [linearAt(across, ...corner), linearAt(down, ...corner)]
          expect(x).toBeGreaterThan(0)
          expect(x).toBeLessThan(size.width)
          expect(y).toBeGreaterThan(0)
          expect(y).toBeLessThan(size.height)
          expect(Math.abs(linearAt(away, ...corner))).toBeLessThan(1.001)
        }
        for (const { x, y } of texts.filter(({ kind }) => kind === 'title')) {
          expect(x).toBeGreaterThanOrEqual(0)
          expect(x).toBeLessThanOrEqual(size.width)
          expect(y).toBeLessThanOrEqual(size.height)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('has its grid on the faces at the back, wherever it is seen from', () => {
    for (const [yaw, pitch] of [
      [-0.6, 0.4],
      [0.6, 0.4],
      [2.5, 0.4],
      [-2.5, -0.4],
    ] as const) {
      const { across, down, away, lines } = spaceFrame(scales, {
        ...size,
        turn: { ...usualTurn, yaw, pitch },
      })
      const nearest = corners.toSorted((a, b) => linearAt(away, ...a) - linearAt(away, ...b))[0]!
      const [x, y] = [linearAt(across, ...nearest), linearAt(down, ...nearest)]
      const isThere = (a: number, b: number): boolean => Math.hypot(a - x, b - y) < 0.1
      const touching = lines.filter(({ x1, y1, x2, y2 }) => isThere(x1, y1) || isThere(x2, y2))
      expect(touching).toEqual([])
      expect(lines.filter(({ kind }) => kind === 'edge')).toHaveLength(9)
    }
  })

  it('names its axes with the direction that is better, as it is seen', () => {
    const titles = (yaw: number): string[] =>
      spaceFrame(scales, { ...size, turn: { ...usualTurn, yaw } })
        .texts.filter(({ kind }) => kind === 'title')
        .map(({ text }) => text)
    expect(titles(-0.6)).toEqual(['loss ←', 'speed →', 'size ↓'])
    // From the other side the low end of both lies at the right.
    expect(titles(-0.6 + Math.PI)).toEqual(['loss →', 'speed ←', 'size ↓'])
  })
})

it('many points in space are thinned, those that stand out last', () => {
  const points = (count: number): [number, number, number][] =>
    Array.from({ length: count }, (_, i) => [i, i, i])
  const chart: SpaceChart = {
    ...{ kind: 'space', title: 'Front', axes: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    marks: [
      { kind: 'points', name: 'dominated', points: points(9000) },
      { kind: 'points', name: 'front', points: points(50) },
    ],
  }
  const thin = thinChart(chart, { points: 1000 })
  expect(thin.marks.map(({ points: kept }) => kept.length)).toEqual([950, 50])
  expect(thin.subtitle).toBe('1000 of 9050 points drawn')
})
