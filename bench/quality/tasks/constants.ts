import { quantile } from '@attune/core/math'

/** What regret is normalised by: 0 is the best known configuration, 1 a median random one. */
export interface Constants {
  readonly best: number
  readonly median: number
  /** The 1 % quantile: what the best hundredth of random configurations reaches. */
  readonly top: number
}

/** The constants of a table of which every loss is known. */
export function constantsOf(losses: Float64Array): Constants {
  const sorted = losses.toSorted()
  return { best: sorted[0]!, median: quantile(sorted, 0.5), top: quantile(sorted, 0.01) }
}

export function normalise(loss: number, { best, median }: Constants): number {
  return (loss - best) / (median - best)
}
