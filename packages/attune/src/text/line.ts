import type { Align } from './text.ts'
import { cut, pad, plain, textWidth } from './text.ts'

/** What a piece of text means; only painting knows colours. */
export type Style = 'strong' | 'faint' | 'accent' | 'good' | 'bad'

/** A piece of a line; made by `span`, so that its text is always plain. */
export interface Span {
  readonly text: string
  readonly style?: Style
}
export type Line = readonly Span[]

export function span(text: string, style?: Style): Span {
  return style === undefined ? { text: plain(text) } : { text: plain(text), style }
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + textWidth(text), 0)
}

/** A line in at most `width` columns; what does not fit, spaces at its end aside, gives way to `…`. */
export function cutLine(whole: Line, width: number): Line {
  const line = trimEnd(whole)
  if (lineWidth(line) <= width) return line
  const kept: Span[] = []
  let left = width
  for (const piece of line) {
    // One column stays free for the … that follows, unless this piece brings it.
    const needed = textWidth(piece.text)
    const fits = needed < left
    kept.push(fits ? piece : { ...piece, text: cut(`${piece.text} `, left) })
    left -= needed
    if (!fits) break
  }
  return kept
}

function trimEnd(line: Line): Line {
  const last = line.findLastIndex(({ text }) => text.trimEnd() !== '')
  return line
    .slice(0, last + 1)
    .map((piece, i) => (i === last ? { ...piece, text: piece.text.trimEnd() } : piece))
}

/** Pieces with `separator` between them. */
export function joined(pieces: Line, separator: string): Line {
  return pieces.flatMap((piece, i) => (i === 0 ? [piece] : [{ text: separator }, piece]))
}

/** Rows of cells as lines in which every column is as wide as its widest cell. */
export function aligned(
  rows: readonly Line[],
  separator: string,
  align: readonly Align[] = [],
): Line[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach(({ text }, i) => (widths[i] = Math.max(widths[i] ?? 0, textWidth(text))))
  }
  const padded = ({ text, ...rest }: Span, i: number): Span => ({
    ...rest,
    text: pad(text, widths[i] ?? 0, align[i]),
  })
  return rows.map((row) => joined(row.map(padded), separator))
}

const codes: Readonly<Record<Style, string>> = {
  strong: '1',
  faint: '2',
  accent: '36',
  good: '32',
  bad: '31',
}

/** A line as text, with colours where the place has them. */
export function paint(line: Line, color: boolean): string {
  return line
    .map(({ text, style }) =>
      color && style !== undefined && text !== '' ? `\x1b[${codes[style]}m${text}\x1b[0m` : text,
    )
    .join('')
}
