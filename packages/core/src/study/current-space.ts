import { jointSpace } from '../journal/discovered.ts'
import type { History } from '../journal/history.ts'
import type { HistoryView } from '../journal/view.ts'
import type { Distribution } from '../space/distribution.ts'
import type { SearchSpace } from '../space/space.ts'

interface Adjusted {
  readonly declared: SearchSpace
  readonly by: ReadonlyMap<string, Distribution>
  readonly space: SearchSpace
}
const spaces = new WeakMap<History, Adjusted>()

/** The declared space with the ranges and choices that were adjusted while the study ran. */
export function adjustedSpace(history: History, declared: SearchSpace): SearchSpace {
  const by = history.adjusted
  if (by.size === 0) return declared
  const known = spaces.get(history)
  // Samplers keep what they worked out for a space, so the same space is given again.
  if (known?.declared === declared && known.by === by) return known.space
  const params = declared.params.map((param) => {
    const distribution = by.get(param.name)
    return distribution === undefined ? param : { ...param, distribution }
  })
  const space: SearchSpace = { ...declared, params }
  spaces.set(history, { declared, by, space })
  return space
}

/** What a sampler searches: declared and discovered parameters, as far as the view shows. */
export function searchedSpace(
  { history, order, horizon }: HistoryView,
  declared: SearchSpace,
): SearchSpace {
  const space = adjustedSpace(history, declared)
  return jointSpace(history, space, order === 'number' ? horizon : undefined)
}
