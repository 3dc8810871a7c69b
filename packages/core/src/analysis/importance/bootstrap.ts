import type { History } from '../../journal/history.ts'
import { createRng } from '../../math/rng.ts'
import { quantile } from '../../math/stats.ts'
import type { PedAnovaOptions } from './ped-anova.ts'
import { divideShares, rankedTrials } from './ped-anova.ts'

export interface ImportanceIntervalOptions extends PedAnovaOptions {
  /** Default 0. */
  readonly seed?: number
}

const resamples = 100
/** Below this many resamples the ends of an interval say little. */
const fewest = 20
/** Values that are looked at in all, so that an interval costs well under a second. */
const affordable = 2e6

/**
 * By parameter the central 90 % of its share by `pedAnova` over 100 bootstrap samples of the trials, in
 * which ranks stay as they are. Undefined where it would take too long: with n trials of d parameters
 * there are 2,000,000 / (n d) samples at most, and at least 20.
 *
 * The share itself always lies within. With few trials, of which the best five decide, the intervals are
 * wide.
 *
 * Source: B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7(1), 1979;
 * percentile intervals.
 * @throws AttuneError `study/config` as `pedAnova`
 */
export function importanceIntervals(
  history: History,
  options: ImportanceIntervalOptions = {},
): Readonly<Record<string, readonly [low: number, high: number]>> | undefined {
  const order = rankedTrials(history, options)
  const found = divideShares(history, order, options.top)
  const names = found.map(({ name }) => name)
  const cost = Math.max(1, order.length * names.length)
  const count = Math.min(resamples, Math.floor(affordable / cost))
  if (count < fewest) return undefined
  const rng = createRng(options.seed ?? 0, 'importance intervals')
  const shares = new Map(names.map((name) => [name, new Float64Array(count)]))
  for (let k = 0; k < count; k++) {
    const drawn = Int32Array.from(order, () => rng.int(order.length)).sort()
    const sample = Array.from(drawn, (i) => order[i]!)
    for (const { name, value } of divideShares(history, sample, options.top)) {
      shares.get(name)![k] = value
    }
  }
  return Object.fromEntries(
    found.map(({ name, value }) => {
      const sorted = shares.get(name)!.sort()
      const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)]
      return [name, [Math.min(low, value), Math.max(high, value)]]
    }),
  )
}
