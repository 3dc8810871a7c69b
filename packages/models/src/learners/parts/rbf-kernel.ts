import { expAll } from '@attune/core/math'

/** e^(−gamma |a − b|²) between the rows of a matrix. */
export interface KernelRows {
  readonly rows: number
  /** K of a row with all rows; stays as it is until the row after the next is asked for. */
  row(i: number): Float32Array
}

/** Numbers that are kept of all rows together: 100 MB. */
const keptNumbers = 25_000_000

/** Squared lengths of the rows. */
export function squaredLengths(data: Float32Array, columns: number): Float64Array {
  const squares = new Float64Array(data.length / columns)
  for (let i = 0, at = 0; i < squares.length; i++) {
    let sum = 0
    for (let j = 0; j < columns; j++, at++) sum += data[at]! * data[at]!
    squares[i] = sum
  }
  return squares
}

/**
 * Rows of the kernel, kept while there is room; then the one that was not used for longest is forgotten,
 * which changes no number.
 * @param data row by row
 * @param signs by row 1 or −1: entries are multiplied by those of both rows
 */
export function kernelRows(
  data: Float32Array,
  columns: number,
  gamma: number,
  signs?: Int8Array,
): KernelRows {
  const squares = squaredLengths(data, columns)
  const rows = squares.length
  const room = Math.max(2, Math.min(rows, Math.floor(keptNumbers / rows)))
  const kept = new Map<number, Float32Array>()

  function storage(): Float32Array {
    if (kept.size < room) return new Float32Array(rows)
    const [oldest, array] = kept.entries().next().value as [number, Float32Array]
    kept.delete(oldest)
    return array
  }

  return {
    rows,
    row(i) {
      const known = kept.get(i)
      if (known !== undefined) {
        if (room < rows) {
          // The last that was used goes last.
          kept.delete(i)
          kept.set(i, known)
        }
        return known
      }
      const row = storage()
      kernelRow(data, columns, squares, data, i * columns, squares[i]!, gamma, row)
      if (signs !== undefined) for (let t = 0; t < rows; t++) row[t]! *= signs[i]! * signs[t]!
      kept.set(i, row)
      return row
    },
  }
}

/** K of one row of numbers, at `from` in `other`, with all rows of `data`. */
export function kernelRow(
  data: Float32Array,
  columns: number,
  squares: Float64Array,
  other: Float32Array,
  from: number,
  square: number,
  gamma: number,
  out: Float32Array | Float64Array,
): void {
  const rows = squares.length
  const powers = roomFor(rows)
  for (let i = 0, at = 0; i < rows; i++, at += columns) {
    const distance = squares[i]! + square - 2 * product(data, at, other, from, columns)
    powers[i] = -gamma * (distance > 0 ? distance : 0)
  }
  expAll(powers, rows)
  for (let i = 0; i < rows; i++) out[i] = powers[i]!
}

let room = new Float64Array(0)

/** Memory for numbers in between, the same from row to row. */
function roomFor(size: number): Float64Array {
  if (room.length < size) room = new Float64Array(size)
  return room
}

/** The inner product in four interleaved sums. */
function product(a: Float32Array, p: number, b: Float32Array, q: number, n: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let k = 0
  for (; k + 3 < n; k += 4) {
    s0 += a[p + k]! * b[q + k]!
    s1 += a[p + k + 1]! * b[q + k + 1]!
    s2 += a[p + k + 2]! * b[q + k + 2]!
    s3 += a[p + k + 3]! * b[q + k + 3]!
  }
  for (; k < n; k++) s0 += a[p + k]! * b[q + k]!
  return s0 + s1 + (s2 + s3)
}
