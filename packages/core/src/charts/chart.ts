/**
 * A chart as plain data: what is drawn, with names and units, but not how. One description serves the
 * browser, SVG files and a text; `chartOption` turns it into ECharts' options.
 */
export interface Chart {
  readonly title: string
  /** One line under the title: what is seen, how many trials or seeds it stands on. */
  readonly subtitle?: string
  readonly x: Axis
  readonly y: Axis
  /** In drawing order, the last one on top. */
  readonly marks: readonly Mark[]
}

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
}

/** Positions are [x, y] on the axes; what is not finite leaves a gap. */
export type Mark = LineMark | BandMark | PointsMark | BarsMark | HeatMark | RuleMark

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
}

/** Between two curves, such as quartiles or an interval. */
export interface BandMark extends Named {
  readonly kind: 'band'
  readonly points: readonly (readonly [x: number, low: number, high: number])[]
}

export interface PointsMark extends Named {
  readonly kind: 'points'
  readonly points: readonly Position[]
  /** By point what it is called, such as `trial 17`. */
  readonly labels?: readonly string[]
  readonly shape?: 'circle' | 'diamond' | 'triangle' | 'cross'
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

/** A straight line for orientation: at an x, at a y, or the diagonal y = x. */
export interface RuleMark extends Named {
  readonly kind: 'rule'
  readonly at: { readonly x: number } | { readonly y: number } | 'diagonal'
}
