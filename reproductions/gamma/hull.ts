import type { LearningRatePrediction, LearningRateResult } from 'attune'
import { predictLearningRate } from 'attune'

/** A way to predict a learning rate by a convex hull. */
export interface HullVariant {
  readonly key: string
  readonly title: string
  readonly method: 'strips' | 'onion' | 'slope'
  readonly pieces?: number
}

export const pieceCounts = [3, 5, 7, 10, 20] as const

/** Of 20 runs the reconstruction takes as many strips as the root of it, rounded up. */
export const usualHull: HullVariant = {
  key: 'strips-5',
  title: '5 strips',
  method: 'strips',
  pieces: 5,
}
export const otherHull: HullVariant = {
  ...{ key: 'strips-10', title: '10 strips' },
  ...{ method: 'strips', pieces: 10 },
}

export const hullVariants: readonly HullVariant[] = [
  ...pieceCounts.map((pieces): HullVariant => ({
    ...{ key: `strips-${pieces}`, title: `${pieces} strips` },
    ...{ method: 'strips', pieces },
  })),
  ...pieceCounts.map((pieces): HullVariant => ({
    ...{ key: `onion-${pieces}`, title: `${pieces} layers` },
    ...{ method: 'onion', pieces },
  })),
  { key: 'slope', title: 'slope of the exact hull', method: 'slope' },
]

/** The prediction from results of which some may have diverged; undefined when all did. */
export function predicted(
  results: readonly LearningRateResult[],
  { method, pieces }: HullVariant,
): LearningRatePrediction | undefined {
  if (!results.some(({ value }) => Math.abs(value) <= 1e150)) return undefined
  return predictLearningRate(results, { method, ...(pieces === undefined ? {} : { pieces }) })
}
