import { nsga2 } from './nsga/nsga2.ts'
import type { Sampler } from './sampler.ts'
import { tpe } from './tpe/tpe.ts'

/**
 * The sampler a study gets when none is named: multivariate TPE for one objective, NSGA-II for
 * several, both with their default settings.
 */
export function auto(): Sampler {
  const one = tpe()
  const many = nsga2()
  return {
    name: 'auto',
    options: {},
    supports: { objectives: 'many', conditional: true, constraints: true, continuous: true },
    propose: (space, draw) => {
      const objectives = draw.view.history.config?.objectives.length ?? 1
      return (objectives === 1 ? one : many).propose(space, draw)
    },
  }
}
