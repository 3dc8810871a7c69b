import { stripVTControlCharacters } from 'node:util'

const ascii = /^[\x20-\x7e]*$/
const breaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu
/** What a terminal acts on, and marks that turn the direction of text around. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/**
 * A text from outside as one line that a terminal only shows: escape sequences, control characters
 * and marks of direction are left out, tabs and line breaks become a space.
 */
export function plain(text: string): string {
  if (ascii.test(text)) return text
  return stripVTControlCharacters(text).replaceAll(breaks, ' ').replaceAll(unsafe, '')
}

/** The lines of a text from outside, each of them plain. */
export function plainLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u0085\u2028\u2029]/u).map(plain)
}

/** The first line of a text from outside that says something, plain. */
export function firstLine(text: string): string {
  return (
    plainLines(text)
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  )
}

let segmenter: Intl.Segmenter | undefined

function* graphemes(text: string): Iterable<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  for (const { segment } of segmenter.segment(text)) yield segment
}

/**
 * Ranges of the code points that Unicode Standard Annex 11 calls wide or full-width; emoji are
 * known by their property.
 */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const invisible = /^[\p{M}\p{Cf}]*$/u

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0
  return wide.test(grapheme) ? 2 : 1
}

/** The columns a plain text takes on a terminal. */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length
  let width = 0
  for (const grapheme of graphemes(text)) width += graphemeWidth(grapheme)
  return width
}

/** A plain text in at most `width` columns; what does not fit gives way to `…`. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  if (width < 1) return ''
  let kept = ''
  let used = 0
  for (const grapheme of graphemes(text)) {
    used += graphemeWidth(grapheme)
    if (used > width - 1) break
    kept += grapheme
  }
  return `${kept}…`
}

export type Align = 'left' | 'right'

/** A plain text with the spaces that make it `width` columns wide. */
export function pad(text: string, width: number, align: Align = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'left' ? text + spaces : spaces + text
}
