import type { HistoryView } from '../../journal/view.ts'
import type { FlatParam } from '../../space/space.ts'
import type { Column } from './column.ts'
import { createColumn } from './column.ts'
import { dimensionOf } from './dimension.ts'
import type { Parzen } from './parzen.ts'
import { createParzen } from './parzen.ts'
import type { Split } from './split.ts'

/**
 * The trials that serve as kernels for one group of parameters (parameters that share a density),
 * kept sorted in every dimension while trials come and go.
 */
export interface Pool {
  readonly params: readonly FlatParam[]
  readonly columns: readonly Column[]
  /**
   * Takes exactly these trials, leaving out those without a value for every parameter. Trials in
   * `refresh` are read again.
   */
  sync(view: HistoryView, trials: readonly number[], refresh: readonly number[]): void
  /** Estimators over both sides of a split. Those of the same `slot` are filled anew every time. */
  estimators(slot: number, split: Split): Estimators
}

export interface Estimators {
  readonly better: Parzen
  readonly rest: Parzen
  /** Which share of the trials on either side is on the better one. */
  readonly share: number
}

/** The estimator of one side of a split, and by row its place among the kernels or -1. */
interface Side {
  readonly parzen: Parzen
  rows: Int32Array
  places: Int32Array
  weights: Float64Array
}

/** On which side of a split a row is. */
const sideOf = { rest: 0, better: 1, neither: 2 } as const
/** With more changes than this at once, sorting anew beats inserting. */
const bulk = 64
/** What a trial has instead of a row: it is not taken, or was read and found to lack a value. */
const outside = -1
const lacking = -2

export function createPool(params: readonly FlatParam[]): Pool {
  // Few of many trials may be taken: by row, what is known of them lies close together in memory.
  let rowOf = new Int32Array(0)
  const trialOf: number[] = []
  const free: number[] = []
  const columns = params.map((p) =>
    createColumn(dimensionOf(p.distribution), (row) => trialOf[row]!),
  )
  const first = columns[0] as Column
  const slots: { readonly better: Side; readonly rest: Side }[] = []
  let stamps = new Int32Array(64)
  let stamp = 0
  /** By row: its side of a split, and what it weighs if that is the better one. */
  let sides = new Uint8Array(64)
  let weights = new Float64Array(64)

  const reserveTrials = (length: number): void => {
    if (rowOf.length >= length) return
    const old = rowOf
    rowOf = new Int32Array(2 * length).fill(outside)
    rowOf.set(old)
  }
  const reserveRows = (length: number): void => {
    columns.forEach((column) => column.reserve(length))
    if (stamps.length >= length) return
    stamps = new Int32Array(2 * length)
    sides = new Uint8Array(2 * length)
    weights = new Float64Array(2 * length)
  }
  const createSide = (): Side => ({
    parzen: createParzen(columns),
    rows: new Int32Array(0),
    places: new Int32Array(0),
    weights: new Float64Array(0),
  })
  /** Gives a trial a row, if it has a value for every parameter. */
  const read = (view: HistoryView, trial: number): number => {
    const row = free.pop() ?? trialOf.length
    reserveRows(row + 1)
    trialOf[row] = trial
    let whole = true
    columns.forEach((column, j) => {
      const value = view.valueOf(trial, (params[j] as FlatParam).name)
      if (!column.read(row, value)) whole = false
    })
    if (!whole) free.push(row)
    return (rowOf[trial] = whole ? row : lacking)
  }
  const dropAll = (gone: readonly number[]): void => {
    if (gone.length > bulk) columns.forEach((c) => c.retain((row) => stamps[row] === stamp))
    else for (const row of gone) columns.forEach((column) => column.remove(row))
    for (const row of gone) {
      rowOf[trialOf[row]!] = outside
      free.push(row)
    }
  }
  const addAll = (fresh: readonly number[]): void => {
    if (fresh.length > bulk) columns.forEach((column) => column.append(fresh))
    else for (const row of fresh) columns.forEach((column) => column.insert(row))
  }
  const divide = (split: Split): void => {
    sides.fill(split.rest === undefined ? sideOf.rest : sideOf.neither)
    for (const trial of split.rest ?? []) {
      const row = rowOf[trial]!
      if (row >= 0) sides[row] = sideOf.rest
    }
    split.better.forEach((trial, i) => {
      const row = rowOf[trial]!
      if (row < 0) return
      sides[row] = sideOf.better
      weights[row] = split.weights[i]!
    })
  }
  /** Fills the estimator of a side with its first `n` rows. */
  const fill = (side: Side, n: number, { priorKernel, minBandwidth }: Split): Parzen => {
    const own = side.weights.subarray(0, n)
    let total = 0
    let largest = 0
    for (let i = 0; i < n; i++) {
      total += own[i]!
      largest = Math.max(largest, own[i]!)
    }
    const prior = priorKernel === 'mean' ? total / n : largest
    side.parzen.fill({
      rows: side.rows.subarray(0, n),
      places: side.places,
      weights: own,
      priorWeight: total > 0 ? prior : 1,
      minBandwidth: { continuous: minBandwidth(n, 'continuous'), grid: minBandwidth(n, 'grid') },
    })
    return side.parzen
  }

  return {
    params,
    columns,
    sync(view, trials, refresh) {
      reserveTrials(view.history.length)
      stamp++
      for (const trial of trials) {
        const row = rowOf[trial]!
        if (row >= 0) stamps[row] = stamp
      }
      for (const trial of refresh) {
        const row = rowOf[trial]!
        if (row >= 0) stamps[row] = 0
        else rowOf[trial] = outside
      }
      const gone: number[] = []
      for (let k = 0; k < first.count; k++) {
        const row = first.rows[k]!
        if (stamps[row] !== stamp) gone.push(row)
      }
      dropAll(gone)
      const fresh: number[] = []
      for (const trial of trials) {
        if (rowOf[trial] !== outside) continue
        const row = read(view, trial)
        if (row >= 0) fresh.push(row)
      }
      addAll(fresh)
    },
    estimators(slot, split) {
      const { better, rest } = (slots[slot] ??= { better: createSide(), rest: createSide() })
      makeRoom(better, first.count, trialOf.length)
      makeRoom(rest, first.count, trialOf.length)
      divide(split)
      let goods = 0
      let others = 0
      for (let k = 0; k < first.count; k++) {
        const row = first.rows[k]!
        const side = sides[row]
        better.places[row] = rest.places[row] = -1
        if (side === sideOf.better) {
          better.rows[goods] = row
          better.weights[goods] = weights[row]!
          better.places[row] = goods++
        } else if (side === sideOf.rest) {
          rest.rows[others] = row
          rest.weights[others] = 1
          rest.places[row] = others++
        }
      }
      return {
        better: fill(better, goods, split),
        rest: fill(rest, others, split),
        share: goods + others === 0 ? 1 : goods / (goods + others),
      }
    },
  }
}

function makeRoom(side: Side, kernels: number, rows: number): void {
  if (side.rows.length < kernels) {
    side.rows = new Int32Array(2 * kernels)
    side.weights = new Float64Array(2 * kernels)
  }
  if (side.places.length < rows) side.places = new Int32Array(2 * rows)
}
