import type { ExpectedResult, History } from '@attune/core'

import type { HeavyWork } from './heavy-work.ts'

/** What to expect of the best trial; worked out aside, and anew when there are many more results. */
export interface BestEstimate {
  /** What is known of this trial; undefined while nothing is. */
  of(trial: number): ExpectedResult | undefined
}

interface Known {
  readonly trial: number
  readonly finished: number
  readonly era: number
  readonly found: ExpectedResult | undefined
}

/** @param onFound hears when more is known */
export function bestEstimate(
  history: History,
  heavy: HeavyWork,
  onFound: () => void,
): BestEstimate {
  let known: Known | undefined
  let isRunning = false
  const look = async (trial: number): Promise<void> => {
    isRunning = true
    const { finished, era } = history
    try {
      known = { trial, finished, era, found: await heavy.expect(history, trial) }
      onFound()
    } catch {
      // Facts do not depend on it; it is tried again when there are more results.
      known = { trial, finished, era, found: undefined }
    }
    isRunning = false
  }
  const isGood = (trial: number): boolean =>
    known?.trial === trial &&
    known.era === history.era &&
    history.finished - known.finished <= 0.02 * known.finished
  return {
    of(trial) {
      if (!isRunning && !isGood(trial)) void look(trial)
      return known?.trial === trial ? known.found : undefined
    },
  }
}
