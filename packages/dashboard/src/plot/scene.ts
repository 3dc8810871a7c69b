import type { PlotLook } from './look.ts'
import { shadeAt, shadeEnds, shadesOf } from './look.ts'
import type { PackedMark, PackedPlane, PackedPoints } from './packed-chart.ts'
import type { Box } from './pen.ts'
import type { Domain, Scale } from './scale.ts'
import { createScale, domainOf, kindOf } from './scale.ts'

/** A chart of two axes as it stands in a picture. */
export interface Scene {
  readonly chart: PackedPlane
  /** Those that are not hidden. */
  readonly marks: readonly PackedMark[]
  readonly x: Scale
  readonly y: Scale
  /** Where marks are drawn. */
  readonly area: Box
  readonly look: PlotLook
  /**
   * How far points of trials stand beside the middle of their category at most, in pixels, so that they
   * do not hide each other; 0 on axes of numbers.
   */
  readonly spread: { readonly x: number; readonly y: number }
}

/** The ends of both axes as somebody has zoomed to; an axis that is left out shows all. */
export interface Zoom {
  readonly x?: Domain
  readonly y?: Domain
}

/** What a chart shows when nobody has zoomed. */
export function wholeOf(chart: PackedPlane): { readonly x: Domain; readonly y: Domain } {
  const hasBars = chart.marks.some(({ kind }) => kind === 'bars')
  const isFilled = chart.marks.some(({ kind }) => kind === 'cells')
  const isTimed = chart.marks.some(({ kind }) => kind === 'spans')
  const room = isFilled ? { room: 0 } : {}
  const whole = {
    x: domainOf(chart.x, chart.range.x, {
      ...room,
      isLength: hasBars && chart.y.scale === 'categories',
      ...(isTimed ? { room: 0.01 } : {}),
    }),
    y: domainOf(chart.y, chart.range.y, {
      ...room,
      isLength: hasBars && chart.x.scale === 'categories',
    }),
  }
  const isSquare = chart.marks.some((mark) => mark.kind === 'rule' && mark.at === 'diagonal')
  return isSquare && isOpen(chart) ? sameEnds(whole) : whole
}

/** What a bar is called: its label on the axis of categories. */
export const barLabel = ({ x, y }: PackedPlane, place: number): string =>
  (y.scale === 'categories' ? y.labels : x.labels)?.[place] ?? ''

const isOpen = ({ x, y }: PackedPlane): boolean =>
  [x.min, x.max, y.min, y.max].every((end) => end === undefined)

/** Around a diagonal both axes have the same ends. */
function sameEnds({ x, y }: { x: Domain; y: Domain }): { x: Domain; y: Domain } {
  const both = { low: Math.min(x.low, y.low), high: Math.max(x.high, y.high) }
  return { x: both, y: both }
}

/** @param hidden names of marks that are left out */
export function sceneOf(
  chart: PackedPlane,
  area: Box,
  look: PlotLook,
  { zoom = {}, hidden }: { readonly zoom?: Zoom; readonly hidden?: ReadonlySet<string> } = {},
): Scene {
  const whole = wholeOf(chart)
  const { left, top, width, height } = area
  const isSeen = ({ name }: PackedMark): boolean => hidden === undefined || !hidden.has(name)
  const x = createScale(
    kindOf(chart.x),
    fitting(chart.x, zoom.x) ?? besideBars(chart, whole.x, width),
    left,
    left + width,
  )
  const y = createScale(kindOf(chart.y), fitting(chart.y, zoom.y) ?? whole.y, top + height, top)
  const marks = chart.marks.filter(isSeen)
  return { chart, area, look, marks, x, y, spread: { x: spreadOn(x), y: spreadOn(y) } }
}

/** Pixels that the value of a lying bar takes beside it. */
const valueRoom = 46

/** An axis of lying bars ends where their values have room. */
function besideBars(chart: PackedPlane, domain: Domain, width: number): Domain {
  const isLying = chart.y.scale === 'categories' && chart.marks.some(({ kind }) => kind === 'bars')
  const isOpen = chart.x.max === undefined && kindOf(chart.x) === 'linear'
  if (!isLying || !isOpen || width < 3 * valueRoom) return domain
  const size = Math.max(0, chart.range.x.max) - domain.low
  return { low: domain.low, high: domain.low + (size * width) / (width - valueRoom) }
}

const spreadOn = ({ kind, factor }: Scale): number =>
  kind === 'categories' ? Math.min(40, 0.32 * Math.abs(factor)) : 0

/** A number from -1 to 1 that looks like chance, the same for the same trial on each axis. */
function chanceOf(trial: number, axis: number): number {
  let bits = Math.imul(trial + 1, 0x9e3779b1) ^ Math.imul(axis + 1, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d)
  bits ^= bits >>> 12
  return (bits >>> 0) / 2 ** 31 - 1
}

/** Where a point stands across, in pixels. */
export function pointX({ x, spread }: Scene, { xy, trials }: PackedPoints, i: number): number {
  const at = x.at(xy[2 * i]!)
  return spread.x === 0 || trials.length === 0 ? at : at + spread.x * chanceOf(trials[i]!, 0)
}

/** Where a point stands up, in pixels. */
export function pointY({ y, spread }: Scene, { xy, trials }: PackedPoints, i: number): number {
  const at = y.at(xy[2 * i + 1]!)
  return spread.y === 0 || trials.length === 0 ? at : at + spread.y * chanceOf(trials[i]!, 1)
}

/** A log axis cannot show what an even one was zoomed to when that reaches zero. */
function fitting(axis: PackedPlane['x'], zoom: Domain | undefined): Domain | undefined {
  return zoom !== undefined && axis.scale === 'log' && !(zoom.low > 0) ? undefined : zoom
}

/** Whether a mark tells of trials, so that a selection leaves a part of it. */
export function tellsTrials(mark: PackedMark): boolean {
  if (mark.kind === 'points' || mark.kind === 'spans') return mark.trials.length > 0
  return mark.kind === 'line' && mark.trial >= 0
}

const shadesKept = new WeakMap<
  Float64Array,
  { readonly key: string; readonly shades: Uint8Array }
>()

/** By point its place in the scale of colours; what has no value has the last one. */
export function pointShades({ shades }: PackedPoints): Uint8Array | undefined {
  if (shades === undefined) return undefined
  const { value, values } = shades
  const [low, high] = shadeEnds(value, values)
  const key = `${low} ${high}`
  const kept = shadesKept.get(values)
  if (kept?.key === key) return kept.shades
  const made = Uint8Array.from(values, (x) => {
    const place = shadeAt(x, low, high)
    return place < 0 ? 63 : place
  })
  shadesKept.set(values, { key, shades: made })
  return made
}

/** What a scale of colours of a chart tells; undefined when it has none. */
export function shadingOf(chart: PackedPlane): Shading | undefined {
  for (const mark of chart.marks) {
    if (mark.kind === 'cells') {
      return { value: mark.value, ends: shadeEnds(mark.value, mark.values), onGround: false }
    }
    if (mark.kind === 'points' && mark.shades !== undefined) {
      const { value, values } = mark.shades
      return { value, ends: shadeEnds(value, values), onGround: true }
    }
  }
  return undefined
}

export interface Shading {
  readonly value: PackedPlane['x']
  readonly ends: readonly [low: number, high: number]
  readonly onGround: boolean
}

export const coloursOf = (look: PlotLook, onGround: boolean): readonly string[] =>
  shadesOf(look, onGround)
