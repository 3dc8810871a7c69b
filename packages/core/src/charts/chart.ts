/**
 * A chart as plain data: what is drawn, with names and units, but not how. One description serves the
 * browser, SVG files and a text; `chartOption` turns it into ECharts' options.
 */
export interface Chart {
  readonly kind?: 'plane'
  readonly title: string
  /** One line under the title: what is seen, how many trials or seeds it stands on. */
  readonly subtitle?: string
  /** What it says, in one sentence, for those who do not see it; default: `chartSummary` finds one. */
  readonly summary?: string
  /** Why there is nothing to draw; stands in the middle of the empty picture. */
  readonly note?: string
  readonly x: Axis
  readonly y: Axis
  /** In drawing order, the last one on top. */
  readonly marks: readonly Mark[]
}

/** Anything that can be drawn. */
export type AnyChart = Chart | ParallelChart | SpaceChart

/** Parallel coordinates: an axis a column of the study, a line a trial. */
export interface ParallelChart {
  readonly kind: 'parallel'
  readonly title: string
  readonly subtitle?: string
  readonly summary?: string
  readonly note?: string
  /** From left to right. */
  readonly axes: readonly Axis[]
  /** In drawing order, the last one on top. */
  readonly lines: readonly ParallelLine[]
  /** What the colour of a line tells, and which end of it is good. */
  readonly value: Axis
  readonly good: 'low' | 'high'
  /** The names of groups of lines that stand aside, in order, and the axis that they end beside. */
  readonly aside: readonly string[]
  readonly asideAxis: number
}

export interface ParallelLine {
  /** The trial it tells of; without a name it is called `trial 17`. */
  readonly trial?: number
  readonly name?: string
  /** By axis; NaN leaves a gap, such as for a parameter that the trial does not have. */
  readonly values: readonly number[]
  /** What its colour tells. */
  readonly value?: number
  /** The group it stands aside with, such as `failed`. */
  readonly aside?: string
  /** The best one, or one of the front. */
  readonly best?: boolean
}

export const isParallel = (chart: AnyChart): chart is ParallelChart => chart.kind === 'parallel'

/** Points on three axes, such as a front of three objectives. */
export interface SpaceChart {
  readonly kind: 'space'
  readonly title: string
  readonly subtitle?: string
  readonly summary?: string
  readonly note?: string
  /** The third one stands upright. None has categories. */
  readonly axes: readonly [x: Axis, y: Axis, z: Axis]
  /** In drawing order, of points at the same place the last one on top. */
  readonly marks: readonly SpacePoints[]
}

export interface SpacePoints extends Pick<
  PointsMark,
  'kind' | 'name' | 'colour' | 'shape' | 'trials'
> {
  readonly points: readonly Place[]
}

export type Place = readonly [x: number, y: number, z: number]

export const isSpace = (chart: AnyChart): chart is SpaceChart => chart.kind === 'space'

/** What a point or span of a mark is called; undefined when nothing says so. */
export function labelAt(
  { labels, trials }: Pick<PointsMark, 'labels' | 'trials'>,
  i: number,
): string | undefined {
  const trial = trials?.[i]
  return labels?.[i] ?? (trial === undefined ? undefined : `trial ${trial}`)
}

/** What a line of parallel coordinates is called. */
export const lineName = ({ name, trial }: ParallelLine): string => name ?? `trial ${trial}`

/** Every axis has a name; numbers with a unit have it too. */
export interface Axis {
  readonly name: string
  /** Such as `s`, `%` or `MB`; left out for numbers without one. */
  readonly unit?: string
  /** Default linear. A log axis leaves out what is not positive. */
  readonly scale?: 'linear' | 'log' | 'categories'
  /** Of a scale of categories, in order; positions on the axis are their indices. */
  readonly labels?: readonly string[]
  /** Default: what the data need. */
  readonly min?: number
  readonly max?: number
  /**
   * The column of the study that stands on it, in its unit, as `columnValues` takes it: `trial`,
   * `param:lr`, `metric:loss`, `shown:loss`, `seconds` … A range of the axis tells trials apart by it.
   */
  readonly column?: string
  /** Which end of it is the better one, of what is optimised. */
  readonly good?: 'low' | 'high'
  /** Whether it tells of times, in milliseconds since the epoch. */
  readonly time?: boolean
}

/** Positions are [x, y] on the axes; what is not finite leaves a gap. */
export type Mark =
  | LineMark
  | BandMark
  | PointsMark
  | BarsMark
  | HeatMark
  | SurfaceMark
  | SpansMark
  | RuleMark

export type Position = readonly [x: number, y: number]

interface Named {
  /** What the legend says; marks of the same name share a colour. */
  readonly name: string
  /** A place in the palette, from 0; default: in order of the names. */
  readonly colour?: number
}

export interface LineMark extends Named {
  readonly kind: 'line'
  readonly points: readonly Position[]
  readonly dashed?: boolean
  /** Level until the next point, such as a best value so far. */
  readonly step?: boolean
  /** Out of many of its kind: thin and pale, without an entry of its own in the legend. */
  readonly faint?: boolean
  /** The trial it tells of. */
  readonly trial?: number
}

/** Between two curves, such as quartiles or an interval. */
export interface BandMark extends Named {
  readonly kind: 'band'
  readonly points: readonly (readonly [x: number, low: number, high: number])[]
  /** As that of a line. */
  readonly step?: boolean
}

export interface PointsMark extends Named {
  readonly kind: 'points'
  readonly points: readonly Position[]
  /** By point the trial it tells of. */
  readonly trials?: readonly number[]
  /** By point what it is called; default: by its trial, such as `trial 17`. */
  readonly labels?: readonly string[]
  /**
   * By point what is true of its y where it is drawn elsewhere: a result beyond the end of the axis, or
   * words where there is none.
   */
  readonly told?: readonly (number | string)[]
  readonly shape?: 'circle' | 'diamond' | 'triangle' | 'cross'
  /** Colours by point, and what they tell; they take the place of the mark's own. */
  readonly shades?: { readonly value: Axis; readonly values: readonly number[] }
}

/** On an axis of categories: a bar for each of its labels; bars of several marks stand side by side. */
export interface BarsMark extends Named {
  readonly kind: 'bars'
  readonly values: readonly number[]
  /** By bar, an interval around its value. */
  readonly intervals?: readonly (readonly [low: number, high: number])[]
}

/** Coloured cells on two axes of categories. */
export interface HeatMark extends Named {
  readonly kind: 'heat'
  readonly cells: readonly (readonly [x: number, y: number, value: number])[]
  /** What the colour tells. */
  readonly value: Axis
}

/**
 * A function of both axes in coloured cells that fill the picture: an axis of numbers, whose `min` and
 * `max` must be set, is cut into cells of the same size on its scale; one of categories into one cell
 * a label, so that nothing is drawn between categories.
 */
export interface SurfaceMark extends Named {
  readonly kind: 'surface'
  /** By row from the bottom, then by column; NaN leaves a cell out. */
  readonly rows: readonly (readonly number[])[]
  /** What the colour tells. */
  readonly value: Axis
}

/** Spans of x on the rows of a y axis of categories, such as when a worker was busy. */
export interface SpansMark extends Named {
  readonly kind: 'spans'
  readonly spans: readonly (readonly [row: number, from: number, to: number])[]
  /** By span the trial it tells of. */
  readonly trials?: readonly number[]
  /** By span what it is called; default: by its trial. */
  readonly labels?: readonly string[]
}

/** A straight line for orientation: at an x, at a y, or the diagonal y = x. */
export interface RuleMark extends Named {
  readonly kind: 'rule'
  readonly at: { readonly x: number } | { readonly y: number } | 'diagonal'
}
