import type { Line } from '../text/line.ts'
import { lineWidth, paint } from '../text/line.ts'
import type { ProgressIo } from './progress-contract.ts'

/** Lines on a terminal that are drawn again in place. */
export interface Region {
  /** Replaces what was drawn before; lines must be narrower than `columns`. */
  draw(lines: readonly Line[], columns: number): void
}

/** Terminals that know it show what is written between these all at once; others pass them over. */
const together = { begin: '\x1b[?2026h', end: '\x1b[?2026l' }
/** The cursor is hidden only while drawing, so that a killed process leaves it visible. */
const cursor = { hide: '\x1b[?25l', show: '\x1b[?25h' }
const clearLineEnd = '\x1b[K'
const clearBelow = '\x1b[J'

/**
 * A region that begins at the cursor. Between drawings the cursor stands on the line below it, and
 * whatever was typed there (`^C`) is cleared by the next one. Nothing is cleared before it is
 * written over, so nothing flickers.
 */
export function createRegion(io: Pick<ProgressIo, 'write' | 'color'>): Region {
  let drawn: readonly number[] = []
  let drawnColumns = 0
  return {
    draw(lines, columns) {
      // Most terminals wrap old lines when they are made narrower, so that these take more rows.
      const rowsOf = (width: number): number =>
        columns < drawnColumns ? Math.max(1, Math.ceil(width / columns)) : 1
      const height = drawn.reduce((sum, width) => sum + rowsOf(width), 0)
      const up = height === 0 ? '' : `\x1b[${height}A`
      const body = lines.map((line) => `${paint(line, io.color)}${clearLineEnd}\n`).join('')
      const { begin, end } = together
      io.write(`${begin}${cursor.hide}\r${up}${body}${clearBelow}${cursor.show}${end}`)
      drawn = lines.map(lineWidth)
      drawnColumns = columns
    },
  }
}
