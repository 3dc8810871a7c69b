import { memberOf, memberPlaces } from '../../analysis/member.ts'
import type { History } from '../../journal/history.ts'

/**
 * How good a settled trial is: complete feasible ones by their loss, then pruned ones by how far
 * they came and their last report, then infeasible ones by their violation, last those that failed
 * or have no number.
 */
export interface Standing {
  readonly kind: 0 | 1 | 2 | 3
  readonly first: number
  readonly second: number
  readonly trial: number
}

export const resultless = 3

export function standingOf(history: History, trial: number): Standing {
  const member = memberOf(history, trial)
  if (member === undefined) return { kind: resultless, first: 0, second: 0, trial }
  const [first = 0, second = 0] = member.losses
  return { kind: memberPlaces[member.standing], first, second, trial }
}

const order = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

/** Whether `a` has the better result; equals are not told apart. */
export const isBetter = (a: Standing, b: Standing): boolean => byResult(a, b) < 0

const byResult = (a: Standing, b: Standing): number =>
  a.kind - b.kind || order(a.first, b.first) || order(a.second, b.second)

/** Best first; equals by their number, which says nothing about them and so favours none. */
export const byStanding = (a: Standing, b: Standing): number => byResult(a, b) || a.trial - b.trial
