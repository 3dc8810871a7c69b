import type { Rng } from '../../math/rng.ts'
import { isFeasible } from '../../space/constraint.ts'
import type { Label } from '../../space/distribution.ts'
import type { SearchSpace } from '../../space/space.ts'
import type { FailureModel } from '../failure/failure-model.ts'
import { isRisky, riskOf } from '../failure/risk.ts'
import { feasibleDraw } from '../feasible-draw.ts'
import { keyOf } from './genome.ts'

/** How often a child is made anew when it breaks a constraint or was tried before. */
const attempts = 60
/** Among the first so many it is made anew also when it is likely to fail. */
const wary = 8

/**
 * The first child that satisfies the constraints, was not tried before and, among the first 8, is not
 * likely to fail. When none is new a feasible one is repeated, and when none is feasible a
 * configuration is drawn from the space. `make` gets the number of children already refused.
 */
export function offspring(
  space: SearchSpace,
  rng: Rng,
  isTried: (key: string) => boolean,
  make: (rng: Rng, refused: number) => Record<string, Label>,
  failures: FailureModel | undefined,
): Record<string, Label> {
  let repeated: Record<string, Label> | undefined
  for (let refused = 0; refused < attempts; refused++) {
    const child = make(refused === 0 ? rng : rng.fork(refused), refused)
    if (!isFeasible(space, child)) continue
    if (failures && refused < wary && isRisky(failures, riskOf(failures, child))) continue
    if (!isTried(keyOf(space, ({ name }) => child[name]))) return child
    repeated ??= child
  }
  return repeated ?? feasibleDraw(space, rng.fork('draw'))
}
