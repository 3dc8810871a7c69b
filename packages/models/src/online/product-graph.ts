import type { TrainingGraph } from '../engine/step.ts'
import type { GraphBuilder, Tensor } from '../graph/builder.ts'
import { createGraphBuilder } from '../graph/builder.ts'
import { gradients } from '../graph/gradient.ts'
import type { Graph } from '../graph/ir.ts'
import * as op from '../graph/operators.ts'
import type { NetworkPlan } from '../network/check-network.ts'
import type { TrainingLoss } from '../network/graphs.ts'
import { finishTraining, trainingLoss } from '../network/graphs.ts'
import type { LossName } from '../network/targets.ts'

/**
 * By tuned input of the training graph, such as a layer's noise, the product wᵀ ∂²C₁/∂θ∂λ along the
 * direction in which the input moves with its strength λ. Inputs are those of the training graph, for
 * every weight `<name>.direction`, w, and for every tuned input `<name>.direction`; outputs
 * `<input>.product`.
 *
 * @param tuned names of draws, and `targets`
 */
export function productGraph(
  plan: NetworkPlan,
  loss: LossName,
  huberDelta: number,
  tuned: readonly string[],
): Graph {
  const g = createGraphBuilder('online products')
  const training = trainingLoss(g, plan, loss, huberDelta, false)
  const weights = [...training.weights]
  const slopes = gradients(
    g,
    training.total,
    weights.map(([, tensor]) => tensor),
  )
  const parts = weights.map(([name, { dims }], i) => {
    const along = g.input(`${name}.direction`, dims)
    const part = op.reduceSum(g, op.mul(g, slopes[i]!, along))
    // Parts are only added up, so their gradient is 1, and no copy of the direction times 1 is made.
    return g.composite([slopes[i]!], part, () => [along])
  })
  const product = parts.reduce((sum, part) => op.add(g, sum, part))
  outputSlopes(g, training, product, tuned, 'product')
  return g.finish()
}

/**
 * A training graph that also tells how its loss changes with tuned inputs along their directions: inputs
 * `<input>.direction`, outputs `<input>.slope`.
 */
export function slopedTrainingGraph(
  plan: NetworkPlan,
  loss: LossName,
  huberDelta: number,
  tuned: readonly string[],
): TrainingGraph {
  const g = createGraphBuilder('training with slopes')
  const training = trainingLoss(g, plan, loss, huberDelta)
  outputSlopes(g, training, training.total, tuned, 'slope')
  return finishTraining(g, training)
}

/** The slopes alone, of weights that are elsewhere. */
export function slopeGraph(
  plan: NetworkPlan,
  loss: LossName,
  huberDelta: number,
  tuned: readonly string[],
): Graph {
  const g = createGraphBuilder('online slopes')
  const training = trainingLoss(g, plan, loss, huberDelta, false)
  outputSlopes(g, training, training.total, tuned, 'slope')
  return g.finish()
}

function outputSlopes(
  g: GraphBuilder,
  { draws, targets }: TrainingLoss,
  value: Tensor,
  tuned: readonly string[],
  what: 'slope' | 'product',
): void {
  const inputs = tuned.map((name) => (name === 'targets' ? targets : draws.get(name)!))
  const found = gradients(g, value, inputs)
  for (const [i, name] of tuned.entries()) {
    const along = g.input(`${name}.direction`, inputs[i]!.dims)
    g.output(`${name}.${what}`, op.reduceSum(g, op.mul(g, found[i]!, along)))
  }
}
