import type { HistoryView } from '../../journal/view.ts'
import { narrowest } from './kernel.ts'
import type { Split } from './split.ts'
import { even } from './split.ts'

/**
 * For every outcome constraint that some of these trials satisfied and others broke, the former
 * against the latter. Trials of which the margin is not known, such as those that are pending, are on
 * neither side. While none satisfied a constraint, the ranking by violations leads there.
 */
export function splitByOutcomes(view: HistoryView, trials: readonly number[]): readonly Split[] {
  const { history } = view
  // Their results may be there already, but the view does not show them.
  const pending = new Set(view.pending)
  return history.constraints.flatMap(({ source }) => {
    const margins = history.columns.get(`constraint:${source}`)?.data
    const better: number[] = []
    const rest: number[] = []
    for (const trial of trials) {
      const margin = margins?.[trial] ?? Number.NaN
      if (Number.isNaN(margin) || pending.has(trial)) continue
      if (margin <= 0) better.push(trial)
      else rest.push(trial)
    }
    if (better.length === 0 || rest.length === 0) return []
    const weights = even(better.length)
    return [{ better, weights, rest, priorKernel: 'mean', minBandwidth: () => narrowest }]
  })
}
