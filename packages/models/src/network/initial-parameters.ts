import type { Parameters } from '../engine/parameters.ts'
import { createParameters } from '../engine/parameters.ts'
import type { NetworkPlan } from './check-network.ts'
import { initialWeights, weightsOf } from './weights.ts'

/** The weights with which a network begins, in one flat memory with room for so many spare copies. */
export function initialParameters(plan: NetworkPlan, seed: number, spare = 0): Parameters {
  const specs = weightsOf(plan)
  const initial = initialWeights(specs, seed)
  return createParameters(
    specs.map(({ name, dims }) => ({
      name,
      dims,
      init: (values) => values.set(initial[name]!),
    })),
    { spare },
  )
}
