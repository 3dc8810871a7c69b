import { cell, hasSettled, stateCode } from './history.ts'
import type { History, Pause } from './history.ts'
import type { Label } from '../space/distribution.ts'
import { suggestedValue } from './discovered.ts'

/**
 * What a sampler or scheduler may know when it decides about one trial: a window on the shared
 * columns of the history, never a copy.
 *
 * Settled trials are shown as finished, in an order that only grows at its end while the era lasts: the
 * order of finishing, or of numbers in deterministic mode. Pending trials are shown as running even if
 * they have finished meanwhile. Excluded trials are not shown.
 */
export interface HistoryView {
  readonly history: History
  /** The trial that is decided about. */
  readonly trial: number
  readonly order: 'finish' | 'number'
  /** In the order of numbers: what has this number or a later one is not settled; else Infinity. */
  readonly horizon: number
  readonly settledCount: number
  settledAt(i: number): number
  /** Trials shown as running, ascending, without the one that is decided about. */
  readonly pending: readonly number[]
  /** The value of a parameter: of pending trials only what they were given before they ran. */
  valueOf(trial: number, name: string): Label | undefined
  /** Whether the reports of another trial may be looked at. */
  sees(trial: number): boolean
}

/** Trials that count, in an order that only grows at its end within an era. */
interface Counted {
  era: number
  /** How far the order behind it was looked at. */
  upTo: number
  trials: number[]
}

/**
 * Makes a function that gives the first trials of an order without the excluded ones: an array that
 * holds them, and how many they are. It is kept, and replaced with the era.
 */
function withoutExcluded(
  trialAt: (history: History, i: number) => number,
): (
  history: History,
  length: number,
) => { readonly trials: readonly number[]; readonly upTo: number } {
  const kept = new WeakMap<History, Counted>()
  return (history, length) => {
    let counted = kept.get(history)
    if (counted?.era !== history.era) {
      kept.set(history, (counted = { era: history.era, upTo: 0, trials: [] }))
    }
    for (; counted.upTo < length; counted.upTo++) {
      const trial = trialAt(history, counted.upTo)
      if (!history.excluded.has(trial)) counted.trials.push(trial)
    }
    return counted
  }
}
const finishedWithout = withoutExcluded((history, i) => history.finishOrder[i] as number)
const numbersWithout = withoutExcluded((_, i) => i)

/** The settled trials that a view in ordinary mode shows. */
export function settledTrials(history: History): {
  readonly count: number
  at(i: number): number
} {
  if (history.excluded.size === 0) {
    return { count: history.finished, at: (i) => history.finishOrder[i] as number }
  }
  const { trials } = finishedWithout(history, history.finished)
  return { count: trials.length, at: (i) => trials[i] as number }
}

/** Those below a number, by number. */
function settledBelow(history: History, horizon: number): ReturnType<typeof settledTrials> {
  if (history.excluded.size === 0) return { count: horizon, at: (i) => i }
  const { trials } = numbersWithout(history, horizon)
  let count = horizon
  for (const trial of history.excluded) if (trial < horizon) count--
  return { count, at: (i) => trials[i] as number }
}

/** The view in ordinary mode: everything that is known now. */
export function liveView(history: History, trial: number): HistoryView {
  const pending: number[] = []
  for (const t of history.open) {
    if (t !== trial && !hasSettled(history, t) && !history.excluded.has(t)) pending.push(t)
  }
  const settled = settledTrials(history)
  return {
    history,
    trial,
    order: 'finish',
    horizon: Number.POSITIVE_INFINITY,
    settledCount: settled.count,
    settledAt: settled.at,
    pending: pending.sort((a, b) => a - b),
    valueOf: (t, name) =>
      hasSettled(history, t) ? history.values.get(name, t) : suggestedValue(history, t, name),
    sees: (other) => !history.excluded.has(other),
  }
}

/**
 * The view in deterministic mode: trials up to `trial - lag` as finished, those between as
 * pending, later ones not at all.
 */
export function laggedView(history: History, trial: number, lag: number): HistoryView {
  const horizon = Math.max(0, trial - lag + 1)
  const pending: number[] = []
  for (let t = horizon; t < trial; t++) if (!history.excluded.has(t)) pending.push(t)
  const settled = settledBelow(history, horizon)
  return {
    history,
    trial,
    order: 'number',
    horizon,
    settledCount: settled.count,
    settledAt: settled.at,
    pending,
    valueOf: (t, name) =>
      t < horizon ? history.values.get(name, t) : suggestedValue(history, t, name),
    sees: (other) => other < horizon && !history.excluded.has(other),
  }
}

/**
 * How a settled trial stands. One that paused stands as pruned where it paused, also while it goes
 * on, until it has paused again or ended.
 */
export function settledState(history: History, trial: number): 'complete' | 'pruned' | 'failed' {
  const state = history.columns.get('state')?.data[trial]
  if (state === stateCode.complete) return 'complete'
  return state === stateCode.failed ? 'failed' : 'pruned'
}

/** The last step that a settled trial reported, as far as its standing counts; NaN without. */
export function settledStep(history: History, trial: number): number {
  const paused = pauseOf(history, trial)
  return Number(paused?.step ?? cell(history, 'step', trial))
}

/** The last value of a metric that a settled trial reported, likewise. */
export function settledReport(history: History, trial: number, metric: string): number {
  const paused = pauseOf(history, trial)
  if (paused === undefined) return cell(history, `last:${metric}`, trial)
  return Number(paused.values[metric] ?? Number.NaN)
}

/** Where a trial paused that has not ended since. */
function pauseOf(history: History, trial: number): Pause | undefined {
  const state = history.columns.get('state')?.data[trial]
  const open = state === stateCode.paused || history.open.has(trial)
  return open ? history.details.get(trial)?.paused : undefined
}

/** Whether a settled trial completed with a result for every objective. */
export function isComplete(history: History, trial: number): boolean {
  return history.columns.get('state')?.data[trial] === stateCode.complete
}

/** The values at a rung of those other trials that `counts`, as far as the view shows them. */
export function rungValues(
  view: HistoryView,
  metric: string,
  k: number,
  counts: (trial: number) => boolean,
): number[] {
  const { history } = view
  const data = history.columns.get(`rung:${metric}:${k}`)?.data
  const values: number[] = []
  if (data === undefined) return values
  for (let t = 0; t < history.length; t++) {
    const x = data[t] as number
    if (t === view.trial || Number.isNaN(x) || !view.sees(t)) continue
    if (counts(t)) values.push(x)
  }
  return values
}
