import type { Axis, Linear, Look, SpaceChart, SpacePoints, SpaceScale } from '@attune/core'
import { linearAt, lookOf, spaceFrame } from '@attune/core'
import { headOf, label, letter, noteOf, round } from './svg-parts.ts'
import { shareOf, ticksOf } from './ticks.ts'

interface Dot {
  readonly mark: SpacePoints
  readonly x: number
  readonly y: number
  /** From 0 in front to 1 at the back. */
  readonly away: number
}

const headHeight = 44
const legendHeight = 24
/** Room beside the data, as a share of their spread. */
const margin = 0.04

/** Points on three axes as what stands within an SVG of this size. */
export function spaceSvg(
  chart: SpaceChart,
  { width, height, theme }: { width: number; height: number; theme: 'light' | 'dark' },
): string {
  const look = lookOf(theme)
  const head = headOf(chart, { look, width, height })
  if (chart.note !== undefined) {
    return [...head, noteOf(chart.note, { look, width, height })].join('\n')
  }
  const axes = chart.axes.map((axis, k) => withEnds(axis, k, chart))
  const [x, y, z] = axes.map((axis) => scaleOf(axis))
  const frame = spaceFrame([x!, y!, z!], {
    ...{ width, height: height - headHeight - legendHeight },
    measure: (text, size) => letter * size * text.length,
  })
  const dots = dotsOf(chart, axes, frame)
  const lines = frame.lines.map(
    (line) =>
      `<path d="M${round(line.x1)} ${round(line.y1)}L${round(line.x2)} ${round(line.y2)}" stroke="${line.kind === 'edge' ? look.line : look.grid}"/>`,
  )
  const texts = frame.texts.map(({ kind, text, x: left, y: top, anchor }) =>
    label(text, left, top, {
      ...{ size: kind === 'tick' ? 11 : 12, anchor, halo: look.ground },
      fill: kind === 'tick' ? look.soft : look.ink,
    }),
  )
  return [
    ...head,
    `<g transform="translate(0 ${headHeight})">`,
    ...[...lines, ...dots.map((dot) => dotOf(dot, look)), ...texts],
    '</g>',
    ...legendOf(chart, look, width, height - 12),
  ].join('\n')
}

/** An axis that ends where its data do, with some room. */
function withEnds(axis: Axis, place: number, { marks }: SpaceChart): Axis {
  const isLog = axis.scale === 'log'
  let [low, high] = [Infinity, -Infinity]
  for (const { points } of marks) {
    for (const point of points) {
      const value = isLog ? Math.log10(point[place]!) : point[place]!
      if (!Number.isFinite(value)) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  if (low > high) return { ...axis, min: isLog ? 1 : 0, max: isLog ? 10 : 1 }
  const beside = high > low ? margin * (high - low) : isLog ? 0.3 : 0.1 * Math.abs(high) || 1
  const unbend = (value: number): number => (isLog ? 10 ** value : value)
  return { ...axis, min: unbend(low - beside), max: unbend(high + beside) }
}

function scaleOf(axis: Axis): SpaceScale {
  const ticks = ticksOf(axis, 5).map(({ at, text }) => ({ at: shareOf(axis, at) ?? 0, text }))
  return { axis, ticks }
}

/** All points that the axes can show, from the back to the front. */
function dotsOf(
  { marks }: SpaceChart,
  axes: readonly Axis[],
  frame: { readonly across: Linear; readonly down: Linear; readonly away: Linear },
): Dot[] {
  const dots = marks.flatMap((mark) =>
    mark.points.flatMap((point): Dot[] => {
      const [a, b, c] = point.map((value, k) => shareOf(axes[k]!, value))
      if (a === undefined || b === undefined || c === undefined) return []
      const at = (linear: Linear): number => linearAt(linear, a, b, c)
      return [{ mark, x: at(frame.across), y: at(frame.down), away: (at(frame.away) + 1) / 2 }]
    }),
  )
  return dots.toSorted((a, b) => b.away - a.away)
}

/** Smaller and paler, the farther away. */
function dotOf({ mark, x, y, away }: Dot, look: Look): string {
  const size = (mark.shape === 'diamond' ? 4.8 : 3.6) * (1.2 - 0.45 * away)
  const opacity = round(10 * (0.95 - 0.5 * away)) / 10
  return `<path d="${shapeOf(mark, x, y, size)}" fill="${colourOf(mark, look)}" fill-opacity="${opacity}" stroke="${look.ground}" stroke-width="0.6"/>`
}

const colourOf = ({ colour = 0 }: SpacePoints, { palette }: Look): string =>
  palette[colour % palette.length]!

function shapeOf({ shape }: SpacePoints, x: number, y: number, half: number): string {
  const h = round(half)
  if (shape !== 'diamond') {
    return `M${round(x - h)} ${round(y)}a${h} ${h} 0 1 0 ${round(2 * h)} 0a${h} ${h} 0 1 0 ${round(-2 * h)} 0z`
  }
  return `M${round(x)} ${round(y - h)}l${h} ${h}l${-h} ${h}l${-h} ${-h}z`
}

function legendOf({ marks }: SpaceChart, look: Look, width: number, y: number): string[] {
  const sizes = marks.map(({ name }) => 14 + letter * 12 * name.length + 18)
  let x = Math.max(14, (width - sizes.reduce((sum, size) => sum + size, 0)) / 2)
  return marks.map((mark, i) => {
    const sign = `<path d="${shapeOf(mark, x + 4, y - 4, 4)}" fill="${colourOf(mark, look)}"/>`
    const text = label(mark.name, x + 13, y, { size: 12, fill: look.ink })
    x += sizes[i]!
    return `${sign}${text}`
  })
}
