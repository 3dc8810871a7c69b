import { stateOf, trialsToJudge } from '@attune/core'

import { isJsonLinesName } from '../journals/store.ts'
import { judgingCall, waitText } from '../progress/judging-place.ts'
import type { WatchedStudy } from '../progress/progress-contract.ts'

export interface JudgingPlace {
  /** The file of the journal. */
  readonly journal: string
  /** The page of the run, if it has one. */
  readonly link?: string | undefined
  /** No trial is started while so many run or wait. */
  readonly waiting: number
  /** How many trials there shall be. */
  readonly trials?: number | undefined
}

/**
 * Tells whoever watches a run how many trials wait to be judged, and where: when the first one does, and
 * when no other trial can be started before some are judged; again after all of them have been.
 */
export function noteJudging(
  { config, history, subscribe }: Pick<WatchedStudy, 'config' | 'history' | 'subscribe'>,
  place: JudgingPlace,
  note: (line: string) => void,
): void {
  const where = placeOf(place)
  let said = 0
  const say = (count: number): void => {
    said = count
    note(`${waitText(count)}: ${where}`)
  }
  const most = config.deterministic ? Math.min(place.waiting, config.lag) : place.waiting
  const before = trialsToJudge(history).length
  if (before > 0) say(before)
  subscribe((event) => {
    if (event.type !== 'trial-ran' && event.type !== 'trial-finished') return
    const count = trialsToJudge(history).length
    if (count === 0) said = 0
    if (count <= said) return
    const runs = [...history.open].filter((trial) => stateOf(history, trial) === 'running')
    const isLast = history.length >= (place.trials ?? Number.POSITIVE_INFINITY)
    const standsStill = runs.length === count && (count >= most || isLast)
    if (said === 0 || standsStill) say(count)
  })
}

/** The page of the run, or a command that serves one beside it. */
function placeOf({ journal, link }: JudgingPlace): string {
  if (link !== undefined) return link
  // Only who runs a study may write to its file of JSON lines.
  return isJsonLinesName(journal) ? 'run it with --ui, and open its page' : judgingCall(journal)
}
