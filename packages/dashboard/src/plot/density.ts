import { partsOf } from './look.ts'
import type { Pixels } from './pen.ts'

/** Counts of what lies on each pixel of a box, and of its shades where marks are coloured by value. */
export interface Bins {
  readonly width: number
  readonly height: number
  readonly counts: Float32Array
  readonly shades?: Float32Array
}

export function createBins(width: number, height: number, shaded: boolean): Bins {
  const size = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))] as const
  const cells = size[0] * size[1]
  return {
    ...{ width: size[0], height: size[1], counts: new Float32Array(cells) },
    ...(shaded ? { shades: new Float32Array(cells) } : {}),
  }
}

/** Adds a dot of about 2 pixels; places are relative to the box. */
export function addDot(
  { width, height, counts, shades }: Bins,
  x: number,
  y: number,
  shade: number,
): void {
  const [left, top] = [Math.round(x - 1), Math.round(y - 1)]
  for (let j = Math.max(0, top); j < Math.min(height, top + 2); j++) {
    for (let i = Math.max(0, left); i < Math.min(width, left + 2); i++) {
      counts[j * width + i]! += 1
      if (shades !== undefined) shades[j * width + i]! += shade
    }
  }
}

/** Adds a line of one pixel, `weight` times; a step along the axis on which it is longer. */
export function addSegment(
  { width, height, counts, shades }: Bins,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  weight: number,
  shade: number,
): void {
  const long = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))
  const steps = Math.min(8192, Math.ceil(long))
  if (!(steps > 0)) return
  const [dx, dy] = [(x1 - x0) / steps, (y1 - y0) / steps]
  // A steep line fills several pixels of a column: each counts less, so that it weighs as a level one.
  const each = weight * Math.min(1, Math.max(0.35, Math.abs(x1 - x0) / long))
  let [x, y] = [x0, y0]
  for (let k = 0; k < steps; k++, x += dx, y += dy) {
    // What is no number, or negative, fails too.
    if (!(x >= 0 && y >= 0 && x < width && y < height)) continue
    const cell = (y | 0) * width + (x | 0)
    counts[cell]! += each
    if (shades !== undefined) shades[cell]! += each * shade
  }
}

/** Parts of a count that are told apart. */
const steps = 8
/** The faintest that one mark is. */
const faintest = 0.3

/**
 * Counts as pixels: the more lie on each other, the more opaque, by the logarithm of the count up to
 * that of the fullest pixels; with shades each pixel has the colour of their mean.
 * @param colours by shade; with one colour all have it
 * @param least how opaque one mark is, from 0 to 1
 */
export function binPixels(
  bins: Bins,
  colours: readonly string[],
  least: number = faintest,
): Pixels {
  const { width, height, counts, shades } = bins
  const full = Math.log1p(fullestOf(counts))
  const data = new Uint8ClampedArray(4 * width * height)
  const parts = new Uint8Array(colours.flatMap((colour) => [...partsOf(colour)]))
  const last = colours.length - 1
  const span = Math.max(1e-9, full - Math.log(2))
  const opacity = (n: number): number => {
    if (n < 1) return 255 * least * n
    const share = Math.max(0, Math.min(1, (Math.log1p(n) - Math.log(2)) / span))
    return 255 * (least + (1 - least) * share)
  }
  // Most counts are small; steps between those of the table are not seen.
  const known = Float32Array.from({ length: 1024 }, (_, k) => opacity((k + 0.5) / steps))
  for (let cell = 0; cell < counts.length; cell++) {
    const n = counts[cell]!
    if (n === 0) continue
    const place = shades === undefined ? 0 : Math.min(last, (shades[cell]! / n + 0.5) | 0)
    data[4 * cell] = parts[3 * place]!
    data[4 * cell + 1] = parts[3 * place + 1]!
    data[4 * cell + 2] = parts[3 * place + 2]!
    const step = (n * steps) | 0
    data[4 * cell + 3] = step < 1024 ? known[step]! : opacity(n)
  }
  return { width, height, data }
}

/** A count that few pixels exceed: a single full one shall not make all others pale. */
function fullestOf(counts: Float32Array): number {
  const sample: number[] = []
  const step = Math.max(1, Math.floor(counts.length / 20_000))
  for (let i = 0; i < counts.length; i += step) if (counts[i]! > 0) sample.push(counts[i]!)
  if (sample.length === 0) return 1
  sample.sort((a, b) => a - b)
  return Math.max(2, sample[Math.floor(0.995 * (sample.length - 1))]!)
}
