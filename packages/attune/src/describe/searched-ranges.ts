import type { Distribution, History } from '@attune/core'
import { describeDistribution, spaceOf } from '@attune/core'

/** A parameter that is searched elsewhere than its space declares. */
export interface SearchedRange {
  /** Its flat name. */
  readonly name: string
  /** What the space declares, in words. */
  readonly declared: string
  readonly now: Distribution
}

/** The parameters whose ranges or choices were adjusted while the study ran. */
export function searchedRanges(history: History): SearchedRange[] {
  return spaceOf(history).params.flatMap(({ name, distribution }) => {
    const now = history.adjusted.get(name)
    return now === undefined ? [] : [{ name, declared: describeDistribution(distribution), now }]
  })
}
