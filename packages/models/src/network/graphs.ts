import type { GraphBuilder, Tensor } from '../graph/builder.ts'
import { createGraphBuilder } from '../graph/builder.ts'
import { gradients } from '../graph/gradient.ts'
import type { TrainingGraph } from '../engine/step.ts'
import type { Graph } from '../graph/ir.ts'
import * as op from '../graph/operators.ts'
import { assemble } from './assemble.ts'
import type { NetworkPlan } from './check-network.ts'
import { lossOf, predictionOf } from './losses.ts'
import type { Sizes } from './shapes.ts'
import { product } from './shapes.ts'
import type { LossName, TargetCoding } from './targets.ts'
import type { StatisticSpec, WeightSpec } from './weights.ts'
import { statisticsOf, weightsOf } from './weights.ts'

/**
 * The loss of a batch with its gradients. Inputs `x` [rows, numbers], `targets` [rows, outputs],
 * `weights` [rows], the weights by name and the draws by name; outputs the loss, the gradients, and the
 * batch's statistics by the names of the running ones.
 */
export function trainingGraph(
  plan: NetworkPlan,
  loss: LossName,
  huberDelta: number,
): TrainingGraph {
  const g = createGraphBuilder('training')
  const x = examples(g, plan.input)
  const targets = g.input('targets', ['rows', plan.outputs])
  const shares = g.input('weights', ['rows'])
  const weights = weightInputs(g, weightsOf(plan))
  const scores = assemble(g, plan, x, {
    weight: (name) => weights.get(name)!,
    // Statistics are those of the batch.
    statistic: () => x,
    training: {
      draw: (name, sizes) => g.input(name, ['rows', ...sizes]),
      observe: (name, value) => g.output(name, value),
    },
  })
  const total = lossOf(g, loss, scores, targets, shares, huberDelta)
  g.output('loss', total)
  const names = [...weights.keys()]
  const found = gradients(g, total, [...weights.values()])
  const outputs = names.map((name, i) => {
    const output = `${name}.gradient`
    g.output(output, found[i]!)
    return [name, output] as const
  })
  return { graph: g.finish(), loss: 'loss', gradients: Object.fromEntries(outputs) }
}

/** The scores of a network in use: inputs `x`, weights and running statistics; output `scores`. */
export function scoringGraph(plan: NetworkPlan): Graph {
  const g = createGraphBuilder('scoring')
  const x = examples(g, plan.input)
  const weights = weightInputs(g, weightsOf(plan))
  const statistics = statisticInputs(g, statisticsOf(plan))
  const scores = assemble(g, plan, x, {
    weight: (name) => weights.get(name)!,
    statistic: (name) => statistics.get(name)!,
  })
  g.output('scores', scores)
  return g.finish()
}

/** The loss of scores: inputs `scores`, `targets` and `weights`; output `loss`. */
export function lossGraph(outputs: number, loss: LossName, huberDelta: number): Graph {
  const g = createGraphBuilder('loss')
  const scores = g.input('scores', ['rows', outputs])
  const targets = g.input('targets', ['rows', outputs])
  const weights = g.input('weights', ['rows'])
  g.output('loss', lossOf(g, loss, scores, targets, weights, huberDelta))
  return g.finish()
}

/** A learnt network as a graph of its own: input `x`; output `probabilities` or `values`. */
export function predictionGraph(
  plan: NetworkPlan,
  coding: TargetCoding,
  values: Readonly<Record<string, Float32Array>>,
): Graph {
  const g = createGraphBuilder('network')
  const x = examples(g, plan.input)
  const dims = new Map(weightsOf(plan).map((weight) => [weight.name, weight.dims]))
  const constant = (name: string): Tensor =>
    g.constant(values[name]!, dims.get(name) ?? [values[name]!.length])
  const scores = assemble(g, plan, x, { weight: constant, statistic: constant })
  const name = coding.task === 'classification' ? 'probabilities' : 'values'
  g.output(name, predictionOf(g, scores, coding))
  return g.finish()
}

/** [rows, numbers] as rows come from a matrix, in the form that the first layer takes. */
function examples(g: GraphBuilder, sizes: Sizes): Tensor {
  const flat = g.input('x', ['rows', product(sizes)])
  return sizes.length === 1 ? flat : op.reshape(g, flat, ['rows', ...sizes])
}

function weightInputs(g: GraphBuilder, specs: readonly WeightSpec[]): Map<string, Tensor> {
  return new Map(specs.map(({ name, dims }) => [name, g.input(name, dims)]))
}

function statisticInputs(g: GraphBuilder, specs: readonly StatisticSpec[]): Map<string, Tensor> {
  return new Map(specs.map(({ name, size }) => [name, g.input(name, [size])]))
}
