import type { History } from '../journal/history.ts'
import { cell, stateCode } from '../journal/history.ts'
import { paretoFronts } from './pareto.ts'

/** The losses of a trial: its objectives with maximised ones negated; NaN where missing. */
export function lossesOf(history: History, trial: number): number[] {
  return (history.config?.objectives ?? []).map((o) => {
    const x = cell(history, `metric:${o.name}`, trial)
    return o.direction === 'minimize' ? x : -x
  })
}

/** The same for one trial after another, as the study stands now. */
export function lossReader(history: History): (trial: number) => number[] {
  const columns = (history.config?.objectives ?? []).map(({ name, direction }) => ({
    data: history.columns.get(`metric:${name}`)?.data,
    sign: direction === 'minimize' ? 1 : -1,
  }))
  return (trial) => columns.map(({ data, sign }) => sign * (data?.[trial] ?? Number.NaN))
}

/**
 * Complete trials from best to worst: feasible ones first, by their loss or Pareto front, then
 * infeasible ones by their violation; equals in the order of their numbers. Trials without a value
 * for every objective and excluded ones are left out.
 */
export function rankTrials(history: History): number[] {
  const states = history.columns.get('state')?.data
  const lossesAt = lossReader(history)
  const trials: number[] = []
  const losses: number[][] = []
  for (let t = 0; t < history.length; t++) {
    if (states?.[t] !== stateCode.complete || history.excluded.has(t)) continue
    const row = lossesAt(t)
    if (row.some(Number.isNaN)) continue
    trials.push(t)
    losses.push(row)
  }
  const violations = trials.map((t) => cell(history, 'violation', t) || 0)
  const keys = sortKeys(losses, violations)
  return trials
    .map((_, i) => i)
    .sort((a, b) => {
      const va = violations[a] as number
      const vb = violations[b] as number
      if (va !== vb) return va < vb ? -1 : 1
      const [ka, kb] = [keys[a] as number, keys[b] as number]
      return ka === kb ? a - b : ka < kb ? -1 : 1
    })
    .map((i) => trials[i] as number)
}

/** The loss, or the front among the feasible or the infeasible rows: one may not shift the other. */
function sortKeys(losses: readonly number[][], violations: readonly number[]): ArrayLike<number> {
  if ((losses[0]?.length ?? 1) === 1) return losses.map((row) => row[0] as number)
  const keys = new Int32Array(losses.length)
  for (const feasible of [true, false]) {
    const rows = violations.flatMap((v, i) => ((v === 0) === feasible ? [i] : []))
    const fronts = paretoFronts(rows.map((i) => losses[i] as number[]))
    rows.forEach((i, k) => (keys[i] = fronts[k] as number))
  }
  return keys
}

/** The best trial of one objective, or the Pareto front of several, among feasible trials. */
export function bestTrials(history: History): number[] {
  const objectives = history.config?.objectives.length ?? 1
  if (objectives === 1) return leastTrial(history)
  const feasible = rankTrials(history).filter((t) => !(cell(history, 'violation', t) > 0))
  const fronts = paretoFronts(feasible.map((t) => lossesOf(history, t)))
  return feasible.filter((_, i) => fronts[i] === 0)
}

/** The first of the feasible trials with the least loss, without sorting all of them. */
function leastTrial(history: History): number[] {
  const { name = '', direction } = history.config?.objectives[0] ?? {}
  const sign = direction === 'maximize' ? -1 : 1
  const states = history.columns.get('state')?.data
  const results = history.columns.get(`metric:${name}`)?.data
  const violations = history.columns.get('violation')?.data
  let best = -1
  let least = Number.NaN
  for (let t = 0; t < history.length; t++) {
    const loss = sign * (results?.[t] ?? Number.NaN)
    if (!(loss < least) && (best >= 0 || Number.isNaN(loss))) continue
    if (states?.[t] !== stateCode.complete || (violations?.[t] ?? 0) > 0) continue
    if (history.excluded.has(t)) continue
    best = t
    least = loss
  }
  return best < 0 ? [] : [best]
}
