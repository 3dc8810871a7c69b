import type { History } from '@attune/core'
import { keepTrials } from '@attune/core'

import type { ChartQuery } from './engine.ts'
import type { StudyData } from './study-data.ts'

/** A history in which only those trials happened that a query asks for. */
export function restricted({ history, mask }: StudyData, { only }: ChartQuery): History {
  if (only === undefined) return history
  const kept = mask(only)
  return keepTrials(history, (trial) => kept[trial] === 1)
}
