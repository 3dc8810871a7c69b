import type { HistoryView } from '../../journal/view.ts'
import { narrowest } from './kernel.ts'
import type { Split } from './split.ts'
import { sideOf } from './split.ts'

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
    const sides = new Uint8Array(history.length).fill(sideOf.neither)
    let satisfied = 0
    let broken = 0
    for (const trial of trials) {
      const margin = margins?.[trial] ?? Number.NaN
      if (Number.isNaN(margin) || pending.has(trial)) continue
      sides[trial] = margin <= 0 ? sideOf.better : sideOf.rest
      if (margin <= 0) satisfied++
      else broken++
    }
    if (satisfied === 0 || broken === 0) return []
    return [{ sides, weightOf: () => 1, priorKernel: 'mean', minBandwidth: () => narrowest }]
  })
}
