import type { Axis, PointsMark } from '@attune/core'

/**
 * A chart as the page draws it: that of core with its numbers in flat arrays, so that a worker hands it
 * over without a copy, however many trials there are. `data/pack-chart.ts` makes it from core's charts.
 */
export type PackedChart = PackedPlane | PackedParallel | PackedSpace

interface PackedBase {
  /** Which chart it is, the same when its study has grown: zoom and brush belong to it. */
  readonly key: string
  readonly title: string
  readonly subtitle?: string
  /** What it says, in one sentence. */
  readonly summary: string
  /** Why there is nothing to draw. */
  readonly note?: string
}

/** Marks on two axes. `column` of an axis (see `Axis`) lets a brush on it select trials. */
export interface PackedPlane extends PackedBase {
  readonly kind: 'plane'
  readonly x: Axis
  readonly y: Axis
  /** What the marks need of each axis: ends, for a log axis its base. */
  readonly range: { readonly x: PackedRange; readonly y: PackedRange }
  readonly marks: readonly PackedMark[]
}

export interface PackedRange {
  readonly min: number
  readonly max: number
  readonly base?: 2 | 10
  /** Whether only whole numbers stand there. */
  readonly whole: boolean
}

interface PackedNamed {
  readonly name: string
  /** A place in the palette. */
  readonly colour: number
}

export type PackedMark =
  | PackedLine
  | PackedBand
  | PackedPoints
  | PackedBars
  | PackedCells
  | PackedSpans
  | PackedRule

export interface PackedLine extends PackedNamed {
  readonly kind: 'line'
  /** x, y after one another; NaN leaves a gap. */
  readonly xy: Float64Array
  readonly dashed: boolean
  readonly step: boolean
  readonly faint: boolean
  /** The trial it tells of, -1 for none. */
  readonly trial: number
}

export interface PackedBand extends PackedNamed {
  readonly kind: 'band'
  /** x, low, high after one another. */
  readonly xlh: Float64Array
  readonly step: boolean
}

export interface PackedPoints extends PackedNamed {
  readonly kind: 'points'
  readonly xy: Float64Array
  /** By point the trial it tells of, -1 for none; empty when none does. */
  readonly trials: Int32Array
  /** Names of points that are not trials. */
  readonly labels?: readonly string[]
  readonly shape: NonNullable<PointsMark['shape']>
  readonly shades?: { readonly value: Axis; readonly values: Float64Array }
  /** By point what is true of its y where it is drawn elsewhere: a value, or words. */
  readonly told?: readonly (number | string)[]
}

export interface PackedBars extends PackedNamed {
  readonly kind: 'bars'
  readonly values: Float64Array
  /** low, high after one another; empty without. */
  readonly intervals: Float64Array
}

/** Heat maps and surfaces alike: cells with a value each, NaN left out. */
export interface PackedCells extends PackedNamed {
  readonly kind: 'cells'
  /** By row from the bottom, then by column. */
  readonly values: Float64Array
  readonly columns: number
  readonly rows: number
  readonly value: Axis
}

export interface PackedSpans extends PackedNamed {
  readonly kind: 'spans'
  /** row, from, to after one another. */
  readonly spans: Float64Array
  readonly trials: Int32Array
  readonly labels?: readonly string[]
}

export interface PackedRule extends PackedNamed {
  readonly kind: 'rule'
  readonly at: { readonly x: number } | { readonly y: number } | 'diagonal'
}

/** Points on three axes. */
export interface PackedSpace extends PackedBase {
  readonly kind: 'space'
  readonly axes: readonly [x: RangedAxis, y: RangedAxis, z: RangedAxis]
  readonly marks: readonly PackedCloud[]
}

export type RangedAxis = Axis & { readonly range: PackedRange }

export interface PackedCloud extends PackedNamed {
  readonly kind: 'points'
  /** x, y, z after one another. */
  readonly xyz: Float64Array
  /** By point the trial it tells of, -1 for none; empty when none does. */
  readonly trials: Int32Array
  readonly shape: PackedPoints['shape']
}

export interface PackedParallel extends PackedBase {
  readonly kind: 'parallel'
  readonly axes: readonly RangedAxis[]
  /** By line, then by axis; NaN leaves a gap. */
  readonly values: Float64Array
  /** By line. */
  readonly trials: Int32Array
  /** By line, what its colour tells; NaN without. */
  readonly shades: Float64Array
  /** By line: 1 for the best ones. */
  readonly best: Uint8Array
  /** By line, its place in `aside` counted from 1; 0 for those that stand in the axes. */
  readonly asides: Uint8Array
  readonly value: Axis
  readonly good: 'low' | 'high'
  readonly aside: readonly string[]
  readonly asideAxis: number
}
