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

/**
 * Complete trials from best to worst: feasible ones first, by their loss or Pareto front, then
 * infeasible ones by their violation; equals in the order of their numbers. Trials without a value
 * for every objective are left out.
 */
export function rankTrials(history: History): number[] {
  const states = history.columns.get('state')?.data
  const trials: number[] = []
  const losses: number[][] = []
  for (let t = 0; t < history.length; t++) {
    if (states?.[t] !== stateCode.complete) continue
    const row = lossesOf(history, t)
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
  const feasible = rankTrials(history).filter((t) => !(cell(history, 'violation', t) > 0))
  if (objectives === 1) return feasible.slice(0, 1)
  const fronts = paretoFronts(feasible.map((t) => lossesOf(history, t)))
  return feasible.filter((_, i) => fronts[i] === 0)
}
