import { lossesOf } from './best.ts'
import { paretoFronts } from './pareto.ts'
import type { History } from '../journal/history.ts'
import { cell } from '../journal/history.ts'
import { settledReport, settledState, settledStep } from '../journal/view.ts'

/** A settled trial as selection sees it. */
export interface Member {
  readonly trial: number
  /** Every feasible one beats every pruned one, and those every infeasible one. */
  readonly standing: 'feasible' | 'pruned' | 'infeasible'
  /**
   * Smaller is better, earlier numbers first: the losses of the objectives; of a pruned trial how
   * far it came, negated, and its last report; of an infeasible one what it violates.
   */
  readonly losses: readonly number[]
}

/** In which order the standings come. */
export const memberPlaces = { feasible: 0, pruned: 1, infeasible: 2 } as const

/** Undefined when a trial says nothing: it failed, or its result is missing or not a number. */
export function memberOf(history: History, trial: number): Member | undefined {
  if (!isRankable(history, trial)) return undefined
  if (settledState(history, trial) === 'complete') {
    const violation = cell(history, 'violation', trial)
    return violation > 0
      ? { trial, standing: 'infeasible', losses: [violation] }
      : { trial, standing: 'feasible', losses: lossesOf(history, trial) }
  }
  const objective = history.config?.objectives[0]
  const last = settledReport(history, trial, objective?.name ?? '')
  return {
    trial,
    standing: 'pruned',
    losses: [-settledStep(history, trial), objective?.direction === 'maximize' ? -last : last],
  }
}

/** Orders members of one objective from best to worst; equals by their number. */
export function compareMembers(a: Member, b: Member): number {
  return compareResults(a, b) || a.trial - b.trial
}

/** 0 for results as good as each other. */
export function compareResults(a: Member, b: Member): number {
  const step = memberPlaces[a.standing] - memberPlaces[b.standing]
  if (step !== 0) return step
  for (let k = 0; k < a.losses.length; k++) {
    const [x, y] = [a.losses[k]!, b.losses[k]!]
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}

/**
 * The number of each member's front under constraint domination: feasible ones by their losses,
 * then pruned ones one after the other, then infeasible ones by their violation.
 *
 * Source: K. Deb et al., "NSGA-II", IEEE TEC 6(2), 2002, definition 1; pruned trials are ours.
 */
export function memberFronts(members: readonly Member[]): Int32Array {
  const fronts = new Int32Array(members.length)
  const feasible: number[] = []
  const others: number[] = []
  members.forEach((m, i) => (m.standing === 'feasible' ? feasible : others).push(i))
  const sorted = paretoFronts(feasible.map((i) => members[i]!.losses))
  let next = 0
  feasible.forEach((i, k) => {
    fronts[i] = sorted[k]!
    next = Math.max(next, sorted[k]! + 1)
  })
  others.sort((a, b) => compareMembers(members[a]!, members[b]!))
  others.forEach((i, k) => {
    const before = k > 0 ? members[others[k - 1]!] : undefined
    if (before !== undefined && compareResults(before, members[i]!) !== 0) next++
    fronts[i] = next
  })
  return fronts
}

/** Whether a settled trial says anything: it has a result, or was pruned after a report. */
export function isRankable(history: History, trial: number): boolean {
  const state = settledState(history, trial)
  if (state === 'complete') return !lossesOf(history, trial).some(Number.isNaN)
  const metric = history.config?.objectives[0]?.name ?? ''
  return state === 'pruned' && !Number.isNaN(settledReport(history, trial, metric))
}
