import type { Look } from '@attune/core'
import { shortenName as short } from '@attune/core'
import { escapeText } from './svg-text.ts'

/** The width of a letter by the size of the font, on average. */
export const letter = 0.54

interface Sheet {
  readonly look: Look
  readonly width: number
  readonly height: number
}

/** The ground, the title and the subtitle of a picture. */
export function headOf(
  { title, subtitle }: { readonly title: string; readonly subtitle?: string },
  { look, width, height }: Sheet,
): string[] {
  const letters = (size: number): number => Math.floor((width - 28) / (letter * size))
  return [
    `<rect width="${width}" height="${height}" fill="${look.ground}"/>`,
    label(short(title, letters(14)), 14, 20, { size: 14, fill: look.ink, bold: true }),
    label(short(subtitle ?? '', letters(12)), 14, 38, { size: 12, fill: look.soft }),
  ]
}

/** Why a picture is empty, in its middle. */
export const noteOf = (note: string, { look, width, height }: Sheet): string =>
  label(note, width / 2, height / 2, { size: 12, fill: look.soft, anchor: 'middle' })

/** As finely as a picture needs it. */
export const round = (x: number): number => Math.round(x * 10) / 10

export function label(
  text: string,
  x: number,
  y: number,
  look: {
    readonly size: number
    readonly fill: string
    readonly bold?: boolean
    readonly anchor?: 'start' | 'middle' | 'end'
    readonly halo?: string
  },
): string {
  if (text === '') return ''
  const { size, fill, bold = false, anchor = 'start', halo } = look
  const around =
    halo === undefined
      ? ''
      : ` paint-order="stroke" stroke="${halo}" stroke-width="3" stroke-linejoin="round"`
  return `<text x="${round(x)}" y="${round(y)}" font-family="Arial, Helvetica, sans-serif" font-size="${size}" fill="${fill}"${bold ? ' font-weight="bold"' : ''} text-anchor="${anchor}"${around}>${escapeText(text)}</text>`
}
