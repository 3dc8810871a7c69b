import type { HistoryView } from '../journal/view.ts'
import { settledState } from '../journal/view.ts'
import { countValues } from '../space/distribution.ts'
import { gp } from './gp/gp.ts'
import { nsga2 } from './nsga/nsga2.ts'
import type { Sampler } from './sampler.ts'
import { tpe } from './tpe/tpe.ts'

/** A Gaussian process learns most from few results; its cost grows with their cube. */
const maxForGp = 250
/** In more dimensions than this the Gaussian process has too little to go by. */
const maxParamsForGp = 60
/** One proposal in this many comes from the other model, in case the first one is stuck or wrong. */
const hedgeEvery = 5
/** The other model starts from this many results. */
const hedgeFrom = 15
/** NSGA-II breeds from this many on: before, its proposals would be but even points. */
const hedgeFromMany = 25

/**
 * The sampler a study gets when none is named: a Gaussian process up to 250 results and 60
 * parameters, then TPE for one objective and NSGA-II for several, all with their default settings.
 * Every fifth trial is TPE's from 15 results on, or NSGA-II's from 25 on, in any case: where the Gaussian process
 * is stuck or its assumptions are wrong, the other model finds the way out, and both learn from
 * every result. Where more trials are stopped early than complete TPE proposes from the start, since
 * it ranks them by how far they came. Every proposal says which of them made it.
 */
export function auto(): Sampler {
  const model = gp()
  const one = tpe()
  const many = nsga2()
  return {
    name: 'auto',
    options: {},
    supports: { objectives: 'many', conditional: true, constraints: true, continuous: true },
    propose(space, draw) {
      const { view, trial } = draw
      const tunable = space.params.filter((p) => countValues(p.distribution) > 1).length
      const objectives = view.history.config?.objectives.length ?? 1
      const from = objectives === 1 ? hedgeFrom : hedgeFromMany
      const hedge = view.settledCount >= from && trial % hedgeEvery === hedgeEvery - 1
      const small = view.settledCount <= maxForGp && tunable <= maxParamsForGp
      if (small && !hedge && !mostlyPruned(view)) return model.propose(space, draw)
      return (objectives === 1 ? one : many).propose(space, draw)
    },
  }
}

/** Whether more of the settled trials were stopped early than completed. */
function mostlyPruned(view: HistoryView): boolean {
  let balance = 0
  for (let i = 0; i < view.settledCount; i++) {
    const state = settledState(view.history, view.settledAt(i))
    if (state === 'pruned') balance++
    else if (state === 'complete') balance--
  }
  return balance > 0
}
