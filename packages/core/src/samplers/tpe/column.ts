import type { Label } from '../../space/distribution.ts'
import type { Dimension } from './dimension.ts'
import { positionOf } from './dimension.ts'
import { logNormaliser, narrowest } from './kernel.ts'

/**
 * The trials of a group in the order of one parameter, equals by their numbers, kept in order while
 * trials come and go. Of the arrays side by side the first `count` entries hold; being read from
 * end to end they are fast.
 */
export interface Column {
  readonly dimension: Dimension
  readonly count: number
  readonly trials: Int32Array
  /** Coordinates in [0, 1]; of an unordered choice the label's index. */
  readonly positions: Float64Array
  /** Log normalisers of the narrowest kernels there, of continuous parameters. */
  readonly norms: Float64Array
  /** By trial: its code. */
  readonly codes: Float64Array
  /** Makes room for that many trials. */
  reserve(trials: number): void
  /** Reads the value of a trial that is not in order yet; whether it is one of the parameter's. */
  read(trial: number, value: Label | undefined): boolean
  /** Puts a trial that was read in order. */
  insert(trial: number): void
  remove(trial: number): void
  /** Puts many trials in order at once. */
  append(trials: readonly number[]): void
  /** Keeps those trials alone. */
  retain(keep: (trial: number) => boolean): void
}

export function createColumn(dimension: Dimension): Column {
  let count = 0
  let trials = new Int32Array(64)
  let positions = new Float64Array(64)
  let norms = new Float64Array(64)
  let codes = new Float64Array(64)

  const key = (trial: number): number => positionOf(dimension, codes[trial] as number)
  const write = (place: number, trial: number): void => {
    const x = key(trial)
    trials[place] = trial
    positions[place] = x
    if (dimension.kind === 'continuous') norms[place] = logNormaliser(x, narrowest)
  }
  /** How many come before a trial. */
  const placeOf = (trial: number): number => {
    const x = key(trial)
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >> 1
      const other = positions[middle] as number
      if (other < x || (other === x && (trials[middle] as number) < trial)) low = middle + 1
      else high = middle
    }
    return low
  }
  const shift = (from: number, to: number): void => {
    trials.copyWithin(to, from, count)
    positions.copyWithin(to, from, count)
    norms.copyWithin(to, from, count)
  }

  return {
    dimension,
    get count() {
      return count
    },
    get trials() {
      return trials
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
      const old = { trials, positions, norms, codes }
      trials = new Int32Array(2 * size)
      positions = new Float64Array(2 * size)
      norms = new Float64Array(2 * size)
      codes = new Float64Array(2 * size)
      trials.set(old.trials)
      positions.set(old.positions)
      norms.set(old.norms)
      codes.set(old.codes)
    },
    read(trial, value) {
      const code = dimension.codeOf(value)
      codes[trial] = code
      return !Number.isNaN(code)
    },
    insert(trial) {
      const place = placeOf(trial)
      shift(place, place + 1)
      write(place, trial)
      count++
    },
    remove(trial) {
      shift(placeOf(trial) + 1, placeOf(trial))
      count--
    },
    append(more) {
      const all = [...trials.subarray(0, count), ...more]
      all.sort((a, b) => key(a) - key(b) || a - b)
      all.forEach((trial, place) => write(place, trial))
      count = all.length
    },
    retain(keep) {
      let kept = 0
      for (let k = 0; k < count; k++) {
        const trial = trials[k] as number
        if (!keep(trial)) continue
        trials[kept] = trial
        positions[kept] = positions[k] as number
        norms[kept] = norms[k] as number
        kept++
      }
      count = kept
    },
  }
}
