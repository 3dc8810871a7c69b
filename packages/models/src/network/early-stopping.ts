import type { EarlyStopping } from './options.ts'

/** What is remembered of the epochs, as plain data. */
export interface Watch {
  /** What was watched, an epoch a number. */
  readonly losses: number[]
  /** The best so far, and how many epochs came after it without one better. */
  best: number | null
  waited: number
}

export const newWatch = (): Watch => ({ losses: [], best: null, waited: 0 })

/**
 * Takes in what an epoch came to, lower being better.
 * @returns whether it is the best so far; NaN never is
 */
export function watchEpoch(watch: Watch, value: number, minDelta: number): boolean {
  // What is no number cannot be written down, and is no better than any.
  watch.losses.push(Number.isFinite(value) ? value : Number.MAX_VALUE)
  const better = Number.isFinite(value) && (watch.best === null || value < watch.best - minDelta)
  if (better) watch.best = value
  watch.waited = better ? 0 : watch.waited + 1
  return better
}

export const patienceOver = (watch: Watch, rule: EarlyStopping | null): boolean =>
  rule !== null && watch.waited >= (rule.patience ?? 10)
