import type { History, ObjectiveSpec, SearchSpace } from '../../src/index.ts'
import { createRng, decodePoint, nest, space } from '../../src/index.ts'
import { float } from '../../src/space/builders.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { historyOf, madeEvents } from '../../src/testing/made-history.ts'

/** The unit square. */
export const square = space({ x: float(0, 1), y: float(0, 1) }) as SearchSpace

export interface FunctionStudy {
  readonly space: SearchSpace
  readonly objectives?: readonly ObjectiveSpec[]
  readonly constraints?: readonly string[]
}

/** Complete trials of a function at random points. */
export function randomTrials(
  space: SearchSpace,
  count: number,
  seed: number,
  f: (params: never) => number | Record<string, number>,
): MadeTrial[] {
  const rng = createRng('random trials', seed)
  return Array.from({ length: count }, () => {
    const values = decodePoint(
      space,
      Float64Array.from(space.params, () => rng.next()),
    )
    const result = f(nest(space, values) as never)
    return {
      values,
      state: 'complete',
      metrics: typeof result === 'number' ? { value: result } : result,
    }
  })
}

export function studyOf(study: FunctionStudy, trials: readonly MadeTrial[]): History {
  return historyOf(madeEvents(study, trials))
}
