import type { History } from '@attune/core'
import { keepTrials } from '@attune/core'

import type { ChartQuery } from './engine.ts'
import type { StudyData } from './study-data.ts'

/** A history in which only those trials happened that a query asks for. */
export function restricted(
  { history, mask }: StudyData,
  { only, without }: Pick<ChartQuery, 'only' | 'without'>,
): History {
  if (only === undefined && without === undefined) return history
  const kept = only === undefined ? undefined : mask(only)
  const left = without === undefined ? undefined : mask(without)
  return keepTrials(history, (trial) => kept?.[trial] !== 0 && left?.[trial] !== 1)
}
