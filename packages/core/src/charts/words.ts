import type { Direction } from '../journal/event.ts'
import type { History, TrialState } from '../journal/history.ts'
import { cell, stateOf, trialStates } from '../journal/history.ts'

/** A number with 4 significant digits, as a sentence has it. */
export function say(x: number): string {
  if (!Number.isFinite(x)) return String(x)
  return String(Number(x.toPrecision(4)))
}

/** `1 trial`, `2 trials`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** A name that leaves room for others: long ones lose their middle. */
export function short(name: string, most = 60): string {
  if (name.length <= most) return name
  const half = Math.floor((most - 1) / 2)
  return `${name.slice(0, half)}…${name.slice(-half)}`
}

/** The trials that are shown, by number: those that a selection left out have no state. */
export function trialsOf(history: History): number[] {
  return trialsInState(history, ...trialStates)
}

/** Those of them that are in one of some states, by number. */
export function trialsInState(history: History, ...wanted: readonly TrialState[]): number[] {
  const states = history.columns.get('state')?.data
  const isWanted = trialStates.map((state) => wanted.includes(state))
  const trials: number[] = []
  for (let trial = 0; trial < history.length; trial++) {
    if (isWanted[states?.[trial] as number] !== true || history.excluded.has(trial)) continue
    trials.push(trial)
  }
  return trials
}

/** Complete trials, by number. */
export const completeTrials = (history: History): number[] => trialsInState(history, 'complete')

export const isFeasible = (history: History, trial: number): boolean =>
  !(cell(history, 'violation', trial) > 0)

/** `60 trials: 50 complete, 8 pruned, 2 failed`. */
export function describeStates(history: History): string {
  const trials = trialsOf(history)
  if (trials.length === 0) return 'no trials'
  return `${count(trials.length, 'trial')}: ${countsOf(history, trials)}`
}

function countsOf(history: History, trials: readonly number[]): string {
  const counts = new Map<TrialState, number>()
  for (const trial of trials) {
    const state = stateOf(history, trial)
    counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  const known = trialStates.filter((state) => counts.has(state))
  return known.map((state) => `${counts.get(state)} ${state}`).join(', ')
}

/** Why there are no results to draw. */
export function whyEmpty(history: History): string {
  const trials = trialsOf(history)
  if (trials.length === 0) return 'No trial yet.'
  return `No trial is complete with a value (${countsOf(history, trials)}).`
}

/** Which of two is better, of what is optimised so. */
export const betterOf = (direction: Direction): ((a: number, b: number) => number) =>
  direction === 'maximize' ? Math.max : Math.min
