import { axisTitle, axisWords, lookOf, shortenName as short } from '@attune/core'
import type { Axis, Look, ParallelChart, ParallelLine } from '@attune/core'
import { formatNumber } from '../text/format.ts'
import { headOf, label, letter, noteOf, round } from './svg-parts.ts'
import { shareOf, ticksOf } from './ticks.ts'

interface Frame {
  readonly look: Look
  readonly width: number
  /** The ends of the axes. */
  readonly top: number
  readonly bottom: number
  readonly xOf: (axis: number) => number
  /** Beside the outermost axes. */
  readonly inset: number
  /** Between neighbouring axes. */
  readonly apart: number
}

/** Lines of a colour are one path. */
const shades = 24
const asideHeight = 20

/** Parallel coordinates as what stands within an SVG of this size. */
export function parallelSvg(
  chart: ParallelChart,
  { width, height, theme }: { width: number; height: number; theme: 'light' | 'dark' },
): string {
  const look = lookOf(theme)
  const { axes, note } = chart
  const head = headOf(chart, { look, width, height })
  if (note !== undefined) return [...head, noteOf(note, { look, width, height })].join('\n')
  const inset = Math.min(64, width / 10)
  const apart = axes.length > 1 ? (width - 2 * inset) / (axes.length - 1) : 0
  const frame: Frame = {
    ...{ look, width, apart, inset, top: 84 },
    bottom: height - 40 - asideHeight * chart.aside.length,
    xOf: (axis) => (axes.length > 1 ? inset + axis * apart : width / 2),
  }
  return [
    ...head,
    ...linesOf(chart, frame),
    ...axes.map((axis, i) => axisOf(axis, i, frame, isWhole(chart, i))),
    ...asideOf(chart, frame),
    colourBar(chart, height, frame),
  ].join('\n')
}

function linesOf(chart: ParallelChart, frame: Frame): string[] {
  const { look } = frame
  const { min = 0, max = 1 } = chart.value
  const shadeOf = (value: number): number => {
    const share = max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0
    return Math.round((chart.good === 'low' ? share : 1 - share) * (shades - 1))
  }
  const bundles = new Map<string, string[]>()
  for (const line of chart.lines) {
    const stroke =
      line.best === true
        ? `stroke="${look.palette[1]}" stroke-width="2.4"`
        : line.aside !== undefined || !Number.isFinite(line.value)
          ? `stroke="${look.palette.at(-1)}" stroke-width="1" stroke-dasharray="4 3" stroke-opacity="0.5"`
          : `stroke="${shade(look, shadeOf(line.value!))}" stroke-width="1.2" stroke-opacity="${chart.lines.length > 300 ? 0.4 : 0.7}"`
    bundles.set(stroke, [...(bundles.get(stroke) ?? []), pathOf(line, chart, frame)])
  }
  return [...bundles].map(
    ([stroke, paths]) =>
      `<path fill="none" stroke-linecap="round" ${stroke} d="${paths.join('')}"/>`,
  )
}

/** The colour of a place from good to bad; good ones stand out from the ground. */
function shade({ ramp, isDark }: Look, place: number): string {
  const share = (0.9 * place) / (shades - 1)
  const at = (isDark ? 1 - share : share) * (ramp.length - 1)
  const below = Math.min(ramp.length - 2, Math.floor(at))
  const [from, to] = [ramp[below]!, ramp[below + 1]!]
  const mixed = [1, 3, 5].map((i) => {
    const [a, b] = [from, to].map((hex) => Number.parseInt(hex.slice(i, i + 2), 16))
    return Math.round(a! + (at - below) * (b! - a!))
  })
  return `#${mixed.map((x) => x.toString(16).padStart(2, '0')).join('')}`
}

function pathOf(line: ParallelLine, chart: ParallelChart, frame: Frame): string {
  const { axes, aside, asideAxis } = chart
  const places = line.values.map((value, i): string | undefined => {
    const x = frame.xOf(i)
    if (line.aside !== undefined && i === asideAxis) {
      return `${round(x)} ${round(asideY(aside.indexOf(line.aside), frame))}`
    }
    const share = shareOf(axes[i]!, value)
    if (share === undefined) return undefined
    return `${round(x)} ${round(frame.bottom - share * (frame.bottom - frame.top))}`
  })
  return places
    .map((place, i) => {
      if (place === undefined) return ''
      if (places[i - 1] !== undefined) return `L${place}`
      // One alone between two gaps is a dot.
      return places[i + 1] === undefined ? `M${place}h.1` : `M${place}`
    })
    .join('')
}

/** Whether only whole numbers stand on an axis. */
const isWhole = ({ lines }: ParallelChart, axis: number): boolean =>
  lines.every(({ values }) => Number.isNaN(values[axis]!) || Number.isInteger(values[axis]!))

function axisOf(axis: Axis, index: number, frame: Frame, isInteger: boolean): string {
  const { look, top, bottom, xOf, apart, width, inset } = frame
  const x = xOf(index)
  const room = Math.max(4, Math.floor((apart || width / 2) / (letter * 12)))
  // Where names are crowded neighbours stand on two lines and have twice the room.
  const isCrowded = apart < 90
  const whole = isCrowded ? 2 * apart : apart
  // The outermost have the margin on one side.
  const isOuter = x - apart < 0 || x + apart > width
  const pixels =
    apart === 0 ? width - 28 : isOuter ? whole / 2 + Math.min(whole / 2, inset - 4) : whole
  const name = short(axisWords(axis, 'up'), Math.max(4, Math.floor(pixels / (letter * 12)) - 1))
  const y = isCrowded && index % 2 === 1 ? top - 26 : top - 11
  const half = (name.length * letter * 12) / 2
  const anchor = x - half < 4 ? 'start' : x + half > width - 4 ? 'end' : 'middle'
  const nameX = anchor === 'start' ? 4 : anchor === 'end' ? width - 4 : x
  const values = { ...axis, min: axis.min ?? 0, max: axis.max ?? 1 }
  const isLast = x > width / 2 && index > 0 && apart > 0 && x + apart > width
  const isKnown = axis.scale === 'categories' || axis.min !== undefined
  const shown = (isKnown ? ticksOf(values, 5) : []).filter(
    ({ at }) => !isInteger || Number.isInteger(at),
  )
  const ticks = shown.map(({ at, text }) => {
    const share = shareOf(values, at) ?? 0
    const tickY = bottom - share * (bottom - top) + 4
    // Numbers are short; a part of one would be another.
    const most = axis.scale === 'categories' ? Math.max(4, Math.min(14, Math.floor(room * 0.8))) : 9
    const cutText = short(text, most)
    return label(cutText, isLast ? x - 5 : x + 5, tickY, {
      ...{ size: 10.5, fill: look.ink, halo: look.ground },
      anchor: isLast ? 'end' : 'start',
    })
  })
  return [
    `<path d="M${round(x)} ${top}V${round(bottom)}" stroke="${look.line}"/>`,
    label(name, nameX, y, { size: 12, fill: look.ink, anchor, halo: look.ground }),
    ...ticks,
  ].join('')
}

const asideY = (group: number, { bottom }: Frame): number => bottom + 16 + group * asideHeight

function asideOf({ aside, asideAxis }: ParallelChart, frame: Frame): string[] {
  const { look, xOf } = frame
  return aside.map((group, i) =>
    label(group, xOf(asideAxis) - 6, asideY(i, frame) + 4, {
      ...{ size: 11, fill: look.soft, anchor: 'end', halo: look.ground },
    }),
  )
}

function colourBar({ value, good }: ParallelChart, height: number, frame: Frame): string {
  const { look, width } = frame
  if (value.min === undefined || value.max === undefined) return ''
  const [size, x, y] = [160, width / 2 - 80, height - 22]
  const cells = Array.from({ length: shades }, (_, i) => {
    const place = good === 'low' ? i : shades - 1 - i
    return `<rect x="${round(x + (i * size) / shades)}" y="${y}" width="${round(size / shades + 0.3)}" height="10" fill="${shade(look, place)}"/>`
  })
  const font = { size: 12, fill: look.ink }
  return [
    ...cells,
    label(`${short(axisTitle(value), 30)}  ${formatNumber(value.min, 3)}`, x - 6, y + 9, {
      ...{ ...font, anchor: 'end' },
    }),
    label(formatNumber(value.max, 3), x + size + 6, y + 9, font),
  ].join('')
}
