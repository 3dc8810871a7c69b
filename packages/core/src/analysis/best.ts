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
  const single = (history.config?.objectives.length ?? 1) === 1
  const fronts = single ? undefined : paretoFronts(losses)
  const key = (i: number): number => (fronts === undefined ? losses[i]?.[0] : fronts[i]) as number
  const violations = trials.map((t) => cell(history, 'violation', t) || 0)
  return trials
    .map((_, i) => i)
    .sort((a, b) => {
      const va = violations[a] as number
      const vb = violations[b] as number
      if (va !== vb) return va < vb ? -1 : 1
      if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1
      return a - b
    })
    .map((i) => trials[i] as number)
}

/** The best trial of one objective, or the Pareto front of several, among feasible trials. */
export function bestTrials(history: History): number[] {
  const objectives = history.config?.objectives.length ?? 1
  const feasible = rankTrials(history).filter((t) => !(cell(history, 'violation', t) > 0))
  if (objectives === 1) return feasible.slice(0, 1)
  const fronts = paretoFronts(feasible.map((t) => lossesOf(history, t)))
  return feasible.filter((_, i) => fronts[i] === 0)
}
