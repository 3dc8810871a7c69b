import { describe, expect, test } from 'vitest'

import { brushBox, brushConditions, isWithin, lassoConditions } from '../../src/plot/brush.ts'
import type { PackedPlane } from '../../src/plot/packed-chart.ts'
import { sceneOf } from '../../src/plot/scene.ts'
import { look, planeOf, pointsOf } from './made-charts.ts'

const area = { left: 0, top: 0, width: 100, height: 100 }
const places = [
  [1, 1],
  [5, 5],
  [9, 9],
] as const
const sceneWith = (more: Partial<PackedPlane> = {}) =>
  sceneOf(planeOf([pointsOf(places)], more), area, look)

describe('a rectangle on a chart', () => {
  test('gives a range of each axis, whole where only whole numbers stand', () => {
    const scene = sceneWith()
    const box = brushBox(scene, 14, 12, 76, 58)
    expect(brushConditions(scene, box)).toEqual([
      { kind: 'range', column: 'trial', low: 2, high: 7 },
      { kind: 'range', column: 'metric:loss', low: 4.2, high: 8.8 },
    ])
  })

  test('means one axis when it is a stroke along it', () => {
    const scene = sceneWith()
    expect(brushConditions(scene, brushBox(scene, 20, 50, 60, 52))).toEqual([
      { kind: 'range', column: 'trial', low: 2, high: 6 },
    ])
  })

  test('spans an axis that tells no trials apart', () => {
    const scene = sceneWith({ y: { name: 'share', min: 0, max: 10 } })
    const box = brushBox(scene, 20, 40, 60, 60)
    expect(box).toEqual({ left: 20, top: 0, width: 40, height: 100 })
    expect(brushConditions(scene, box)).toEqual([
      { kind: 'range', column: 'trial', low: 2, high: 6 },
    ])
  })

  test('gives the trials within it when no axis tells them apart', () => {
    const scene = sceneWith({
      x: { name: 'a', min: 0, max: 10 },
      y: { name: 'b', min: 0, max: 10 },
    })
    const box = brushBox(scene, 30, 0, 100, 70)
    expect(brushConditions(scene, box)).toEqual([{ kind: 'trials', trials: [1, 2] }])
  })

  test('gives labels of categories', () => {
    const labels = ['a', 'b', 'c', 'd']
    const scene = sceneWith({
      x: { name: 'act', column: 'param:act', scale: 'categories', labels },
      range: { x: { min: -0.5, max: 3.5, whole: true }, y: { min: 0, max: 10, whole: false } },
    })
    // Four categories of 25 pixels; the middles of the second and third one lie within.
    const box = { left: 30, top: 0, width: 40, height: 100 }
    expect(brushConditions(scene, box)).toEqual([
      { kind: 'labels', column: 'param:act', labels: ['b', 'c'] },
    ])
  })

  test('keeps the digits of small numbers on a log axis', () => {
    const scene = sceneWith({
      x: { name: 'lr', column: 'param:lr', scale: 'log', min: 1e-9, max: 1 },
      range: {
        x: { min: 1e-9, max: 1, whole: false, base: 10 },
        y: { min: 0, max: 10, whole: false },
      },
    })
    const [range] = brushConditions(scene, { left: 0.5, top: 0, width: 49.5, height: 100 })
    expect(range).toEqual({ kind: 'range', column: 'param:lr', low: 1.109e-9, high: 3.162e-5 })
  })
})

describe('a loop', () => {
  test('has inside what lies within it, also where it is not convex', () => {
    // The shape of an L.
    const loop = [
      [0, 0],
      [10, 0],
      [10, 40],
      [40, 40],
      [40, 50],
      [0, 50],
    ] as const
    expect(isWithin(loop, 5, 20)).toBe(true)
    expect(isWithin(loop, 30, 45)).toBe(true)
    expect(isWithin(loop, 30, 20)).toBe(false)
  })

  test('selects the trials of points within, and none with too little of it', () => {
    const scene = sceneWith()
    const loop = [
      [0, 60],
      [60, 60],
      [60, 100],
      [0, 100],
    ] as const
    expect(lassoConditions(scene, loop)).toEqual([{ kind: 'trials', trials: [0] }])
    expect(lassoConditions(scene, loop.slice(0, 2))).toEqual([])
  })
})
