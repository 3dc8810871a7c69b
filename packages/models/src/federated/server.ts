import type { Optimizer } from '../engine/optimizer.ts'
import { createOptimizer } from '../engine/optimizer.ts'
import { createRunningStatistics } from '../network/running-statistics.ts'
import type { NetworkPlan } from '../network/check-network.ts'
import { initialParameters } from '../network/initial-parameters.ts'
import { statisticsOf } from '../network/weights.ts'
import type { SharedState } from './client-work.ts'
import type { CheckedFederated } from './options.ts'

/** What the server has, and how it takes in what clients send. */
export interface Server extends SharedState {
  readonly optimizer: Optimizer
  /** Begins to gather the answers of a round. */
  begin(): void
  /**
   * Takes in what a client came to.
   * @param weight how much it counts beside the others
   * @returns false for numbers that are not finite, which are left out
   */
  take(client: SharedState, weight: number): boolean
  /** Moves to the mean of what was taken in, or as far as the options say; of nothing, not at all. */
  finish(): void
}

export function createServer(plan: NetworkPlan, options: CheckedFederated, seed: number): Server {
  const parameters = initialParameters(plan, seed)
  const statistics = createRunningStatistics(statisticsOf(plan))
  const optimizer = createOptimizer(options.serverOptimizer, parameters)
  const flat = { parameters, statistics }
  const places = partsOf(flat)
  const sums = places.map((part) => new Float64Array(part.length))
  const averages = options.serverOptimizer.kind === 'sgd' && options.serverRate === 1
  let total = 0

  return {
    ...flat,
    optimizer,
    begin() {
      total = 0
      for (const sum of sums) sum.fill(0)
    },
    take(client, weight) {
      const parts = partsOf(client)
      if (parts.some((part) => !allFinite(part))) return false
      for (const [p, part] of parts.entries()) {
        const sum = sums[p]!
        for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + weight * part[i]!
      }
      total += weight
      return true
    },
    finish() {
      if (total === 0) return
      const [weights, ...others] = sums
      for (const [p, sum] of others.entries()) {
        const place = places[p + 1]!
        for (let i = 0; i < sum.length; i++) place[i] = sum[i]! / total
      }
      const { values, gradients } = parameters
      if (averages) {
        for (let i = 0; i < values.length; i++) values[i] = weights![i]! / total
        return
      }
      for (let i = 0; i < values.length; i++) gradients[i] = values[i]! - weights![i]! / total
      optimizer.update({ rate: options.serverRate })
    },
  }
}

/** Weights first, then everything that is averaged whatever the server's optimiser. */
function partsOf({ parameters, statistics }: SharedState): (Float32Array | Float64Array)[] {
  return [parameters.values, statistics.filled, ...Object.values(statistics.values)]
}

function allFinite(values: Float32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
}
