import type { StatisticSpec } from './weights.ts'

/** Means and variances that batch normalisation uses when a network is used. */
export interface RunningStatistics {
  /** By name, changed in place. */
  readonly values: Readonly<Record<string, Float32Array>>
  /** By statistic how much of it comes from batches, 0 … 1; changed in place. */
  readonly filled: Float64Array
  /**
   * Takes in what batches had. A statistic s that a share f of comes from batches becomes (f' - a) / f' · s
   * + a / f' · batch with a = (1 - momentum) · share and f' = f + a · (1 - f): the exponential mean divided
   * by what it has of its total weight, as Adam corrects its moments.
   *
   * @param share rows of the batch divided by those of a full one
   */
  observe(batch: Readonly<Record<string, ArrayLike<unknown>>>, share: number): void
}

export function createRunningStatistics(specs: readonly StatisticSpec[]): RunningStatistics {
  const values = Object.fromEntries(
    specs.map(({ name, size, start }) => [name, new Float32Array(size).fill(start)]),
  )
  const filled = new Float64Array(specs.length)
  return {
    values,
    filled,
    observe(batch, share) {
      for (const [i, { name, momentum }] of specs.entries()) {
        const amount = (1 - momentum) * share
        filled[i] = filled[i]! + amount * (1 - filled[i]!)
        const step = amount / filled[i]!
        const running = values[name]!
        const seen = batch[name] as ArrayLike<number>
        for (let k = 0; k < running.length; k++) {
          running[k] = running[k]! + step * (seen[k]! - running[k]!)
        }
      }
    },
  }
}
