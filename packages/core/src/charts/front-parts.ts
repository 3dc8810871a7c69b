import { lossesOf } from '../analysis/best.ts'
import { paretoFronts } from '../analysis/pareto.ts'
import type { History } from '../journal/history.ts'
import { completeTrials, isFeasible } from './words.ts'

/** Trials by what they are to a front, each by number. */
export interface FrontParts {
  /** All that are complete with the results that are drawn. */
  readonly all: readonly number[]
  readonly front: readonly number[]
  readonly dominated: readonly number[]
  readonly infeasible: readonly number[]
}

/**
 * The front among feasible trials that are complete.
 * @param places which objectives the front is of
 * @param isDrawn whether a trial has the results that are drawn
 */
export function frontParts(
  history: History,
  places: readonly number[],
  isDrawn: (trial: number) => boolean,
): FrontParts {
  const all = completeTrials(history).filter(isDrawn)
  const feasible = all.filter((trial) => isFeasible(history, trial))
  const fronts = paretoFronts(
    feasible.map((trial) => {
      const losses = lossesOf(history, trial)
      return places.map((place) => losses[place]!)
    }),
  )
  return {
    all,
    front: feasible.filter((_, i) => fronts[i] === 0),
    dominated: feasible.filter((_, i) => fronts[i] !== 0),
    infeasible: all.filter((trial) => !isFeasible(history, trial)),
  }
}
