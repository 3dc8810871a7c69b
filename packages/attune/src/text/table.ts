import type { Align } from './text.ts'
import { cut, pad, plain, textWidth } from './text.ts'

export interface TableOptions {
  /** Names of the columns, for a first line; default: none. */
  readonly columns?: readonly string[]
  /** Default: left. */
  readonly align?: readonly Align[]
  /** Columns of the terminal; wider tables lose text from their widest cells. Default: no limit. */
  readonly maxWidth?: number
}

const gap = 2
/** Cells are not made narrower than this; what is still too wide is cut at the end of the line. */
const narrowest = 6

/** Rows as lines of aligned cells; the cells may hold any text, the lines are plain. */
export function table(
  rows: readonly (readonly string[])[],
  { columns, align = [], maxWidth = Number.POSITIVE_INFINITY }: TableOptions = {},
): string[] {
  const all = [...(columns === undefined ? [] : [columns]), ...rows].map((row) => row.map(plain))
  const widths = fitWidths(columnWidths(all), maxWidth)
  return all.map((row) => {
    const cells = row.map((cell, i) => pad(cut(cell, widths[i] ?? 0), widths[i] ?? 0, align[i]))
    return cut(cells.join(' '.repeat(gap)).trimEnd(), maxWidth)
  })
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, textWidth(cell))))
  }
  return widths
}

/** Takes from the widest columns until all fit, or none can give more. */
function fitWidths(natural: readonly number[], maxWidth: number): number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, w) => sum + w, 0) + gap * (widths.length - 1) - maxWidth
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths))
    const width = widths[widest] as number
    if (width <= narrowest) break
    widths[widest] = width - 1
    excess--
  }
  return widths
}
