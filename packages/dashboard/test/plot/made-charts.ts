import { lookOf } from '@attune/core'

import type { PlotLook } from '../../src/plot/look.ts'
import type {
  PackedMark,
  PackedParallel,
  PackedPlane,
  PackedPoints,
} from '../../src/plot/packed-chart.ts'

export const look: PlotLook = { ...lookOf('light'), font: 'sans-serif', accent: '#0072b2' }

export function pointsOf(
  places: readonly (readonly [number, number])[],
  more?: Partial<PackedPoints>,
): PackedPoints {
  return {
    ...{ kind: 'points', name: 'complete', colour: 0, shape: 'circle' },
    xy: Float64Array.from(places.flat()),
    trials: Int32Array.from(places, (_, i) => i),
    ...more,
  }
}

/** Trials across and loss up, both from 0 to 10, where both axes tell trials apart. */
export function planeOf(
  marks: readonly PackedMark[],
  more: Partial<PackedPlane> = {},
): PackedPlane {
  return {
    ...{ kind: 'plane', key: 'a', title: 'loss by trial', summary: 'loss by trial: three.' },
    x: { name: 'trial', column: 'trial', min: 0, max: 10 },
    y: { name: 'loss', unit: 'nats', column: 'metric:loss', min: 0, max: 10 },
    range: { x: { min: 0, max: 10, whole: true }, y: { min: 0, max: 10, whole: false } },
    marks,
    ...more,
  }
}

/** Two parameters, of which the second one is sometimes missing, and the loss; the best line is last. */
export function parallelOf(): PackedParallel {
  const unit = { min: 0, max: 1, whole: false }
  const lines = [
    [0.5, Number.NaN, Number.NaN],
    [0.9, 0.2, 0.9],
    [0.1, Number.NaN, 0.5],
    [0.2, 0.8, 0.1],
  ]
  return {
    ...{ kind: 'parallel', key: 'p', title: 'Parameters and loss', summary: 'four lines.' },
    axes: [
      { name: 'lr', column: 'param:lr', range: unit },
      { name: 'dropout', column: 'param:dropout', range: unit },
      { name: 'loss', column: 'metric:loss', range: unit },
    ],
    values: Float64Array.from(lines.flat()),
    trials: Int32Array.of(4, 5, 6, 7),
    shades: Float64Array.of(Number.NaN, 0.9, 0.5, 0.1),
    best: Uint8Array.of(0, 0, 0, 1),
    asides: Uint8Array.of(1, 0, 0, 0),
    value: { name: 'loss', min: 0.1, max: 0.9 },
    ...{ good: 'low', aside: ['failed'], asideAxis: 2 },
  }
}
