import { AttuneError } from '../errors.ts'
import type { ObjectiveSpec } from '../journal/event.ts'
import type { History } from '../journal/history.ts'

/**
 * An objective of a study by its place.
 * @throws AttuneError `usage` when there is none
 */
export function objectiveAt(history: History, place: number): ObjectiveSpec {
  const objectives = history.config?.objectives ?? []
  const found = objectives[place]
  if (found !== undefined) return found
  throw new AttuneError(
    'usage',
    `The study has ${objectives.length === 1 ? '1 objective' : `${objectives.length} objectives`}, counted from 0; there is no objective ${place}.`,
  )
}
