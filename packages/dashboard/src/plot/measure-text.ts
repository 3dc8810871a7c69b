import type { Measure } from './frame.ts'

const widths = new Map<string, number>()
let context: CanvasRenderingContext2D | null | undefined

/** Measures texts in a font; each is measured once. */
export const measureIn =
  (font: string): Measure =>
  (text, size) => {
    const key = `${size} ${font} ${text}`
    const known = widths.get(key)
    if (known !== undefined) return known
    if (widths.size > 20_000) widths.clear()
    context ??= document.createElement('canvas').getContext('2d')
    if (context === null) return 0.54 * size * text.length
    context.font = `${size}px ${font}`
    const { width } = context.measureText(text)
    widths.set(key, width)
    return width
  }
