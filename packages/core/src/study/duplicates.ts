import type { History } from '../journal/history.ts'
import { stateCode } from '../journal/history.ts'
import type { HistoryView } from '../journal/view.ts'
import type { Label } from '../space/distribution.ts'
import type { SearchSpace, Values } from '../space/space.ts'
import type { DuplicateRule } from '../journal/event.ts'
import type { Problem } from '../errors.ts'
import { searchedSpace } from './current-space.ts'

/** What becomes of a configuration that was tried before, as options give it. */
export type DuplicatesOption =
  | 'allow'
  | DuplicateRule['policy']
  | {
      readonly policy: DuplicateRule['policy']
      /** How often a configuration is evaluated before the policy applies; default 1. */
      readonly evaluations?: number
    }

export function checkDuplicates(option: DuplicatesOption | undefined): Problem[] {
  if (typeof option !== 'object') return []
  const { evaluations = 1 } = option
  if (Number.isSafeInteger(evaluations) && evaluations >= 1) return []
  const message = `the number of evaluations is a whole number >= 1, got ${evaluations}.`
  return [{ path: 'duplicates.evaluations', message }]
}

/** The rule as a study stores it; undefined when configurations are simply tried again. */
export function duplicateRule(option: DuplicatesOption | undefined): DuplicateRule | undefined {
  if (option === undefined || option === 'allow') return undefined
  if (typeof option === 'string') return { policy: option, evaluations: 1 }
  return { policy: option.policy, evaluations: option.evaluations ?? 1 }
}

/** Finds earlier trials of the same configuration. */
export interface Duplicates {
  /**
   * The trials before the one that the view is for with just these values, ascending, failed ones
   * left out; those that are shown as running count as evaluations to come.
   */
  before(view: HistoryView, values: Values): readonly number[]
}

/**
 * Keeps an index of the values of all trials, brought up to date when it is asked. Configurations are
 * told apart by declared parameters; where there are others, or none, none is a duplicate.
 */
export function createDuplicates(history: History, space: SearchSpace): Duplicates {
  const { params } = space
  const trials = new Map<string, number[]>()
  let indexed = 0
  const late: number[] = []
  const keyOf = (valueOf: (name: string) => Label | undefined): string =>
    JSON.stringify(params.map(({ name }) => valueOf(name) ?? []))
  const add = (trial: number): boolean => {
    if (history.details.get(trial)?.suggested !== true) return false
    const key = keyOf((name) => history.values.get(name, trial))
    const same = trials.get(key)
    if (same === undefined) trials.set(key, [trial])
    else same.push(trial)
    return true
  }
  return {
    before(view, values) {
      // As far as the view shows: in deterministic mode others may have met more by now.
      const met = searchedSpace(view, space).params.length - params.length
      if (params.length === 0 || met > 0) return []
      for (const trial of late.splice(0)) if (!add(trial)) late.push(trial)
      for (; indexed < history.length; indexed++) if (!add(indexed)) late.push(indexed)
      const same = trials.get(keyOf((name) => values[name])) ?? []
      const states = history.columns.get('state')?.data
      const isBefore = (t: number): boolean =>
        (view.order === 'number' ? t < view.trial : t !== view.trial) && !history.excluded.has(t)
      return same
        .filter((t) => isBefore(t) && (!view.sees(t) || states?.[t] !== stateCode.failed))
        .toSorted((a, b) => a - b)
    },
  }
}
