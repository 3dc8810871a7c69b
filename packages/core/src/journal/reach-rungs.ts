import type { History } from './history.ts'
import { cell, rungAt } from './history.ts'

/**
 * The first report at or after a rung's step is the trial's value at that rung. Of evenly spaced
 * rungs that one report passes only the last counts: a program that reports every 1,000 steps
 * passes 999 that nobody else is compared at.
 */
export function reachRungs(
  history: History,
  trial: number,
  name: string,
  step: number,
  value: number,
): void {
  const rungs = history.config?.scheduler.rungs
  if (rungs === undefined) return
  const next = cell(history, `nextRung:${name}`, trial) || 0
  const last = rungAt(rungs, step)
  if (last < next) return
  const from = 'every' in rungs ? last : next
  for (let k = from; k <= last; k++) history.columns.ensure(`rung:${name}:${k}`).data[trial] = value
  history.columns.ensure(`nextRung:${name}`).data[trial] = last + 1
}
