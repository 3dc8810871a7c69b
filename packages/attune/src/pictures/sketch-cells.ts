import type { Chart, Mark } from '@attune/core'
import type { Canvas } from './sketch-canvas.ts'

/** From the lowest value to the highest. */
export const darkness: { readonly blocks: readonly string[]; readonly letters: readonly string[] } =
  {
    blocks: [' ', '░', '▒', '▓', '█'],
    letters: [' ', '.', ':', '+', '#', '@'],
  }

export function drawCells(
  mark: Extract<Mark, { kind: 'heat' | 'surface' }>,
  chart: Chart,
  canvas: Canvas,
  isAscii: boolean,
): void {
  const { low, high, valueAt } = cellsOf(mark, chart)
  const signs = isAscii ? darkness.letters : darkness.blocks
  for (let row = 0; row < canvas.rows; row++) {
    for (let column = 0; column < canvas.columns; column++) {
      const place = [(column + 0.5) / canvas.columns, (row + 0.5) / canvas.rows] as const
      const value = valueAt(...place)
      if (value === undefined || !Number.isFinite(value)) continue
      const share = high > low ? (value - low) / (high - low) : 0
      const sign = signs[Math.min(signs.length - 1, Math.floor(share * signs.length))]!
      const [x, y] = [column / Math.max(1, canvas.columns - 1), row / Math.max(1, canvas.rows - 1)]
      canvas.sign(x, y, sign, 'faint')
    }
  }
}

/** The values of a field of cells at shares of its width and height, and their ends. */
export function cellsOf(
  mark: Extract<Mark, { kind: 'heat' | 'surface' }>,
  { x, y }: Chart,
): {
  readonly low: number
  readonly high: number
  valueAt(x: number, y: number): number | undefined
} {
  const rows: (readonly (number | undefined)[])[] =
    mark.kind === 'surface'
      ? [...mark.rows]
      : Array.from({ length: y.labels?.length ?? 0 }, (_, j) =>
          Array.from(
            { length: x.labels?.length ?? 0 },
            (_cell, i) => mark.cells.find(([a, b]) => a === i && b === j)?.[2],
          ),
        )
  const all = rows
    .flat()
    .filter((value) => value !== undefined && Number.isFinite(value)) as number[]
  const low = all.reduce((a, b) => Math.min(a, b), Infinity)
  const high = all.reduce((a, b) => Math.max(a, b), -Infinity)
  return {
    low,
    high,
    valueAt(a, b) {
      const row = rows[Math.floor(b * rows.length)]
      return row?.[Math.floor(a * row.length)]
    },
  }
}
