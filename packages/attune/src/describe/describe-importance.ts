import type { History, Importance } from '@attune/core'
import { shortName } from '@attune/core'
import { bar } from '../text/format.ts'
import { table } from '../text/table.ts'

const barWidth = 24

/** Importances as lines with bars; parameters that were not always active say how often. */
export function describeImportance(history: History, importances: readonly Importance[]): string[] {
  const most = Math.max(...importances.map((one) => one.trials))
  const rows = importances.map(({ name, value, trials }) => [
    shortName(history, name),
    value.toFixed(2),
    bar(value, barWidth).filled,
    trials < most ? `active in ${trials} of ${most} trials` : '',
  ])
  return table(rows, { align: ['left', 'right'] })
}
