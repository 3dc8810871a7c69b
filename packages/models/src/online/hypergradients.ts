import type { TensorData } from '../engine/executor.ts'
import type { LastUpdate } from './last-update.ts'
import { pullBack } from './last-update.ts'
import type { OnlinePlan } from './places.ts'
import { strengthSlope } from './tuned-batch.ts'
import type { Pull } from './update-slopes.ts'
import { pullThroughUpdate } from './update-slopes.ts'

/** dC₂/dλ by the name of the number, summed over its places. */
export type Hypergradients = Map<string, number>

export type Values = Readonly<Record<string, number>>

export function addTo(found: Hypergradients, name: string, value: number): void {
  found.set(name, (found.get(name) ?? 0) + value)
}

/**
 * Those of penalties and of the rate: dC₂/d rate = -⟨∇C₂, θ - θ'⟩ / rate, because the whole update grows
 * with the rate. Pulls the vectors of the update back on the way.
 *
 * @param values of the numbers as they were in the update
 */
export function addByWeights(
  found: Hypergradients,
  { penalties }: Pick<OnlinePlan, 'penalties'>,
  values: Values,
  update: LastUpdate,
  pull: Pull = pullThroughUpdate,
): void {
  const rate = values['rate']
  const penalised = new Set(penalties.keys())
  const { l2, moved } = pullBack(update, penalised, rate !== undefined, pull)
  for (const [weight, slope] of l2) addTo(found, penalties.get(weight)!, slope)
  if (rate !== undefined) addTo(found, 'rate', -moved / rate)
}

/**
 * Those of noise, dropout and label smoothing: -wᵀ ∂²C₁/∂θ∂λ.
 * @param outputs of `productGraph`
 */
export function addByProducts(
  found: Hypergradients,
  { draws }: Pick<OnlinePlan, 'draws'>,
  values: Values,
  outputs: Readonly<Record<string, TensorData>>,
): void {
  for (const { draw, kind, number } of draws) {
    const product = Number(outputs[`${draw}.product`]![0])
    addTo(found, number, -product * strengthSlope(kind, values[number]!))
  }
  const smoothing = outputs['targets.product']
  if (smoothing !== undefined) addTo(found, 'labelSmoothing', -Number(smoothing[0]))
}
