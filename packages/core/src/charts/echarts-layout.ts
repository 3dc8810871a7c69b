import type { Chart, Mark } from './chart.ts'
import { symbolOf } from './echarts-look.ts'
import { short } from './words.ts'

/** Sizes of text in pixels, and the fonts. */
export const fontOf = {
  // Without quotation marks, which ECharts would write into attributes of SVG as they are.
  family: 'Arial, Helvetica, sans-serif',
  title: 14,
  titleLine: 18,
  text: 12,
  line: 16,
} as const

export interface LegendEntry {
  readonly name: string
  readonly icon: string
}

/** Where things stand above and below the axes. */
export interface Layout {
  /** What the legend names, in order; empty without one. */
  readonly legend: readonly LegendEntry[]
  readonly legendTop: number
  readonly itemGap: number
  readonly iconWidth: number
  readonly textWidth: number
  readonly top: number
  readonly bottom: number
}

const margin = 14
/** Between entries of the legend, and between its rows. */
const itemGap = 12
const iconWidth = 22

/**
 * Title, subtitle and legend one below the other above the axes, each with the lines it needs, so that
 * nothing lies on data whatever the width.
 */
export function layoutOf(
  chart: Chart,
  { width, colourBar }: { readonly width: number; readonly colourBar: boolean },
): Layout {
  const textWidth = width - 2 * margin
  const titleLines = linesOf(readable(chart.title), fontOf.title * 0.52, textWidth)
  const subtitle = readable(chart.subtitle ?? '')
  const subtitleLines = subtitle === '' ? 0 : linesOf(subtitle, fontOf.text * 0.5, textWidth)
  const names = legendOf(chart)
  // A single mark is told by the title and the axes.
  const legend = names.length > 1 ? names : []
  const legendTop =
    8 +
    titleLines * fontOf.titleLine +
    subtitleLines * fontOf.line +
    (subtitleLines > 0 ? 3 : 0) +
    8
  const rows = legendRows(legend, textWidth)
  return {
    ...{ legend, legendTop, itemGap, iconWidth, textWidth },
    top: legendTop + rows * (fontOf.text + itemGap) + (rows > 0 ? 8 : 4),
    bottom: colourBar ? 44 : 12,
  }
}

/** One entry a name, with the sign of the mark that says most. */
function legendOf({ marks }: Chart): LegendEntry[] {
  const names = [
    ...new Set(
      marks.filter(({ kind }) => kind !== 'heat' && kind !== 'surface').map(({ name }) => name),
    ),
  ]
  const order: readonly Mark['kind'][] = ['points', 'bars', 'spans', 'line', 'rule', 'band']
  return names.map((name) => {
    const own = marks.filter((mark) => mark.name === name)
    const [mark] = own.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    return { name, icon: iconOf(mark!) }
  })
}

function iconOf(mark: Mark): string {
  if (mark.kind === 'points') return symbolOf(mark.shape ?? 'circle').symbol
  if (mark.kind === 'bars' || mark.kind === 'spans') return 'rect'
  if (mark.kind === 'band') return 'path://M0,0L22,0L22,9L0,9Z'
  const dashed = mark.kind === 'rule' || (mark.kind === 'line' && mark.dashed === true)
  if (!dashed) return 'path://M0,0L22,0L22,2L0,2Z'
  return 'path://M0,0L6,0L6,2L0,2ZM8,0L14,0L14,2L8,2ZM16,0L22,0L22,2L16,2Z'
}

/** A text as it is drawn: words of names that nobody reads to the end lose their middle. */
export const readable = (text: string): string =>
  text
    .split(' ')
    .map((word) => short(word, 44))
    .join(' ')

/** How many lines a text takes that is broken between words, and within those that are too long. */
function linesOf(text: string, letter: number, width: number): number {
  let lines = 1
  let used = 0
  for (const word of text.split(' ')) {
    const size = (word.length + 1) * letter
    if (used > 0 && used + size > width) {
      lines++
      used = 0
    }
    lines += Math.floor(size / width)
    used += size % width
  }
  return lines
}

function legendRows(names: readonly LegendEntry[], width: number): number {
  if (names.length === 0) return 0
  let rows = 1
  let used = 0
  for (const { name } of names) {
    const size = iconWidth + 5 + name.length * fontOf.text * 0.52 + itemGap
    if (used > 0 && used + size > width) {
      rows++
      used = 0
    }
    used += size
  }
  return rows
}
