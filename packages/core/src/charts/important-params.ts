import { pedAnova } from '../analysis/importance/ped-anova.ts'
import type { History } from '../journal/history.ts'
import { countValues } from '../space/distribution.ts'
import { paramsOf } from './chart-column.ts'
import { isUntold, unlessUntold } from './telling.ts'

/**
 * The parameters of a study with more than one value, those that decide most first (by `pedAnova`); in
 * the order of the space while that cannot be told.
 * @param target a metric; default: the first objective
 */
export function importantParams(history: History, target?: string): readonly string[] {
  const params = paramsOf(history).filter(({ distribution }) => countValues(distribution) > 1)
  const found = unlessUntold(() => pedAnova(history, target === undefined ? {} : { target }))
  return isUntold(found) ? params.map(({ name }) => name) : found.map(({ name }) => name)
}
