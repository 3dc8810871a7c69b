import { countValues } from '../space/distribution.ts'
import { gp } from './gp/gp.ts'
import { nsga2 } from './nsga/nsga2.ts'
import type { Sampler } from './sampler.ts'
import { tpe } from './tpe/tpe.ts'

/** A Gaussian process learns most from few results; its cost grows with their cube. */
const maxForGp = 250
/** In more dimensions than this the Gaussian process has too little to go by. */
const maxParamsForGp = 60

/**
 * The sampler a study gets when none is named: a Gaussian process up to 250 results and 60
 * parameters, then TPE for one objective and NSGA-II for several, all with their default settings.
 * Every proposal says which of them made it.
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
      const { view } = draw
      const tunable = space.params.filter((p) => countValues(p.distribution) > 1).length
      if (view.settledCount <= maxForGp && tunable <= maxParamsForGp) {
        return model.propose(space, draw)
      }
      const objectives = view.history.config?.objectives.length ?? 1
      return (objectives === 1 ? one : many).propose(space, draw)
    },
  }
}
