import type { HistoryView } from '../../journal/view.ts'
import type { FlatParam } from '../../space/space.ts'
import type { Column } from './column.ts'
import { createColumn } from './column.ts'
import { dimensionOf } from './dimension.ts'
import type { Parzen } from './parzen.ts'
import { createParzen } from './parzen.ts'
import type { Split } from './split.ts'
import { sideOf } from './split.ts'

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

/** The estimator of one side of a split, and by trial its place among the kernels or -1. */
interface Side {
  readonly parzen: Parzen
  rows: Int32Array
  places: Int32Array
  weights: Float64Array
}

/** With more changes than this at once, sorting anew beats inserting. */
const bulk = 64
const outside = 0
const inside = 1
/** Read, and found to lack a value. */
const lacking = 2

export function createPool(params: readonly FlatParam[]): Pool {
  const columns = params.map((p) => createColumn(dimensionOf(p.distribution)))
  const first = columns[0] as Column
  const slots: { readonly better: Side; readonly rest: Side }[] = []
  let status = new Uint8Array(64)
  let stamps = new Int32Array(64)
  let stamp = 0

  const reserve = (length: number): void => {
    columns.forEach((column) => column.reserve(length))
    if (status.length >= length) return
    const old = status
    status = new Uint8Array(2 * length)
    status.set(old)
    stamps = new Int32Array(2 * length)
  }
  const createSide = (): Side => ({
    parzen: createParzen(columns),
    rows: new Int32Array(0),
    places: new Int32Array(0),
    weights: new Float64Array(0),
  })
  const read = (view: HistoryView, trial: number): boolean => {
    let whole = true
    columns.forEach((column, j) => {
      const value = view.valueOf(trial, (params[j] as FlatParam).name)
      if (!column.read(trial, value)) whole = false
    })
    status[trial] = whole ? inside : lacking
    return whole
  }
  const dropAll = (gone: readonly number[]): void => {
    for (const trial of gone) status[trial] = outside
    if (gone.length > bulk) columns.forEach((column) => column.retain((t) => status[t] === inside))
    else for (const trial of gone) columns.forEach((column) => column.remove(trial))
  }
  const addAll = (fresh: readonly number[]): void => {
    if (fresh.length > bulk) columns.forEach((column) => column.append(fresh))
    else for (const trial of fresh) columns.forEach((column) => column.insert(trial))
  }
  /** Fills the estimator of a side with its first `n` rows. */
  const fill = (side: Side, n: number, { priorKernel, minBandwidth }: Split): Parzen => {
    const weights = side.weights.subarray(0, n)
    let total = 0
    let largest = 0
    for (let i = 0; i < n; i++) {
      total += weights[i]!
      largest = Math.max(largest, weights[i]!)
    }
    const prior = priorKernel === 'mean' ? total / n : largest
    side.parzen.fill({
      rows: side.rows.subarray(0, n),
      places: side.places,
      weights,
      priorWeight: total > 0 ? prior : 1,
      minBandwidth: { continuous: minBandwidth(n, 'continuous'), grid: minBandwidth(n, 'grid') },
    })
    return side.parzen
  }

  return {
    params,
    columns,
    sync(view, trials, refresh) {
      reserve(view.history.length)
      stamp++
      for (const trial of trials) stamps[trial] = stamp
      for (const trial of refresh) {
        stamps[trial] = 0
        if (status[trial] === lacking) status[trial] = outside
      }
      const gone: number[] = []
      for (let k = 0; k < first.count; k++) {
        const trial = first.trials[k] as number
        if (stamps[trial] !== stamp) gone.push(trial)
      }
      dropAll(gone)
      addAll(trials.filter((t) => status[t] === outside && read(view, t)))
    },
    estimators(slot, split) {
      const { better, rest } = (slots[slot] ??= { better: createSide(), rest: createSide() })
      makeRoom(better, first.count, status.length)
      makeRoom(rest, first.count, status.length)
      let goods = 0
      let others = 0
      for (let k = 0; k < first.count; k++) {
        const trial = first.trials[k] as number
        const side = split.sides[trial]
        better.places[trial] = rest.places[trial] = -1
        if (side === sideOf.better) {
          better.rows[goods] = trial
          better.weights[goods] = split.weightOf(trial)
          better.places[trial] = goods++
        } else if (side === sideOf.rest) {
          rest.rows[others] = trial
          rest.weights[others] = 1
          rest.places[trial] = others++
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

function makeRoom(side: Side, rows: number, trials: number): void {
  if (side.rows.length < rows) {
    side.rows = new Int32Array(2 * rows)
    side.weights = new Float64Array(2 * rows)
  }
  if (side.places.length < trials) side.places = new Int32Array(trials)
}
