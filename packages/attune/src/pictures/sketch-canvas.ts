import type { Line, Span, Style } from '../text/line.ts'

/** A field of characters, each of 2 × 4 dots in braille or one letter in ASCII. */
export interface Canvas {
  readonly columns: number
  readonly rows: number
  /** A dot at shares of the width and height, from the lower left corner; others are passed over. */
  dot(x: number, y: number, style: Style | undefined, letter: string): void
  /** A straight row of dots. */
  line(from: Place, to: Place, style: Style | undefined, letter: string, every?: number): void
  /** One character in the place of dots. */
  sign(x: number, y: number, text: string, style: Style | undefined): void
  /** From the top down. */
  lines(): Line[]
}

export type Place = readonly [x: number, y: number]

interface Cell {
  bits: number
  text: string | undefined
  style: Style | undefined
}

/** The bit of each dot of a braille letter, by column and row from the top (Unicode 15, U+2800). */
const bits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const

export function createCanvas(columns: number, rows: number, isAscii: boolean): Canvas {
  const cells = Array.from({ length: columns * rows }, (): Cell => ({
    ...{ bits: 0, text: undefined, style: undefined },
  }))
  const [wide, tall] = isAscii ? [1, 1] : [2, 4]
  const [width, height] = [columns * wide, rows * tall]
  const inside = (share: number): boolean => share >= -1e-9 && share <= 1 + 1e-9
  const placeOf = (share: number, size: number): number =>
    Math.min(size - 1, Math.max(0, Math.round(share * (size - 1))))
  const cellAt = (px: number, py: number): Cell =>
    cells[Math.floor(py / tall) * columns + Math.floor(px / wide)]!
  const plot = (px: number, py: number, style: Style | undefined, letter: string): void => {
    const cell = cellAt(px, py)
    if (cell.text !== undefined && !isAscii) return
    cell.style = style
    if (isAscii) cell.text = letter
    else cell.bits |= bits[px % 2]![py % 4]!
  }
  const pixel = ([x, y]: Place): Place => [placeOf(x, width), height - 1 - placeOf(y, height)]
  return {
    columns,
    rows,
    dot(x, y, style, letter) {
      if (inside(x) && inside(y)) plot(...pixel([x, y]), style, letter)
    },
    line(from, to, style, letter, every = 1) {
      const clipped = clip(from, to)
      if (clipped === undefined) return
      const [a, b] = clipped.map(pixel) as [Place, Place]
      const steps = Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1]), 1)
      for (let k = 0; k <= steps; k += every) {
        const x = Math.round(a[0] + ((b[0] - a[0]) * k) / steps)
        const y = Math.round(a[1] + ((b[1] - a[1]) * k) / steps)
        plot(x, y, style, letter)
      }
    },
    sign(x, y, text, style) {
      if (!inside(x) || !inside(y)) return
      const [px, py] = pixel([x, y])
      const cell = cellAt(px, py)
      cell.text = text
      cell.style = style
    },
    lines() {
      return Array.from({ length: rows }, (_, row) =>
        joinSpans(cells.slice(row * columns, (row + 1) * columns)),
      )
    },
  }
}

function joinSpans(cells: readonly Cell[]): Line {
  const spans: Span[] = []
  for (const { bits: dots, text, style } of cells) {
    const letter = text ?? (dots === 0 ? ' ' : String.fromCodePoint(0x2800 + dots))
    const last = spans.at(-1)
    if (last !== undefined && last.style === style) {
      spans[spans.length - 1] = { ...last, text: last.text + letter }
    } else spans.push(style === undefined ? { text: letter } : { text: letter, style })
  }
  return spans
}

/** The part of a straight line within the unit square (Liang and Barsky, 1984). */
function clip(from: Place, to: Place): [Place, Place] | undefined {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  let [start, end] = [0, 1]
  for (const [p, q] of [
    [-dx, from[0]],
    [dx, 1 - from[0]],
    [-dy, from[1]],
    [dy, 1 - from[1]],
  ] as const) {
    if (p === 0) {
      if (q < 0) return undefined
      continue
    }
    const t = q / p
    if (p < 0) start = Math.max(start, t)
    else end = Math.min(end, t)
  }
  if (!(start <= end)) return undefined
  const at = (t: number): Place => [from[0] + t * dx, from[1] + t * dy]
  return [at(start), at(end)]
}
