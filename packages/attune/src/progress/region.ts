import type { Line } from './line.ts'
import { lineWidth, paint } from './line.ts'
import type { ProgressIo } from './progress.ts'

/** Lines on a terminal that are drawn again in place. */
export interface Region {
  /**
   * Replaces what was drawn before. Lines must be narrower than the terminal, and fewer than its
   * rows; the last drawing may break both rules.
   */
  draw(lines: readonly Line[]): void
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
export function createRegion(io: Pick<ProgressIo, 'write' | 'columns' | 'color'>): Region {
  let drawn: number[] = []
  let drawnColumns = 0
  return {
    draw(lines) {
      const columns = io.columns()
      // Most terminals wrap old lines when they are made narrower, so that these take more rows.
      const narrowed = columns > 0 && columns < drawnColumns
      const height = drawn.reduce(
        (sum, width) => sum + (narrowed ? Math.max(1, Math.ceil(width / columns)) : 1),
        0,
      )
      const up = height === 0 ? '' : `\x1b[${height}A`
      const body = lines.map((line) => `${paint(line, io.color)}${clearLineEnd}\n`).join('')
      io.write(`${together.begin}${cursor.hide}\r${up}${body}${clearBelow}${cursor.show}${together.end}`)
      drawn = lines.map(lineWidth)
      drawnColumns = columns
    },
  }
}
