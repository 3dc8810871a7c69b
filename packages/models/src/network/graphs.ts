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

/** The loss of a batch in a graph that is being built, and the inputs it is made of. */
export interface TrainingLoss {
  readonly total: Tensor
  /** By name. */
  readonly weights: ReadonlyMap<string, Tensor>
  readonly draws: ReadonlyMap<string, Tensor>
  /** [rows, outputs] */
  readonly targets: Tensor
}

/**
 * The loss of a batch. Inputs `x` [rows, numbers], `targets` [rows, outputs], `weights` [rows], the
 * weights by name and the draws by name; outputs, unless they are not wanted, the batch's statistics by
 * the names of the running ones.
 */
export function trainingLoss(
  g: GraphBuilder,
  plan: NetworkPlan,
  loss: LossName,
  huberDelta: number,
  observed: boolean = true,
): TrainingLoss {
  const x = examples(g, plan.input)
  const targets = g.input('targets', ['rows', plan.outputs])
  const shares = g.input('weights', ['rows'])
  const weights = weightInputs(g, weightsOf(plan))
  const draws = new Map<string, Tensor>()
  const scores = assemble(g, plan, x, {
    weight: (name) => weights.get(name)!,
    // Statistics are those of the batch.
    statistic: () => x,
    training: {
      draw(name, sizes) {
        const draw = g.input(name, ['rows', ...sizes])
        draws.set(name, draw)
        return draw
      },
      observe(name, value) {
        if (observed) g.output(name, value)
      },
    },
  })
  return { total: lossOf(g, loss, scores, targets, shares, huberDelta), weights, draws, targets }
}

/** A training graph of a loss: outputs `loss`, and for every weight `<name>.gradient`. */
export function finishTraining(g: GraphBuilder, { total, weights }: TrainingLoss): TrainingGraph {
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

/** The loss of a batch with its gradients; inputs and outputs are those of the functions above. */
export function trainingGraph(
  plan: NetworkPlan,
  loss: LossName,
  huberDelta: number,
): TrainingGraph {
  const g = createGraphBuilder('training')
  return finishTraining(g, trainingLoss(g, plan, loss, huberDelta))
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
