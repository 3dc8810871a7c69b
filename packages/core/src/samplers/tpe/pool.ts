import type { History } from '../../journal/history.ts'
import type { HistoryView } from '../../journal/view.ts'
import type { FlatParam } from '../../space/space.ts'
import type { Dimension } from './dimension.ts'
import { dimensionOf, positionOf } from './dimension.ts'
import type { Parzen } from './parzen.ts'
import { createParzen } from './parzen.ts'

/**
 * The trials that serve as kernels for one group of parameters (parameters that are active under
 * the same conditions), kept sorted in every dimension while trials come and go.
 */
export interface Pool {
  readonly params: readonly FlatParam[]
  readonly dimensions: readonly Dimension[]
  /**
   * Takes exactly these trials, leaving out those without a value for every parameter. Trials in
   * `refresh` are read again.
   */
  sync(view: HistoryView, trials: readonly number[], refresh: readonly number[]): void
  /** Estimators over the trials whose entry in `good` is 1, and over all others. */
  estimators(
    good: Uint8Array,
    weightOf: (trial: number) => number,
  ): { readonly better: Parzen; readonly rest: Parzen }
}

/** With more changes than this at once, sorting anew beats inserting. */
const bulk = 64
const outside = 0
const inside = 1
/** Read, and found to lack a value. */
const lacking = 2

export function createPool(history: History, params: readonly FlatParam[]): Pool {
  const dimensions = params.map((p) => dimensionOf(p.distribution))
  const estimators = [createParzen(dimensions), createParzen(dimensions)] as const
  const codes = params.map(() => new Float64Array(64))
  const sorted: number[][] = params.map(() => [])
  let status = new Uint8Array(64)
  let stamps = new Int32Array(64)
  let places = [new Int32Array(64), new Int32Array(64)] as const
  let stamp = 0

  const reserve = (): void => {
    if (status.length >= history.length) return
    const size = history.length * 2
    codes.forEach((old, j) => {
      codes[j] = new Float64Array(size)
      codes[j]?.set(old)
    })
    const old = status
    status = new Uint8Array(size)
    status.set(old)
    stamps = new Int32Array(size)
    places = [new Int32Array(size), new Int32Array(size)]
  }
  const key = (j: number, trial: number): number =>
    positionOf(dimensions[j] as Dimension, (codes[j] as Float64Array)[trial] as number)
  const before = (j: number, a: number, b: number): number => key(j, a) - key(j, b) || a - b
  const place = (j: number, trial: number): number => {
    const list = sorted[j] as number[]
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(j, list[middle] as number, trial) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  const read = (view: HistoryView, trial: number): boolean => {
    let whole = true
    params.forEach((param, j) => {
      const code = dimensions[j]?.codeOf(view.valueOf(trial, param.name)) ?? Number.NaN
      ;(codes[j] as Float64Array)[trial] = code
      if (Number.isNaN(code)) whole = false
    })
    status[trial] = whole ? inside : lacking
    return whole
  }
  const dropAll = (gone: readonly number[]): void => {
    if (gone.length > bulk) {
      for (const trial of gone) status[trial] = outside
      sorted.forEach((list, j) => (sorted[j] = list.filter((t) => status[t] === inside)))
      return
    }
    for (const trial of gone) {
      status[trial] = outside
      sorted.forEach((list, j) => list.splice(place(j, trial), 1))
    }
  }
  const addAll = (fresh: readonly number[]): void => {
    if (fresh.length <= bulk) {
      for (const trial of fresh) sorted.forEach((list, j) => list.splice(place(j, trial), 0, trial))
      return
    }
    sorted.forEach((list, j) => {
      list.push(...fresh)
      list.sort((a, b) => before(j, a, b))
    })
  }

  return {
    params,
    dimensions,
    sync(view, trials, refresh) {
      reserve()
      stamp++
      for (const trial of trials) stamps[trial] = stamp
      for (const trial of refresh) {
        stamps[trial] = 0
        if (status[trial] === lacking) status[trial] = outside
      }
      dropAll((sorted[0] as number[]).filter((t) => stamps[t] !== stamp))
      addAll(trials.filter((t) => status[t] === outside && read(view, t)))
    },
    estimators(good, weightOf) {
      const members = sorted[0] as number[]
      const rows = [new Int32Array(members.length), new Int32Array(members.length)] as const
      const counts = [0, 0]
      for (const trial of members) {
        const which = good[trial] === 1 ? 0 : 1
        const place = counts[which] as number
        rows[which][place] = trial
        places[which][trial] = place
        places[(1 - which) as 0 | 1][trial] = -1
        counts[which] = place + 1
      }
      const better = rows[0].subarray(0, counts[0])
      const rest = rows[1].subarray(0, counts[1])
      const weights = Float64Array.from(better, weightOf)
      const total = weights.reduce((a, b) => a + b, 0)
      const shared = { codes, sorted }
      estimators[0].fill({
        ...shared,
        rows: better,
        places: places[0],
        weights,
        priorWeight: weights.length === 0 ? 1 : total / weights.length,
      })
      estimators[1].fill({
        ...shared,
        rows: rest,
        places: places[1],
        weights: new Float64Array(rest.length).fill(1),
        priorWeight: 1,
      })
      return { better: estimators[0], rest: estimators[1] }
    },
  }
}
