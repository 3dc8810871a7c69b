import { describe, expect, test } from 'vitest'

import { fitted, frameOf, roughly } from '../../src/plot/frame.ts'
import { movedZoom, scaledZoom, zoomTo } from '../../src/plot/zoom-steps.ts'
import { wholeOf } from '../../src/plot/scene.ts'
import { look, planeOf, pointsOf } from './made-charts.ts'

const open = (high: number) =>
  planeOf(
    [
      pointsOf([
        [0, 0],
        [high, high],
      ]),
    ],
    {
      x: { name: 'trial', column: 'trial' },
      y: { name: 'loss' },
      range: { x: { min: 0, max: high, whole: true }, y: { min: 0, max: high, whole: false } },
    },
  )
const size = { width: 600, height: 300, look }

describe('a frame', () => {
  test('shows new data when nobody has zoomed', () => {
    expect(frameOf(open(10), size).scene.x.high).toBeCloseTo(10.4, 9)
    expect(frameOf(open(1000), size).scene.x.high).toBeCloseTo(1040, 9)
  })

  test('stays where somebody has zoomed when data come', () => {
    const { scene } = frameOf(open(10), size)
    const zoom = zoomTo(scene, { left: 200, top: 60, width: 150, height: 100 })
    const before = frameOf(open(10), { ...size, zoom }).scene
    const after = frameOf(open(1000), { ...size, zoom }).scene
    expect([after.x.low, after.x.high]).toEqual([before.x.low, before.x.high])
    expect([after.y.low, after.y.high]).toEqual([before.y.low, before.y.high])
    expect(before.x.low).toBeGreaterThan(0)
  })

  test('keeps labels within its width, however long names are', () => {
    const labels = Array.from({ length: 40 }, (_, i) => `${'long_name_'.repeat(19)}${i}`)
    const chart = planeOf(
      [
        {
          kind: 'bars',
          name: 'a',
          colour: 0,
          values: new Float64Array(40).fill(1),
          intervals: new Float64Array(),
        },
      ],
      {
        x: { name: 'share', min: 0 },
        y: { name: 'parameter', scale: 'categories', labels },
        range: { x: { min: 1, max: 1, whole: true }, y: { min: -0.5, max: 39.5, whole: true } },
      },
    )
    const { scene, texts } = frameOf(chart, { ...size, width: 390 })
    expect(scene.area.width).toBeGreaterThan(200)
    const names = texts.filter(({ full }) => labels.includes(full ?? ''))
    // Forty rows in 240 pixels: every third one has a name, each whole when asked for.
    expect(names.length).toBeGreaterThan(5)
    expect(names.length).toBeLessThan(21)
    expect(names.every(({ text, x }) => roughly(text, 11) <= x)).toBe(true)
  })

  test('leaves the axes of an empty chart without ticks', () => {
    const { texts } = frameOf({ ...open(10), note: 'No trial yet.' }, size)
    expect(texts.map(({ text }) => text)).toEqual(['loss', 'trial'])
  })
})

describe('zoom by steps', () => {
  const { scene } = frameOf(open(10), size)

  test('keeps the place under the pointer', () => {
    const at = [250, 120] as const
    const zoom = scaledZoom(scene, wholeOf(open(10)), at, 0.5)
    const near = frameOf(open(10), { ...size, zoom }).scene
    expect(near.x.valueAt(at[0])).toBeCloseTo(scene.x.valueAt(at[0]), 6)
    expect(near.y.valueAt(at[1])).toBeCloseTo(scene.y.valueAt(at[1]), 6)
  })

  test('moves with the pointer', () => {
    const zoom = movedZoom(scene, 100, 0)
    const moved = frameOf(open(10), { ...size, zoom }).scene
    expect(moved.x.at(5)).toBeCloseTo(scene.x.at(5) + 100, 6)
  })
})

test('a text that does not fit loses its middle', () => {
  expect(fitted('short', 100, 12, roughly)).toBe('short')
  const cut = fitted('a_very_long_name_of_a_parameter', 80, 12, roughly)
  expect(roughly(cut, 12)).toBeLessThanOrEqual(80)
  expect(cut).toContain('…')
})

test('lying bars leave room for their values within the picture', () => {
  const bars = {
    ...({ kind: 'bars', name: 'share', colour: 0 } as const),
    values: Float64Array.of(30, 80),
    intervals: Float64Array.of(20, 40, 60, 95),
  }
  const chart = planeOf([bars], {
    x: { name: 'share', unit: '%', min: 0 },
    y: { name: 'parameter', scale: 'categories', labels: ['a', 'b'] },
    range: { x: { min: 0, max: 95, whole: true }, y: { min: -0.5, max: 1.5, whole: true } },
  })
  const { scene } = frameOf(chart, size)
  expect(scene.area.left + scene.area.width - scene.x.at(95)).toBeCloseTo(46, 6)
})
