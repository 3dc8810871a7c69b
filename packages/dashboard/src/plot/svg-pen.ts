import type { Box, Pen, Pixels, StrokeStyle, SymbolStyle, TextStyle } from './pen.ts'
import { symbolPath } from './symbols.ts'

export interface SvgPen extends Pen {
  /** What was drawn, as elements of SVG. */
  readonly parts: readonly string[]
  /** The path that was begun, as data of an SVG path. */
  path(): string
}

const at = (x: number): string => String(Math.round(x * 100) / 100)

/** A text within SVG; what XML does not allow is left out. */
export const escapeText = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

/**
 * A pen that writes SVG.
 * @param toUrl pixels as the URL of a picture
 * @param ids what its names within the file begin with
 */
export function svgPen(font: string, toUrl: (pixels: Pixels) => string, ids = 'all'): SvgPen {
  const parts: string[] = []
  let path = ''
  let clips = 0
  const opacity = (kind: string, alpha: number): string =>
    alpha === 1 ? '' : ` ${kind}-opacity="${at(alpha)}"`
  return {
    parts,
    path: () => path,
    begin() {
      path = ''
    },
    moveTo(x, y) {
      path += `M${at(x)} ${at(y)}`
    },
    lineTo(x, y) {
      path += `L${at(x)} ${at(y)}`
    },
    rect(x, y, width, height) {
      path += `M${at(x)} ${at(y)}h${at(width)}v${at(height)}h${at(-width)}z`
    },
    stroke({ colour, width, alpha = 1, dash }: StrokeStyle) {
      if (path === '') return
      const dashes = dash === undefined ? '' : ` stroke-dasharray="${dash.join(' ')}"`
      parts.push(
        `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${at(width)}" stroke-linejoin="round"${dashes}${opacity('stroke', alpha)}/>`,
      )
    },
    fill(colour, alpha = 1) {
      if (path !== '') parts.push(`<path d="${path}" fill="${colour}"${opacity('fill', alpha)}/>`)
    },
    symbols: (style, xy, count, shades) => parts.push(...symbolParts(style, xy, count, shades)),
    image(pixels, { left, top, width, height }) {
      parts.push(
        `<image x="${at(left)}" y="${at(top)}" width="${at(width)}" height="${at(height)}" preserveAspectRatio="none" href="${toUrl(pixels)}"/>`,
      )
    },
    text: (text, x, y, style) => parts.push(svgText(font, text, x, y, style)),
    clip({ left, top, width, height }: Box) {
      const id = `clip-${ids}-${clips++}`
      parts.push(
        `<clipPath id="${id}"><rect x="${at(left)}" y="${at(top)}" width="${at(width)}" height="${at(height)}"/></clipPath><g clip-path="url(#${id})">`,
      )
    },
    unclip: () => parts.push('</g>'),
  }
}

/** Symbols of a colour that follow each other are one path. */
function symbolParts(
  { shape, size, alpha, colours, halo }: SymbolStyle,
  xy: Float32Array,
  count: number,
  shades: Uint8Array | undefined,
): string[] {
  const around =
    halo === undefined ? '' : ` stroke="${halo}" stroke-width="0.8" paint-order="stroke"`
  const parts: string[] = []
  let [path, colour] = ['', '']
  const flush = (): void => {
    if (path !== '')
      parts.push(`<path d="${path}" fill="${colour}" fill-opacity="${at(alpha)}"${around}/>`)
    path = ''
  }
  for (let i = 0; i < count; i++) {
    const own = colours[shades === undefined ? 0 : shades[i]!]!
    // Apart, so that what lies on each other is darker, as on the page.
    if (own !== colour || alpha < 1) flush()
    colour = own
    path += symbolPath(shape, xy[2 * i]!, xy[2 * i + 1]!, size)
  }
  flush()
  return parts
}

export function svgText(
  font: string,
  text: string,
  x: number,
  y: number,
  style: TextStyle,
): string {
  const { size, colour, anchor = 'start', bold = false, halo, turn = 0 } = style
  const around =
    halo === undefined
      ? ''
      : ` stroke="${halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`
  const turned = turn === 0 ? '' : ` transform="rotate(${turn} ${at(x)} ${at(y)})"`
  return `<text x="${at(x)}" y="${at(y)}" font-family="${escapeText(font)}" font-size="${size}"${bold ? ' font-weight="600"' : ''} fill="${colour}" text-anchor="${anchor}"${around}${turned}>${escapeText(text)}</text>`
}
