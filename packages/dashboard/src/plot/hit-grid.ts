/** Places in pixels that a pointer can find, sorted into cells. */
export interface HitGrid {
  /** The place nearest to a pointer within a radius in pixels; of equally near ones the last; -1 for none. */
  nearest(x: number, y: number, radius: number): number
  readonly count: number
}

const cellSize = 16

/**
 * Sorts places into cells of a grid, so that a search looks at a few of them only.
 * @param xy x, y after one another; what is not a number is not found
 */
export function createHitGrid(xy: Float32Array, width: number, height: number): HitGrid {
  const count = xy.length / 2
  const columns = Math.max(1, Math.ceil(width / cellSize))
  const rows = Math.max(1, Math.ceil(height / cellSize))
  const cellOf = (i: number): number => {
    const [x, y] = [xy[2 * i]!, xy[2 * i + 1]!]
    if (!(x >= 0 && y >= 0 && x <= width && y <= height)) return -1
    const column = Math.min(columns - 1, Math.floor(x / cellSize))
    return Math.min(rows - 1, Math.floor(y / cellSize)) * columns + column
  }
  const starts = new Int32Array(columns * rows + 1)
  for (let i = 0; i < count; i++) {
    const cell = cellOf(i)
    if (cell >= 0) starts[cell + 1]!++
  }
  for (let cell = 0; cell < columns * rows; cell++) starts[cell + 1]! += starts[cell]!
  const order = new Int32Array(starts.at(-1)!)
  const next = starts.slice()
  for (let i = 0; i < count; i++) {
    const cell = cellOf(i)
    if (cell >= 0) order[next[cell]!++] = i
  }
  return {
    count,
    nearest(x, y, radius) {
      const range = (at: number, most: number): readonly [number, number] => [
        Math.max(0, Math.floor((at - radius) / cellSize)),
        Math.min(most - 1, Math.floor((at + radius) / cellSize)),
      ]
      const [left, right] = range(x, columns)
      const [top, bottom] = range(y, rows)
      let [found, best] = [-1, radius * radius]
      for (let row = top; row <= bottom; row++) {
        for (let k = starts[row * columns + left]!; k < starts[row * columns + right + 1]!; k++) {
          const i = order[k]!
          const [dx, dy] = [xy[2 * i]! - x, xy[2 * i + 1]! - y]
          const far = dx * dx + dy * dy
          // Of equally near ones the last was drawn on top.
          if (far < best || (far === best && i > found)) [found, best] = [i, far]
        }
      }
      return found
    },
  }
}

/** Where arrow keys go. */
export type Direction = 'left' | 'right' | 'up' | 'down'

/**
 * The nearest place in a direction: one that lies straight ahead goes before one that lies aside.
 * @param from the place to start from; -1 for none yet, which gives the first one from the left
 * @returns -1 when there is none
 */
export function nearestToward(xy: Float32Array, from: number, direction: Direction): number {
  if (from < 0) return leftmost(xy)
  const [x, y] = [xy[2 * from]!, xy[2 * from + 1]!]
  const isAcross = direction === 'left' || direction === 'right'
  const sign = direction === 'right' || direction === 'down' ? 1 : -1
  let [found, best] = [-1, Infinity]
  for (let i = 0; i < xy.length / 2; i++) {
    const [dx, dy] = [xy[2 * i]! - x, xy[2 * i + 1]! - y]
    const ahead = sign * (isAcross ? dx : dy)
    const aside = Math.abs(isAcross ? dy : dx)
    // On one place with another nobody could leave by moving.
    if (!(ahead > 0.01) || aside > 2 * ahead + 40) continue
    const far = ahead + 0.7 * aside
    if (far < best) [found, best] = [i, far]
  }
  return found
}

function leftmost(xy: Float32Array): number {
  let found = -1
  for (let i = 0; i < xy.length / 2; i++) {
    if (Number.isNaN(xy[2 * i]! + xy[2 * i + 1]!)) continue
    if (found < 0 || xy[2 * i]! < xy[2 * found]!) found = i
  }
  return found
}
