import { stateCode } from './history.ts'
import type { History } from './history.ts'
import type { Label } from '../space/distribution.ts'
import { suggestedValue } from './discovered.ts'

/**
 * What a sampler or scheduler may know when it decides about one trial: a window on the shared
 * columns of the history, never a copy.
 *
 * Settled trials are shown as finished, in an order that only ever grows at its end: the order of
 * finishing, or of numbers in deterministic mode. Pending trials are shown as running even if they
 * have finished meanwhile.
 */
export interface HistoryView {
  readonly history: History
  /** The trial that is decided about. */
  readonly trial: number
  readonly order: 'finish' | 'number'
  readonly settledCount: number
  settledAt(i: number): number
  /** Trials shown as running, ascending, without the one that is decided about. */
  readonly pending: readonly number[]
  /** The value of a parameter: of pending trials only what they were given before they ran. */
  valueOf(trial: number, name: string): Label | undefined
  /** Whether the reports of another trial may be looked at. */
  sees(trial: number): boolean
}

/** The view in ordinary mode: everything that is known now. */
export function liveView(history: History, trial: number): HistoryView {
  return {
    history,
    trial,
    order: 'finish',
    settledCount: history.finished,
    settledAt: (i) => history.finishOrder[i] as number,
    pending: [...history.open].filter((t) => t !== trial).sort((a, b) => a - b),
    valueOf: (t, name) =>
      history.open.has(t) ? suggestedValue(history, t, name) : history.values.get(name, t),
    sees: () => true,
  }
}

/**
 * The view in deterministic mode: trials up to `trial - lag` as finished, those between as
 * pending, later ones not at all.
 */
export function laggedView(history: History, trial: number, lag: number): HistoryView {
  const settledCount = Math.max(0, trial - lag + 1)
  const pending: number[] = []
  for (let t = settledCount; t < trial; t++) pending.push(t)
  return {
    history,
    trial,
    order: 'number',
    settledCount,
    settledAt: (i) => i,
    pending,
    valueOf: (t, name) =>
      t < settledCount ? history.values.get(name, t) : suggestedValue(history, t, name),
    sees: (other) => other < settledCount,
  }
}

/** Whether a settled trial completed with a result for every objective. */
export function isComplete(history: History, trial: number): boolean {
  return history.columns.get('state')?.data[trial] === stateCode.complete
}

/** The values of other trials at a rung, as far as the view shows them. */
export function rungValues(
  view: HistoryView,
  metric: string,
  k: number,
  complete: boolean,
): number[] {
  const { history } = view
  const data = history.columns.get(`rung:${metric}:${k}`)?.data
  const values: number[] = []
  if (data === undefined) return values
  for (let t = 0; t < history.length; t++) {
    const x = data[t] as number
    if (t === view.trial || Number.isNaN(x) || !view.sees(t)) continue
    if (!complete || isComplete(history, t)) values.push(x)
  }
  return values
}
