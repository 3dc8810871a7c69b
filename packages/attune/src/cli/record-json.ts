import type { History, TrialRecord } from '@attune/core'
import { recordOf } from '@attune/core'

import { byName } from '../progress/json-lines.ts'
import { hasManyObjectives } from './describe-study.ts'

/** Everything recorded about a trial, with its objectives by name; for `jsonLine`. */
export function recordJson(
  history: History,
  trial: number,
): Omit<TrialRecord, 'objectives'> & { readonly objectives: Readonly<Record<string, number>> } {
  const record = recordOf(history, trial)
  return { ...record, objectives: byName(history.config?.objectives ?? [], record.objectives) }
}

/**
 * The best of a study, for `jsonLine`: `best` with number, objectives, params, values, metrics and
 * violation, null while there is none; with several objectives `front`, a list of these.
 */
export function standingJson(history: History, best: readonly number[]): object {
  const found = best.map((trial) => {
    const { number, objectives, params, values, metrics, violation } = recordJson(history, trial)
    return { number, objectives, params, values, metrics, violation }
  })
  return hasManyObjectives(history) ? { front: found } : { best: found[0] ?? null }
}
