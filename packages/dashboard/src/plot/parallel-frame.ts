import { axisWords } from '@attune/core'

import type { FrameText, Measure } from './frame.ts'
import { fitted, roughly } from './frame.ts'
import type { PlotLook } from './look.ts'
import type { PackedParallel } from './packed-chart.ts'
import type { Scale } from './scale.ts'
import { createScale, domainOf, kindOf } from './scale.ts'
import { everyNth, ticksOf } from './ticks.ts'

export interface ParallelAxis {
  /** Its place among those of the chart. */
  readonly index: number
  readonly axis: PackedParallel['axes'][number]
  readonly title: string
  /** The room of its name in pixels, from the left. */
  readonly nameLeft: number
  readonly nameWidth: number
  readonly x: number
  readonly scale: Scale
  readonly texts: readonly FrameText[]
  /** Whether its name stands in the upper of two rows, where neighbours are close. */
  readonly isRaised: boolean
}

/** Parallel coordinates as they stand in a picture. */
export interface ParallelFrame {
  readonly chart: PackedParallel
  readonly look: PlotLook
  /** Of all axes; more than there is room for when they are many. */
  readonly width: number
  readonly height: number
  readonly top: number
  readonly bottom: number
  readonly apart: number
  /** From left to right. */
  readonly axes: readonly ParallelAxis[]
}

const closest = 62
const asideHeight = 18
const tickSize = 10.5
const nameSize = 12

/** Where the lines of a group that stands aside end. */
export const asideY = ({ bottom }: ParallelFrame, group: number): number =>
  bottom + 16 + group * asideHeight

/**
 * Where axes, ticks and names of parallel coordinates stand. Where there is no room for all axes side by
 * side the picture is wider than was asked for.
 * @param order names of axes from left to right; those that are not named follow
 */
export function parallelFrame(
  chart: PackedParallel,
  {
    width: wanted,
    height,
    look,
    order = [],
    measure = roughly,
  }: {
    readonly width: number
    readonly height: number
    readonly look: PlotLook
    readonly order?: readonly string[]
    readonly measure?: Measure
  },
): ParallelFrame {
  const { axes } = chart
  const gaps = Math.max(1, axes.length - 1)
  const inset = Math.min(64, Math.max(34, wanted / 14))
  const width = Math.max(wanted, 2 * inset + gaps * closest)
  const apart = (width - 2 * inset) / gaps
  const isCrowded = apart < 96
  const top = isCrowded ? 46 : 30
  const bottom = height - 10 - asideHeight * chart.aside.length
  const placed = orderOf(chart, order).map((index, place): ParallelAxis => {
    const axis = axes[index]!
    const x = axes.length > 1 ? inset + place * apart : width / 2
    const domain = domainOf(axis, axis.range, { room: 0 })
    const scale = createScale(kindOf(axis), domain, bottom, top)
    const isLast = place > 0 && place === axes.length - 1
    const texts = tickTexts(axis, scale, x, { isLast, apart, look, measure })
    const isRaised = isCrowded && place % 2 === 1
    const title = axisWords(axis, 'up')
    const nameWidth = Math.min((isCrowded ? 2 * apart : apart) - 6, measure(title, nameSize) + 10)
    const nameLeft = Math.min(width - nameWidth - 1, Math.max(1, x - nameWidth / 2))
    return { index, axis, title, nameLeft, nameWidth, x, scale, texts, isRaised }
  })
  return { chart, look, width, height, top, bottom, apart, axes: placed }
}

/** The places of axes from left to right. */
export function orderOf({ axes }: PackedParallel, order: readonly string[]): number[] {
  const named = order.map((name) => axes.findIndex((axis) => axis.name === name))
  const known = named.filter((index, i) => index >= 0 && named.indexOf(index) === i)
  return [...known, ...[...axes.keys()].filter((index) => !known.includes(index))]
}

/** The names of axes when one has been moved to a place. */
export function movedOrder(frame: ParallelFrame, from: number, to: number): string[] {
  const names = frame.axes.map(({ axis }) => axis.name)
  const [name] = names.splice(from, 1)
  names.splice(Math.max(0, Math.min(names.length, to)), 0, name!)
  return names
}

function tickTexts(
  axis: PackedParallel['axes'][number],
  scale: Scale,
  x: number,
  {
    isLast,
    apart,
    look,
    measure,
  }: {
    readonly isLast: boolean
    readonly apart: number
    readonly look: PlotLook
    readonly measure: Measure
  },
): FrameText[] {
  const high = Math.abs(scale.at(scale.low) - scale.at(scale.high))
  const { base, whole } = axis.range
  const ticks = ticksOf(axis, scale, Math.max(2, high / 48), {
    whole,
    ...(base === undefined ? {} : { base }),
  })
  const every = axis.scale === 'categories' ? everyNth(Math.abs(scale.factor), 12) : 1
  const room = Math.max(26, apart - 14)
  return ticks
    .filter(({ text, at }) => text !== '' && at % every === (every > 1 ? 0 : at % every))
    .map(({ at, text }) => ({
      text:
        axis.scale === 'categories' ? fitted(text, Math.min(room, 120), tickSize, measure) : text,
      full: text,
      x: isLast ? x - 6 : x + 6,
      y: scale.at(at) + 3.5,
      ...{ size: tickSize, colour: look.ink, halo: look.ground, anchor: isLast ? 'end' : 'start' },
    }))
}

/** Where a line stands on an axis in pixels; NaN where it has a gap. */
export function placeOn(frame: ParallelFrame, axis: ParallelAxis, line: number): number {
  const { chart } = frame
  const aside = chart.asides[line]!
  if (aside > 0 && axis.index === chart.asideAxis) return asideY(frame, aside - 1)
  const y = axis.scale.at(chart.values[line * chart.axes.length + axis.index]!)
  return Math.min(frame.bottom, Math.max(frame.top, y))
}

const placesKept = new WeakMap<ParallelFrame, (Float32Array | undefined)[]>()

/** By line where it stands on an axis, from the left; worked out once. */
export function placesOn(frame: ParallelFrame, place: number): Float32Array {
  let kept = placesKept.get(frame)
  if (kept === undefined) {
    kept = []
    placesKept.set(frame, kept)
  }
  let own = kept[place]
  if (own === undefined) {
    const axis = frame.axes[place]!
    own = new Float32Array(frame.chart.trials.length)
    for (let line = 0; line < own.length; line++) own[line] = placeOn(frame, axis, line)
    kept[place] = own
  }
  return own
}

/**
 * The line that passes a place most closely, within a few pixels; of equally near ones the last; -1 for
 * none.
 * @param keep by line 1 for those that are looked at
 */
export function lineAt(
  frame: ParallelFrame,
  x: number,
  y: number,
  keep: Uint8Array | undefined,
): number {
  const { axes, chart } = frame
  const right = axes.findIndex((axis) => axis.x >= x)
  const place = right < 0 ? axes.length - 1 : right
  if (axes.length === 0 || x < axes[0]!.x - 12 || x > axes.at(-1)!.x + 12) return -1
  const [from, to] = [axes[Math.max(0, place - 1)]!, axes[place]!]
  const [starts, ends] = [placesOn(frame, Math.max(0, place - 1)), placesOn(frame, place)]
  const share = to.x > from.x ? Math.min(1, Math.max(0, (x - from.x) / (to.x - from.x))) : 0
  let [found, best] = [-1, 7]
  for (let line = 0; line < chart.trials.length; line++) {
    if (keep !== undefined && keep[line] !== 1) continue
    const [a, b] = [starts[line]!, ends[line]!]
    const at = share < 0.02 ? a : share > 0.98 ? b : a + share * (b - a)
    const far = Math.abs(at - y)
    if (far <= best) [found, best] = [line, far]
  }
  return found
}

/**
 * Which lines stand out: those of a selection, of which the best so many percent; undefined when all do.
 * @param selection by trial 1 for those that are selected
 * @param top percent of the selected lines that have a result; 100 for all
 */
export function keptLines(
  { trials, shades, asides, good }: PackedParallel,
  selection: Uint8Array | undefined,
  top: number,
): Uint8Array | undefined {
  if (selection === undefined && top >= 100) return undefined
  if (top >= 100) {
    const kept = new Uint8Array(trials.length)
    for (let line = 0; line < kept.length; line++) kept[line] = selection?.[trials[line]!] ?? 0
    return kept
  }
  const sign = good === 'low' ? 1 : -1
  const isIn = (line: number): boolean =>
    asides[line] === 0 && (selection === undefined || selection[trials[line]!] === 1)
  const losses = Float64Array.from(shades, (x, line) => (isIn(line) ? sign * x : Number.NaN))
  const known = losses.filter((x) => !Number.isNaN(x)).sort()
  const count = Math.max(1, Math.round((known.length * top) / 100))
  const limit = known[count - 1] ?? -Infinity
  return Uint8Array.from(losses, (loss) => (loss <= limit ? 1 : 0))
}
