import type { History, TrialState } from '@attune/core'
import { AttuneError, compileWhere, countStates, nearest, rankTrials, stateOf } from '@attune/core'

import { wholeNumber } from './flags.ts'

/** Which trials are wanted; all conditions must hold. */
export interface Selection {
  /** Only the best so many, best first. */
  readonly best?: string | undefined
  /** One state, or several with commas between. */
  readonly state?: string | undefined
  /** An expression over what `trialScope` knows; trials for which it is unknown are left out. */
  readonly where?: string | undefined
}

/**
 * The trials of a study that were asked for: in the order of their numbers, or with `best` from
 * best to worst.
 * @throws AttuneError `usage` with everything that is wrong with a condition.
 */
export function selectTrials(history: History, selection: Selection): number[] {
  const best = wholeNumber('--best', selection.best, 1)
  const states = parseStates(history, selection.state)
  const { where } = selection
  const holds = where === undefined ? () => true : compileWhere(history, where, '--where')
  const all =
    best === undefined ? Array.from({ length: history.length }, (_, i) => i) : rankTrials(history)
  const found: number[] = []
  for (const trial of all) {
    if (found.length === best) break
    if (states !== undefined && !states.has(stateOf(history, trial))) continue
    if (holds(trial)) found.push(trial)
  }
  return found
}

function parseStates(
  history: History,
  given: string | undefined,
): ReadonlySet<TrialState> | undefined {
  if (given === undefined) return undefined
  const known = Object.keys(countStates(history)) as TrialState[]
  const states = given.split(',').map((word) => {
    const state = known.find((each) => each === word.trim().toLowerCase())
    if (state !== undefined) return state
    const near = nearest(word.trim(), known)
    const hint = near === undefined ? '' : ` Did you mean ${near}?`
    throw new AttuneError(
      'usage',
      `--state: "${word.trim()}" is no state of a trial.${hint} There are ${known.join(', ')}.`,
    )
  })
  return new Set(states)
}
