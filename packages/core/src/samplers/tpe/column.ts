import type { Label } from '../../space/distribution.ts'
import type { Dimension } from './dimension.ts'
import { positionOf } from './dimension.ts'
import { logNormaliser, narrowest } from './kernel.ts'

/**
 * The rows of a group (one for each of its trials) in the order of one parameter, equals by the
 * numbers of their trials, kept in order while rows come and go. Of the arrays side by side the first
 * `count` entries hold; being read from end to end they are fast.
 */
export interface Column {
  readonly dimension: Dimension
  readonly count: number
  readonly rows: Int32Array
  /** Coordinates in [0, 1]; of an unordered choice the label's index. */
  readonly positions: Float64Array
  /** Log normalisers of the narrowest kernels there, of continuous parameters. */
  readonly norms: Float64Array
  /** By row: its code. */
  readonly codes: Float64Array
  /** Makes room for that many rows. */
  reserve(rows: number): void
  /** Reads the value of a row that is not in order yet; whether it is one of the parameter's. */
  read(row: number, value: Label | undefined): boolean
  /** Puts a row that was read in order. */
  insert(row: number): void
  remove(row: number): void
  /** Puts many rows in order at once. */
  append(rows: readonly number[]): void
  /** Keeps those rows alone. */
  retain(keep: (row: number) => boolean): void
}

/** @param trialOf the number of a row's trial */
export function createColumn(dimension: Dimension, trialOf: (row: number) => number): Column {
  let count = 0
  let rows = new Int32Array(64)
  let positions = new Float64Array(64)
  let norms = new Float64Array(64)
  let codes = new Float64Array(64)

  const key = (row: number): number => positionOf(dimension, codes[row] as number)
  const write = (place: number, row: number): void => {
    const x = key(row)
    rows[place] = row
    positions[place] = x
    if (dimension.kind === 'continuous') norms[place] = logNormaliser(x, narrowest)
  }
  /** How many come before a row. */
  const placeOf = (row: number): number => {
    const x = key(row)
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >> 1
      const other = positions[middle] as number
      if (other < x || (other === x && trialOf(rows[middle] as number) < trialOf(row)))
        low = middle + 1
      else high = middle
    }
    return low
  }
  const shift = (from: number, to: number): void => {
    rows.copyWithin(to, from, count)
    positions.copyWithin(to, from, count)
    norms.copyWithin(to, from, count)
  }

  return {
    dimension,
    get count() {
      return count
    },
    get rows() {
      return rows
    },
    get positions() {
      return positions
    },
    get norms() {
      return norms
    },
    get codes() {
      return codes
    },
    reserve(size) {
      if (codes.length >= size) return
      const old = { rows, positions, norms, codes }
      rows = new Int32Array(2 * size)
      positions = new Float64Array(2 * size)
      norms = new Float64Array(2 * size)
      codes = new Float64Array(2 * size)
      rows.set(old.rows)
      positions.set(old.positions)
      norms.set(old.norms)
      codes.set(old.codes)
    },
    read(row, value) {
      const code = dimension.codeOf(value)
      codes[row] = code
      return !Number.isNaN(code)
    },
    insert(row) {
      const place = placeOf(row)
      shift(place, place + 1)
      write(place, row)
      count++
    },
    remove(row) {
      const place = placeOf(row)
      shift(place + 1, place)
      count--
    },
    append(more) {
      const all = [...rows.subarray(0, count), ...more]
      all.sort((a, b) => key(a) - key(b) || trialOf(a) - trialOf(b))
      all.forEach((row, place) => write(place, row))
      count = all.length
    },
    retain(keep) {
      let kept = 0
      for (let k = 0; k < count; k++) {
        const row = rows[k] as number
        if (!keep(row)) continue
        rows[kept] = row
        positions[kept] = positions[k] as number
        norms[kept] = norms[k] as number
        kept++
      }
      count = kept
    },
  }
}
