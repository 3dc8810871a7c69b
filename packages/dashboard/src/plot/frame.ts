import { axisWords, shortenName } from '@attune/core'
import type { Axis } from '@attune/core'

import type { PlotLook } from './look.ts'
import type { PackedPlane, PackedRange } from './packed-chart.ts'
import type { Box, TextStyle } from './pen.ts'
import type { Domain, Scale } from './scale.ts'
import type { Scene, Zoom } from './scene.ts'
import { sceneOf } from './scene.ts'
import type { Tick } from './ticks.ts'
import { everyNth, ticksOf } from './ticks.ts'

/** The width of a text in pixels, of a size in pixels. */
export type Measure = (text: string, size: number) => number

/** When nothing can be measured. */
export const roughly: Measure = (text, size) => 0.54 * size * text.length

export interface FrameText extends TextStyle {
  readonly text: string
  /** What was shortened, whole. */
  readonly full?: string
  readonly x: number
  readonly y: number
}

export interface FrameLine {
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
  readonly kind: 'grid' | 'minor' | 'axis' | 'tick'
}

/** A chart with everything around its marks, in the order in which it is drawn: lines, marks, texts. */
export interface Frame {
  readonly scene: Scene
  readonly lines: readonly FrameLine[]
  readonly texts: readonly FrameText[]
}

const size = { tick: 11, title: 12 } as const

export interface FrameOptions {
  readonly width: number
  readonly height: number
  readonly look: PlotLook
  readonly zoom?: Zoom
  readonly hidden?: ReadonlySet<string>
  readonly measure?: Measure
}

/** Where axes, ticks and names stand around a chart of so many pixels. */
export function frameOf(chart: PackedPlane, options: FrameOptions): Frame {
  const { width, height, look, measure = roughly } = options
  const top = 26
  // Ticks depend on the area and it on the width of theirs: first guessed, then known.
  const draft = sceneOf(
    chart,
    { left: 48, top, width: width - 64, height: height - 68 },
    look,
    options,
  )
  const yNames = yLabels(chart, draft, options)
  const wide = Math.max(14, ...yNames.map(({ text }) => measure(text, size.tick) + 10))
  // In steps, so that the picture does not tremble while somebody zooms.
  const left = 12 * Math.ceil(wide / 12)
  const right = 14
  const xNames = xLabels(chart, Math.max(1, width - left - right), draft.x, options)
  const bottom = (xNames.turn === 0 ? 20 : xNames.deep) + 20
  const area: Box = {
    ...{ left, top },
    width: Math.max(1, width - left - right),
    height: Math.max(1, height - top - bottom),
  }
  const scene = sceneOf(chart, area, look, options)
  const isEmpty = chart.note !== undefined
  const x = isEmpty ? { lines: [], texts: [] } : xAxis(scene, options)
  const y = isEmpty ? { lines: [], texts: [] } : yAxis(scene, options)
  return {
    scene,
    lines: [...y.lines, ...x.lines, ...borders(area)],
    texts: [...y.texts, ...x.texts, ...titles(chart, area, { width, height }, options)],
  }
}

function borders({ left, top, width, height }: Box): FrameLine[] {
  const bottom = top + height
  return [
    { x1: left, y1: bottom, x2: left + width, y2: bottom, kind: 'axis' },
    { x1: left, y1: top, x2: left, y2: bottom, kind: 'axis' },
  ]
}

/** The name of the y axis above it, that of the x axis below its end: both are read without turning. */
function titles(
  chart: PackedPlane,
  { left, top, width }: Box,
  { width: whole, height }: { readonly width: number; readonly height: number },
  { look, measure = roughly }: FrameOptions,
): FrameText[] {
  const style = { size: size.title, colour: look.soft } as const
  const fit = (
    axis: Axis,
    way: 'across' | 'up',
    room: number,
  ): { readonly text: string; readonly full: string } => {
    const full = axisWords(axis, way)
    const better = axis.good === undefined ? '' : ` (${axis.good} is better)`
    return { text: fitted(full, room, size.title, measure), full: `${full}${better}` }
  }
  return [
    { ...fit(chart.y, 'up', whole - 16), ...style, x: Math.min(left, 8), y: top - 12 },
    {
      ...{ ...fit(chart.x, 'across', width), ...style, anchor: 'end' },
      ...{ x: left + width, y: height - 6 },
    },
  ]
}

/** A text that fits into so many pixels; a long one loses its middle. */
export function fitted(text: string, room: number, height: number, measure: Measure): string {
  const whole = measure(text, height)
  if (whole <= room) return text
  return shortenName(text, Math.max(3, Math.floor((text.length * room) / whole) - 1))
}

interface Label extends Tick {
  readonly full?: string
}

const ticksFor = (axis: Axis, scale: Domain, wanted: number, range: PackedRange): Tick[] =>
  ticksOf(axis, scale, wanted, {
    whole: range.whole,
    ...(range.base === undefined ? {} : { base: range.base }),
  })

/** The ticks of the y axis with labels that fit beside the picture; crowded ones are thinned. */
function yLabels(chart: PackedPlane, { y, area }: Scene, options: FrameOptions): Label[] {
  const { width, measure = roughly } = options
  const wanted = Math.max(2, area.height / 36)
  const ticks = ticksFor(chart.y, y, wanted, chart.range.y)
  if (chart.y.scale !== 'categories') return ticks
  const room = Math.min(170, width * 0.34)
  const every = everyNth(Math.abs(y.factor), 12)
  return ticks
    .filter(({ at }) => at % every === 0)
    .map(({ at, text }) => ({ at, text: fitted(text, room, size.tick, measure), full: text }))
}

interface XLabels {
  readonly labels: readonly Label[]
  /** Degrees. */
  readonly turn: number
  /** How far turned labels reach down, in pixels. */
  readonly deep: number
}

const deepest = 76

/** The ticks of the x axis; names of categories are turned where they do not fit side by side. */
function xLabels(chart: PackedPlane, width: number, x: Domain, options: FrameOptions): XLabels {
  const { measure = roughly } = options
  if (chart.x.scale !== 'categories') {
    const wanted = Math.max(2, width / 72)
    return { labels: ticksFor(chart.x, x, wanted, chart.range.x), turn: 0, deep: 0 }
  }
  const ticks = ticksFor(chart.x, x, 1, chart.range.x)
  const apart = width / Math.max(1, ticks.length)
  const widest = Math.max(0, ...ticks.map(({ text }) => measure(text, size.tick)))
  if (widest <= apart - 6) return { labels: ticks, turn: 0, deep: 0 }
  if (apart >= 64) {
    const labels = ticks.map(({ at, text }) => ({
      ...{ at, full: text },
      text: fitted(text, apart - 8, size.tick, measure),
    }))
    return { labels, turn: 0, deep: 0 }
  }
  const every = everyNth(apart, 15)
  const labels = ticks
    .filter(({ at }) => at % every === 0)
    .map(({ at, text }) => ({
      at,
      full: text,
      text: fitted(text, deepest * 1.15, size.tick, measure),
    }))
  const longest = Math.max(0, ...labels.map(({ text }) => measure(text, size.tick)))
  return { labels, turn: -40, deep: Math.min(deepest, 16 + longest * 0.65) }
}

function xAxis(
  { chart, x, area }: Scene,
  options: FrameOptions,
): { readonly lines: FrameLine[]; readonly texts: FrameText[] } {
  const { look, measure = roughly } = options
  const { labels, turn } = xLabels(chart, area.width, x, options)
  const bottom = area.top + area.height
  const hasCells = chart.marks.some(({ kind }) => kind === 'cells')
  const isCategories = chart.x.scale === 'categories'
  const lines: FrameLine[] = []
  const texts: FrameText[] = []
  let taken = -Infinity
  for (const { at, text, full } of labels) {
    const place = x.at(at)
    if (!(place >= area.left - 0.5 && place <= area.left + area.width + 0.5)) continue
    if (!isCategories) {
      if (!hasCells) {
        const kind = text === '' ? 'minor' : 'grid'
        lines.push({ x1: place, y1: area.top, x2: place, y2: bottom, kind })
      }
      const long = text === '' ? 2 : 4
      lines.push({ x1: place, y1: bottom, x2: place, y2: bottom + long, kind: 'tick' })
    }
    if (text === '') continue
    const wide = measure(text, size.tick)
    if (turn === 0 && place - wide / 2 < taken + 6) continue
    taken = place + wide / 2
    texts.push({
      ...{ text, x: turn === 0 ? place : place + 4, y: bottom + (turn === 0 ? 17 : 14) },
      ...{ size: size.tick, colour: look.soft, anchor: turn === 0 ? 'middle' : 'end', turn },
      ...(full === undefined ? {} : { full }),
    })
  }
  return { lines, texts }
}

function yAxis(
  scene: Scene,
  options: FrameOptions,
): { readonly lines: FrameLine[]; readonly texts: FrameText[] } {
  const { chart, y, area } = scene
  const hasCells = chart.marks.some(({ kind }) => kind === 'cells')
  const isCategories = chart.y.scale === 'categories'
  const right = area.left + area.width
  const lines: FrameLine[] = []
  const texts: FrameText[] = []
  let taken = Infinity
  for (const { at, text, full } of yLabels(chart, scene, options)) {
    const place = y.at(at)
    if (!(place >= area.top - 0.5 && place <= area.top + area.height + 0.5)) continue
    if (!isCategories && !hasCells) {
      const kind = text === '' ? 'minor' : 'grid'
      lines.push({ x1: area.left, y1: place, x2: right, y2: place, kind })
    }
    if (text === '' || place + 5 > taken) continue
    taken = place - 7
    texts.push({
      ...{ text, x: area.left - 7, y: place + 4, anchor: 'end' },
      ...{ size: size.tick, colour: options.look.soft },
      ...(full === undefined ? {} : { full }),
    })
  }
  return { lines, texts }
}

/** Whether an axis can be zoomed: categories stand where they are. */
export const canZoom = ({ kind }: Scale): boolean => kind !== 'categories'
