import { describe, expect, test } from 'vitest'

import { addDot, addSegment, binPixels, createBins } from '../../src/plot/density.ts'
import { drawParallel } from '../../src/plot/draw-parallel.ts'
import { drawPlane } from '../../src/plot/draw-plane.ts'
import { createHits, describeHit } from '../../src/plot/hits.ts'
import type { PackedMark, PackedPlane } from '../../src/plot/packed-chart.ts'
import {
  keptLines,
  lineAt,
  movedOrder,
  orderOf,
  parallelFrame,
} from '../../src/plot/parallel-frame.ts'
import { sceneOf } from '../../src/plot/scene.ts'
import type { Work } from '../../src/plot/slices.ts'
import type { SvgPen } from '../../src/plot/svg-pen.ts'
import { svgPen } from '../../src/plot/svg-pen.ts'
import { look, parallelOf, planeOf, pointsOf } from './made-charts.ts'

const area = { left: 0, top: 0, width: 100, height: 100 }
const drawn = (draw: (pen: SvgPen) => Work): string => {
  const pen = svgPen('sans-serif', ({ width, height }) => `${width}x${height}`)
  for (const _ of draw(pen));
  return pen.parts.join('\n')
}
const plane = (
  marks: readonly PackedMark[],
  keep?: Uint8Array,
  more?: Partial<PackedPlane>,
): string => {
  const scene = sceneOf(planeOf(marks, more), area, look)
  return drawn((pen) => drawPlane(pen, scene, keep))
}

describe('marks of two axes', () => {
  test('stand where their numbers are; what is not finite is left out', () => {
    const svg = plane([
      pointsOf([
        [5, 5],
        [Number.NaN, 1],
        [1, Infinity],
      ]),
    ])
    // A circle of 7 pixels around 50, 50.
    expect(svg).toContain('M46.5 50a3.5 3.5')
    expect(svg.match(/M[\d.]+ [\d.]+a/g)).toHaveLength(1)
  })

  test('are only those of a selection, lines and rules without trials left out', () => {
    const rule: PackedMark = { kind: 'rule', name: 'r', colour: 1, at: { x: 3 } }
    const marks = [
      pointsOf([
        [1, 1],
        [5, 5],
        [9, 9],
      ]),
      rule,
    ]
    const svg = plane(marks, Uint8Array.of(0, 0, 1))
    expect(svg).toContain('M86.5 10a')
    expect(svg).not.toContain('M46.5 50a')
    expect(svg).not.toContain('stroke-dasharray')
    expect(plane(marks)).toContain('stroke-dasharray')
  })

  test('leave gaps in lines, and are level until the next point in steps', () => {
    const line = {
      kind: 'line',
      name: 'l',
      colour: 0,
      dashed: false,
      faint: false,
      trial: -1,
    } as const
    const xy = Float64Array.of(0, 0, 5, 5, Number.NaN, Number.NaN, 6, 6, 10, 10)
    expect(plane([{ ...line, step: false, xy }])).toContain('M0 100L50 50M60 40L100 0')
    expect(plane([{ ...line, step: true, xy }])).toContain('M0 100L50 100L50 50M60 40L100 40L100 0')
  })

  test('are a density layer when they are very many, with few ones on top of it', () => {
    const many = pointsOf(Array.from({ length: 21_000 }, (_, i) => [i % 10, (i * 7) % 10] as const))
    const few = pointsOf([[5, 5]], { name: 'best', shape: 'diamond', trials: Int32Array.of(3) })
    const svg = plane([many, few])
    expect(svg).toContain('href="100x100"')
    expect(svg.match(/<path/g)).toHaveLength(1)
  })

  test('spread points of trials within their category, the same each time', () => {
    const more: Partial<PackedPlane> = {
      x: { name: 'act', scale: 'categories', labels: ['a', 'b'] },
      range: { x: { min: -0.5, max: 1.5, whole: true }, y: { min: 0, max: 10, whole: false } },
    }
    const points = pointsOf(Array.from({ length: 40 }, () => [0, 5] as const))
    const hits = createHits(sceneOf(planeOf([points], more), area, look))
    const xs = Array.from(hits.xy).filter((_, i) => i % 2 === 0)
    expect(new Set(xs).size).toBeGreaterThan(30)
    expect(xs.every((x) => x > 0 && x < 50)).toBe(true)
    expect(plane([points], undefined, more)).toBe(plane([points], undefined, more))
  })
})

describe('what is pointed at', () => {
  test('is the nearest point with what it tells', () => {
    const chart = planeOf([
      pointsOf([
        [1, 1],
        [5, 5.25],
      ]),
    ])
    const hits = createHits(sceneOf(chart, area, look))
    const hit = hits.at(52, 49, 14)!
    expect(hit.trial).toBe(1)
    expect(describeHit(chart, hit)).toEqual({
      title: 'trial 1',
      mark: 'complete',
      facts: [{ name: 'loss', value: '5.25 nats' }],
    })
    expect(hits.at(30, 30, 5)).toBeUndefined()
    expect(hits.ofTrial(0)?.x).toBeCloseTo(10)
    expect(hits.ofTrial(99)).toBeUndefined()
  })

  test('is a bar, a cell or a span wherever the pointer is on it', () => {
    const labels = ['a', 'b']
    const range = { x: { min: 0, max: 10, whole: false }, y: { min: -0.5, max: 1.5, whole: true } }
    const y = { name: 'row', scale: 'categories', labels } as const
    const spans: PackedMark = {
      ...{ kind: 'spans', name: 'complete', colour: 0 },
      spans: Float64Array.of(0, 1, 4, 1, 2, 9),
      trials: Int32Array.of(3, 8),
    }
    const timeline = planeOf([spans], { y, range })
    const span = createHits(sceneOf(timeline, area, look)).at(80, 25, 10)!
    expect(span.trial).toBe(8)
    expect(describeHit(timeline, span).facts).toContainEqual({ name: 'took', value: '7' })
    const cells: PackedMark = {
      ...{ kind: 'cells', name: 'mean', colour: 0, columns: 2, rows: 2, value: { name: 'mean' } },
      values: Float64Array.of(1, 2, 3, Number.NaN),
    }
    const heat = planeOf([cells], {
      x: { name: 'col', scale: 'categories', labels },
      y,
      range: { x: range.y, y: range.y },
    })
    const heatHits = createHits(sceneOf(heat, area, look))
    expect(describeHit(heat, heatHits.at(75, 75, 5)!).title).toBe('2')
    expect(heatHits.at(75, 25, 5)).toBeUndefined()
  })
})

describe('density', () => {
  test('is more opaque where more lie on each other, up to full', () => {
    const bins = createBins(10, 10, false)
    for (let k = 0; k < 100; k++) addDot(bins, 2, 2, 0)
    addDot(bins, 7, 7, 0)
    const { data } = binPixels(bins, ['#ff0000'], 0.3)
    const alpha = (x: number, y: number): number => data[4 * (10 * y + x) + 3]!
    expect(alpha(1, 1)).toBe(255)
    expect(alpha(7, 7)).toBeGreaterThan(70)
    expect(alpha(7, 7)).toBeLessThan(90)
    expect(alpha(5, 5)).toBe(0)
  })

  test('has the mean of shades as its colour', () => {
    const bins = createBins(4, 4, true)
    addDot(bins, 2, 2, 0)
    addDot(bins, 2, 2, 2)
    const { data } = binPixels(bins, ['#000000', '#00ff00', '#ffffff'])
    expect([...data.slice(4 * 5, 4 * 5 + 3)]).toEqual([0, 255, 0])
  })

  test('passes over what lies outside', () => {
    const bins = createBins(4, 4, false)
    addSegment(bins, -100, 2, 100, 2, 1, 0)
    addSegment(bins, Number.NaN, 0, 1, 1, 1, 0)
    addDot(bins, -50, 50, 0)
    expect([...bins.counts].filter((n) => n > 0)).toHaveLength(4)
  })
})

describe('parallel coordinates', () => {
  const chart = parallelOf()
  const frame = parallelFrame(chart, { width: 600, height: 300, look })

  test('have gaps for what a trial does not have, those that failed beside the axis, the best on top', () => {
    const svg = drawn((pen) => drawParallel(pen, frame))
    const [failed, worst, gap, best] = svg.split('\n') as [string, string, string, string]
    expect(failed).toContain('stroke-dasharray')
    expect(worst.match(/[ML]/g)?.join('')).toBe('MLL')
    // One before the gap and one behind it, each a dash.
    expect(gap.match(/[ML]/g)?.join('')).toBe('MLML')
    expect(best).toContain(look.palette[1])
  })

  test('show only lines that are selected and among the best', () => {
    expect(keptLines(chart, undefined, 100)).toBeUndefined()
    expect([...keptLines(chart, undefined, 50)!]).toEqual([0, 0, 1, 1])
    const mask = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 1)
    expect([...keptLines(chart, mask, 100)!]).toEqual([1, 0, 0, 1])
    expect([...keptLines(chart, mask, 1)!]).toEqual([0, 0, 0, 1])
  })

  test('find the line that passes a place', () => {
    const [lr, dropout] = frame.axes
    const middle = (lr!.x + dropout!.x) / 2
    const y = (lr!.scale.at(0.9) + dropout!.scale.at(0.2)) / 2
    expect(lineAt(frame, middle, y + 2, undefined)).toBe(1)
    expect(lineAt(frame, middle, y + 2, Uint8Array.of(1, 0, 1, 0))).toBe(-1)
  })

  test('keep axes where they were put, new ones behind them', () => {
    expect(movedOrder(frame, 0, 2)).toEqual(['dropout', 'loss', 'lr'])
    expect(orderOf(chart, ['loss', 'gone'])).toEqual([2, 0, 1])
  })

  test('are wider than their box when axes are many', () => {
    const axes = Array.from({ length: 60 }, (_, i) => ({ ...chart.axes[0]!, name: `weight_${i}` }))
    const wide = parallelFrame({ ...chart, axes }, { width: 390, height: 300, look })
    expect(wide.width).toBeGreaterThan(3000)
    const xs = wide.axes.map(({ x }) => x)
    expect(xs.every((x, i) => i === 0 || x - xs[i - 1]! >= 60)).toBe(true)
  })
})

test('a tooltip tells what is true where a point is drawn elsewhere', () => {
  const mark = pointsOf(
    [
      [1, 10],
      [2, 10],
      [3, 10],
    ],
    { told: [25, Infinity, 'failed, no result'] },
  )
  const chart = planeOf([mark])
  const told = [0, 1, 2].map((index) => {
    const { facts } = describeHit(chart, { mark, index, trial: index, x: 0, y: 0, place: index })
    return facts.map(({ name, value }) => `${name} ${value}`).join()
  })
  expect(told).toEqual(['loss 25 nats', 'loss ∞ nats', 'loss failed, no result'])
})

test('many lines are drawn between the axes that they have values on, and no others', () => {
  const lines = 5000
  const chart = {
    ...parallelOf(),
    values: Float64Array.from({ length: 3 * lines }, (_, i) =>
      i % 3 === 2 ? Number.NaN : (i % 997) / 997,
    ),
    trials: Int32Array.from({ length: lines }, (_, i) => i),
    shades: new Float64Array(lines).fill(0.5),
    best: new Uint8Array(lines),
    asides: new Uint8Array(lines),
  }
  const frame = parallelFrame(chart, { width: 300, height: 200, look })
  const columns = new Set<number>()
  let wide = 0
  const pen = svgPen('sans-serif', ({ data, width }) => {
    wide = width
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) columns.add(((i - 3) / 4) % width)
    return ''
  })
  for (const _ of drawParallel(pen, frame));
  expect(columns.size).toBeGreaterThan(wide / 2 - 3)
  expect(Math.max(...columns)).toBeLessThan(wide / 2 + 1)
})
