import type { PackedPoints } from './packed-chart.ts'

export type Shape = PackedPoints['shape']

/** The sizes of shapes in pixels, so that they look equally large; as in core's ECharts look. */
export const sizeOf: Readonly<Record<Shape, number>> = {
  circle: 7,
  diamond: 9,
  triangle: 8,
  cross: 9,
}

/** Outlines around 0, 0 in a box from -1 to 1; a circle has none. */
const outlines: Readonly<Record<Exclude<Shape, 'circle'>, readonly (readonly [number, number])[]>> =
  {
    diamond: [
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, 0],
    ],
    triangle: [
      [0, -1],
      [1, 0.8],
      [-1, 0.8],
    ],
    cross: [
      [-0.6, -1],
      [0, -0.4],
      [0.6, -1],
      [1, -0.6],
      [0.4, 0],
      [1, 0.6],
      [0.6, 1],
      [0, 0.4],
      [-0.6, 1],
      [-1, 0.6],
      [-0.4, 0],
      [-1, -0.6],
    ],
  }

interface PathMaker {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  arc(x: number, y: number, radius: number, from: number, to: number): void
  closePath(): void
}

/** Adds a shape around a place to a path. */
export function tracePath(path: PathMaker, shape: Shape, x: number, y: number, size: number): void {
  const radius = size / 2
  if (shape === 'circle') {
    path.moveTo(x + radius, y)
    path.arc(x, y, radius, 0, 2 * Math.PI)
    return
  }
  outlines[shape].forEach(([a, b], i) => {
    if (i === 0) path.moveTo(x + a * radius, y + b * radius)
    else path.lineTo(x + a * radius, y + b * radius)
  })
  path.closePath()
}

/** A shape as the data of an SVG path. */
export function symbolPath(shape: Shape, x: number, y: number, size: number): string {
  const r = size / 2
  const at = (value: number): string => String(Math.round(value * 100) / 100)
  if (shape === 'circle') {
    return `M${at(x - r)} ${at(y)}a${at(r)} ${at(r)} 0 1 0 ${at(2 * r)} 0a${at(r)} ${at(r)} 0 1 0 ${at(-2 * r)} 0z`
  }
  const points = outlines[shape].map(([a, b]) => `${at(x + a * r)} ${at(y + b * r)}`)
  return `M${points.join('L')}z`
}
