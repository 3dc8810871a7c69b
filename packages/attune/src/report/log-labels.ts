import type { ColumnLabels } from '@attune/core'

import type { StudyFacts } from './study-facts.ts'

/** Results that span more than this factor are drawn on a log axis. */
const wide = 100

/** The labels of charts, with a metric on a log axis when its results span orders of magnitude. */
export function logLabels({ history, labels }: StudyFacts, metric: string): ColumnLabels {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const column of [`metric:${metric}`, `last:${metric}`]) {
    const data = history.columns.get(column)?.data
    for (let trial = 0; trial < history.length; trial++) {
      const x = data?.[trial] ?? Number.NaN
      if (!Number.isFinite(x)) continue
      low = Math.min(low, x)
      high = Math.max(high, x)
    }
  }
  const isWide = low > 0 && high > wide * low
  return isWide ? { ...labels, log: [...(labels.log ?? []), metric] } : labels
}
