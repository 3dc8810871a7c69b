import { linearAt } from '@attune/core'
import type { SpaceChart } from '@attune/core'
import { describe, expect, test } from 'vitest'

import { packChart } from '../../src/data/pack-chart.ts'
import { chartRows } from '../../src/plot/chart-rows.ts'
import { chartSvg } from '../../src/plot/chart-svg.ts'
import { drawSpace } from '../../src/plot/draw-space.ts'
import { roughly } from '../../src/plot/frame.ts'
import type { PackedSpace } from '../../src/plot/packed-chart.ts'
import { describeSpaceHit, spaceHits, spaceLasso } from '../../src/plot/space-hits.ts'
import type { SpaceScene } from '../../src/plot/space-scene.ts'
import { spaceScene } from '../../src/plot/space-scene.ts'
import { magnified, turned } from '../../src/plot/space-turn.ts'
import { svgPen } from '../../src/plot/svg-pen.ts'
import { untouched } from '../../src/plot/zoom-store.ts'
import { look } from './made-charts.ts'

const chart: SpaceChart = {
  ...{ kind: 'space', title: 'Front of loss, time, size', summary: 'Front: four trials.' },
  axes: [
    { name: 'loss', good: 'low' },
    { name: 'time', unit: 's', scale: 'log' },
    { name: 'size', unit: 'MB' },
  ],
  marks: [
    {
      ...{ kind: 'points', name: 'dominated', colour: 5, trials: [0, 1, 2] },
      points: [
        [0.1, 1, 1],
        [0.9, 100, 5],
        // Not on a log axis.
        [0.5, 0, 3],
      ],
    },
    {
      kind: 'points',
      name: 'front',
      colour: 1,
      shape: 'diamond',
      trials: [7],
      points: [[0.5, 10, 3]],
    },
  ],
}
const packed = packChart(chart, 'key') as PackedSpace
const size = { width: 400, height: 300, look }
const scene = spaceScene(packed, size)

function drawn(of: SpaceScene, keep?: Uint8Array): readonly string[] {
  const pen = svgPen('sans-serif', () => '')
  for (const _ of drawSpace(pen, of, keep));
  return pen.parts
}

describe('points in space', () => {
  test('stand where their shares of the axes are, on a log axis by the logarithm', () => {
    const { frame, clouds } = scene
    // The middle of all three axes.
    const middle = [frame.across, frame.down].map((linear) => linearAt(linear, 0.5, 0.5, 0.5))
    expect([...clouds[1]!.xy]).toEqual(middle.map((x) => expect.closeTo(x, 3)))
    expect(Number.isNaN(clouds[0]!.xy[4]!)).toBe(true)
  })

  test('are drawn from the back to the front, only those that are kept', () => {
    const all = drawn(scene)
    expect(all).toHaveLength(3)
    const away = [...scene.clouds[0]!.away.subarray(0, 2)]
    const first = away[0]! > away[1]! ? 0 : 1
    const [x] = scene.clouds[0]!.xy.subarray(2 * first)
    // The path of a circle begins at its left.
    expect(Math.abs(Number(/M([\d.]+)/.exec(all[0]!)![1]) - x!)).toBeLessThan(6)
    const keep = Uint8Array.from({ length: 8 }, (_, trial) => (trial === 7 ? 1 : 0))
    expect(drawn(scene, keep)).toHaveLength(1)
    expect(drawn(spaceScene(packed, { ...size, hidden: new Set(['dominated']) }))).toHaveLength(1)
  })

  test('are found by pointers and told with their units', () => {
    const hits = spaceHits(scene)
    const [x, y] = scene.clouds[1]!.xy
    const hit = hits.at(x! + 3, y!, 12)!
    expect(hit.trial).toBe(7)
    expect(describeSpaceHit(packed, hit, 4)).toEqual({
      ...{ title: 'trial 7', mark: 'front' },
      facts: [
        { name: 'loss', value: '0.5' },
        { name: 'time', value: '10 s' },
        { name: 'size', value: '3 MB' },
      ],
    })
    expect(hits.at(2, 2, 12)).toBeUndefined()
    expect(hits.ofTrial(1)?.index).toBe(1)
    expect(hits.ofTrial(2)).toBeUndefined()
  })

  test('are selected by a loop around where they are seen', () => {
    const [x, y] = scene.clouds[1]!.xy as unknown as [number, number]
    const around = [
      [x - 8, y - 8],
      [x + 8, y - 8],
      [x + 8, y + 8],
      [x - 8, y + 8],
    ] as const
    expect(spaceLasso(scene, around)).toEqual([{ kind: 'trials', trials: [7] }])
    const whole = [
      [-9, -9],
      [999, -9],
      [999, 999],
      [-9, 999],
    ] as const
    expect(spaceLasso(scene, whole)).toEqual([{ kind: 'trials', trials: [0, 1, 7] }])
    expect(spaceLasso(scene, whole.slice(0, 2))).toEqual([])
  })

  test('turn with a drag, what is in front following it, and never turn over', () => {
    const next = spaceScene(packed, { ...size, turn: turned(scene.turn, 20, 20) })
    const corners = [0, 1].flatMap((x) => [0, 1].map((y) => [x, y, 0] as const))
    const [front] = corners.toSorted(
      (a, b) => linearAt(scene.frame.away, ...a) - linearAt(scene.frame.away, ...b),
    )
    expect(linearAt(next.frame.across, ...front!)).toBeGreaterThan(
      linearAt(scene.frame.across, ...front!),
    )
    // From above the box is flatter: its upright axis is shorter beside the floor.
    const flatness = ({ frame: { across, down } }: SpaceScene): number =>
      -down[2] / Math.hypot(across[0], across[1])
    expect(flatness(next)).toBeLessThan(flatness(scene))
    expect(Math.abs(turned(scene.turn, 0, 1e6).pitch)).toBeLessThan(Math.PI / 2)
  })

  test('grow around the place of the pointer', () => {
    const at = [...scene.clouds[0]!.xy.subarray(0, 2)] as [number, number]
    const near = spaceScene(packed, { ...size, turn: magnified(scene, at, 0.5) })
    expect(near.clouds[0]!.xy[0]).toBeCloseTo(at[0], 2)
    expect(near.clouds[0]!.xy[1]).toBeCloseTo(at[1], 2)
    expect(near.turn.zoom).toBe(2)
  })

  test('are rows and an SVG file as well', () => {
    expect(chartRows(packed)).toEqual({
      columns: ['mark', 'trial', 'loss', 'time (s)', 'size (MB)'],
      rows: [
        ['dominated', 0, 0.1, 1, 1],
        ['dominated', 1, 0.9, 100, 5],
        ['dominated', 2, 0.5, 0, 3],
        ['front', 7, 0.5, 10, 3],
      ],
    })
    const svg = chartSvg(packed, {
      ...{ ...size, measure: roughly, view: untouched, toUrl: () => '' },
    })
    for (const text of ['loss ←', 'time (s)', 'size (MB)', 'dominated']) {
      expect(svg).toContain(`>${text}</text>`)
    }
    expect(svg).not.toContain('NaN')
  })
})
