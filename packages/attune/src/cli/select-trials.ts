import type { Expression, History, TrialState } from '@attune/core'
import {
  AttuneError,
  checkExpression,
  countStates,
  matches,
  messageOf,
  nearest,
  parseExpression,
  rankTrials,
  refuseProblems,
  stateOf,
} from '@attune/core'

import { wholeNumber } from './flags.ts'
import { trialScope } from './trial-scope.ts'

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
  const holds = compileWhere(history, selection.where)
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

function compileWhere(history: History, source: string | undefined): (trial: number) => boolean {
  if (source === undefined) return () => true
  const expression = parse(source)
  const { scope, reader } = trialScope(history)
  const problems = checkExpression(expression, scope).map(({ column, message }) => ({
    path: `column ${column}`,
    message,
  }))
  refuseProblems('usage', `--where "${source}"`, problems)
  const readOf = reader(expression.names)
  return (trial) => matches(expression, readOf(trial))
}

function parse(source: string): Expression {
  try {
    return parseExpression(source)
  } catch (cause) {
    throw new AttuneError('usage', `--where: ${messageOf(cause)}`, { cause })
  }
}
