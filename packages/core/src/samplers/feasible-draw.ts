import { AttuneError } from '../errors.ts'
import type { Rng } from '../math/rng.ts'
import { isFeasible } from '../space/constraint.ts'
import type { Label } from '../space/distribution.ts'
import { decodePoint } from '../space/encode.ts'
import type { SearchSpace } from '../space/space.ts'

const attempts = 100_000

/** A uniform draw from the space that satisfies its constraints, by rejection. */
export function feasibleDraw(space: SearchSpace, rng: Rng): Record<string, Label> {
  const { length } = space.params
  // Of a few numbers an array is made sooner than a typed one, for which memory is asked elsewhere.
  const point: number[] = []
  for (let i = 0; i < attempts; i++) {
    for (let j = 0; j < length; j++) point[j] = rng.next()
    const values = decodePoint(space, point)
    if (isFeasible(space, values)) return values
  }
  const rules = space.constraints.map((c) => `"${c.source}"`).join(', ')
  throw new AttuneError(
    'space/infeasible',
    `No configuration in ${attempts} draws satisfies ${rules}. Loosen the constraints or narrow the ranges.`,
  )
}
