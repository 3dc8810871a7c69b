import type { History } from '../../journal/history.ts'
import type { FlatParam } from '../../space/space.ts'
import type { Dimension } from './dimension.ts'
import { dimensionOf, positionOf } from './dimension.ts'
import type { MassTables, NormCache, Parzen } from './parzen.ts'
import { buildParzen } from './parzen.ts'

/**
 * The trials that serve as kernels for one group of parameters (parameters that are active under
 * the same conditions), kept sorted in every dimension while trials come and go.
 */
export interface Pool {
  readonly params: readonly FlatParam[]
  readonly dimensions: readonly Dimension[]
  /** Takes exactly these trials, leaving out those without a value for every parameter. */
  sync(trials: readonly number[], refresh: readonly number[]): void
  /** Estimators over the trials for which `good` holds and over all others. */
  estimators(
    good: Uint8Array,
    weightOf: (trial: number) => number,
  ): { readonly better: Parzen; readonly rest: Parzen; readonly counts: readonly [number, number] }
}

/** With more changes than this at once, sorting anew beats inserting. */
const bulk = 64

export function createPool(history: History, params: readonly FlatParam[]): Pool {
  const dimensions = params.map((p) => dimensionOf(p.distribution))
  const codes = params.map(() => new Float64Array(64))
  const tables: MassTables[] = params.map(() => [])
  const norms: [NormCache, NormCache] = [emptyNorms(params.length), emptyNorms(params.length)]
  const sorted: number[][] = params.map(() => [])
  const members = new Set<number>()

  const key = (j: number, row: number): number =>
    positionOf(dimensions[j] as Dimension, (codes[j] as Float64Array)[row] as number)
  const before = (j: number, a: number, b: number): number => key(j, a) - key(j, b) || a - b
  const place = (j: number, row: number): number => {
    const list = sorted[j] as number[]
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(j, list[middle] as number, row) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  const read = (trial: number): boolean => {
    params.forEach((param, j) => {
      const column = codes[j] as Float64Array
      column[trial] = (dimensions[j] as Dimension).codeOf(history.values.get(param.name, trial))
    })
    return codes.every((column) => !Number.isNaN(column[trial]))
  }
  const reserve = (): void => {
    if ((codes[0] as Float64Array).length >= history.length) return
    const longer = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const data = new Float64Array(history.length * 2)
      data.set(old)
      return data
    }
    codes.forEach((column, j) => (codes[j] = longer(column)))
    for (const cache of norms) {
      cache.bandwidth.forEach((column, j) => (cache.bandwidth[j] = longer(column)))
      cache.logNorm.forEach((column, j) => (cache.logNorm[j] = longer(column)))
    }
  }
  const remove = (trial: number): void => {
    members.delete(trial)
    sorted.forEach((list, j) => list.splice(place(j, trial), 1))
  }
  const add = (trial: number): void => {
    if (!read(trial)) return
    members.add(trial)
    for (const cache of norms) for (const column of cache.bandwidth) column[trial] = 0
    sorted.forEach((list, j) => list.splice(place(j, trial), 0, trial))
  }

  return {
    params,
    dimensions,
    sync(trials, refresh) {
      reserve()
      const wanted = new Set(trials)
      const gone = [...members].filter((t) => !wanted.has(t) || refresh.includes(t))
      if (gone.length > bulk) {
        members.clear()
        for (const list of sorted) list.length = 0
      } else for (const trial of gone) remove(trial)
      const fresh = trials.filter((t) => !members.has(t))
      if (fresh.length <= bulk) {
        for (const trial of fresh) add(trial)
        return
      }
      for (const trial of fresh) {
        if (!read(trial)) continue
        members.add(trial)
        for (const cache of norms) for (const column of cache.bandwidth) column[trial] = 0
      }
      sorted.forEach((list, j) => {
        list.length = 0
        list.push(...members)
        list.sort((a, b) => before(j, a, b))
      })
    },
    estimators(good, weightOf) {
      const position = new Map<number, number>()
      const rows: [number[], number[]] = [[], []]
      for (const trial of sorted[0] as number[]) {
        const list = rows[good[trial] === 1 ? 0 : 1] as number[]
        position.set(trial, list.length)
        list.push(trial)
      }
      const build = (which: 0 | 1, weights: Float64Array, priorWeight: number): Parzen =>
        buildParzen({
          dimensions,
          codes,
          rows: rows[which],
          sorted: sorted.map((list) =>
            list
              .filter((t) => (good[t] === 1 ? 0 : 1) === which)
              .map((t) => position.get(t) as number),
          ),
          weights,
          priorWeight,
          tables,
          norms: norms[which],
        })
      const weights = Float64Array.from(rows[0], weightOf)
      const mean = weights.length === 0 ? 1 : weights.reduce((a, b) => a + b, 0) / weights.length
      return {
        better: build(0, weights, mean),
        rest: build(1, new Float64Array(rows[1].length).fill(1), 1),
        counts: [rows[0].length, rows[1].length],
      }
    },
  }
}

function emptyNorms(d: number): NormCache {
  const columns = (): Float64Array[] => Array.from({ length: d }, () => new Float64Array(64))
  return { bandwidth: columns(), logNorm: columns() }
}
