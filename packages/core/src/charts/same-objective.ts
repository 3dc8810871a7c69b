import { AttuneError } from '../errors.ts'
import type { ObjectiveSpec } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { objectiveAt } from './objective-at.ts'

/**
 * The objective that several studies share.
 * @throws AttuneError `usage` without a study, without such an objective, or when they differ
 */
export function sameObjective(
  studies: readonly { readonly name: string; readonly history: History }[],
  place: number,
): ObjectiveSpec {
  const [first] = studies
  if (first === undefined) throw new AttuneError('usage', 'There is no study to draw.')
  const wanted = objectiveAt(first.history, place)
  for (const { name, history } of studies) {
    const found = objectiveAt(history, place)
    if (found.name === wanted.name && found.direction === wanted.direction) continue
    throw new AttuneError(
      'usage',
      `Studies in one picture must optimise the same: ${first.name} wants to ${wanted.direction} ${wanted.name}, ${name} to ${found.direction} ${found.name}.`,
    )
  }
  return wanted
}
