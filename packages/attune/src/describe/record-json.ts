import type { History, TrialRecord } from '@attune/core'
import { recordOf } from '@attune/core'

import { byName } from '../text/json-line.ts'
import { hasManyObjectives } from './describe-study.ts'

/** Everything recorded about a trial, with its objectives by name; for `jsonLine`. */
export function recordJson(
  history: History,
  trial: number,
): Omit<TrialRecord, 'objectives'> & { readonly objectives: Readonly<Record<string, number>> } {
  const record = recordOf(history, trial)
  return { ...record, objectives: byName(history.config?.objectives ?? [], record.objectives) }
}

/** What counts of a good trial, for `jsonLine`. */
export function bestJson(history: History, trial: number): object {
  const { number, objectives, params, values, metrics, violation } = recordJson(history, trial)
  return { number, objectives, params, values, metrics, violation }
}

/**
 * The best of a study, for `jsonLine`: `best`, null while there is none; with several objectives
 * `front`, a list.
 */
export function standingJson(history: History, best: readonly number[]): object {
  const found = best.map((trial) => bestJson(history, trial))
  return hasManyObjectives(history) ? { front: found } : { best: found[0] ?? null }
}
