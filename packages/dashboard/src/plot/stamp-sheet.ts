import type { Pixels } from './pen.ts'

/** A small square picture. */
export interface Stamp {
  /** Pixels on a side. */
  readonly size: number
  /** Red, green, blue and alpha of each, the colours multiplied by alpha. */
  readonly pixels: Uint8ClampedArray
}

/** A sheet of pixels on which stamps are put over one another. */
export interface StampSheet {
  /** Puts the upper left corner of a stamp at a place; what lies beyond the sheet is cut off. */
  put(stamp: Stamp, left: number, top: number): void
  /** What the sheet shows, as canvases take it. */
  pixels(): Pixels
}

/** A stamp of pixels as canvases give them. */
export function stampFrom({ data, width }: Pixels): Stamp {
  const pixels = new Uint8ClampedArray(data.length)
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!
    for (let k = 0; k < 3; k++) pixels[i + k] = (data[i + k]! * alpha) / 255
    pixels[i + 3] = alpha
  }
  return { size: width, pixels }
}

/**
 * A transparent sheet. Thousands of symbols are put on it in a few milliseconds: a canvas without a
 * graphics processor takes some hundred microseconds for twenty of them.
 */
export function stampSheet(width: number, height: number): StampSheet {
  const sheet = new Uint8ClampedArray(4 * width * height)
  return {
    put({ size, pixels }, left, top) {
      const [first, last] = [Math.max(0, -left), Math.min(size, width - left)]
      for (let row = Math.max(0, -top); row < Math.min(size, height - top); row++) {
        let from = 4 * (row * size + first)
        let to = 4 * ((top + row) * width + left + first)
        for (let column = first; column < last; column++, from += 4, to += 4) {
          const alpha = pixels[from + 3]!
          if (alpha === 0) continue
          const kept = 255 - alpha
          for (let k = 0; k < 4; k++) {
            // The last factor divides by 255, rounded.
            sheet[to + k] = pixels[from + k]! + (((sheet[to + k]! * kept + 128) * 257) >>> 16)
          }
        }
      }
    },
    pixels() {
      const data = new Uint8ClampedArray(sheet.length)
      for (let i = 0; i < sheet.length; i += 4) {
        const alpha = sheet[i + 3]!
        if (alpha === 0) continue
        for (let k = 0; k < 3; k++) data[i + k] = (sheet[i + k]! * 255) / alpha
        data[i + 3] = alpha
      }
      return { data, width, height }
    },
  }
}
