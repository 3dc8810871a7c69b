import type { GraphBuilder, Tensor } from '../../graph/builder.ts'
import { createGraphBuilder } from '../../graph/builder.ts'
import { gradients } from '../../graph/gradient.ts'
import type { Graph } from '../../graph/ir.ts'
import * as op from '../../graph/operators.ts'
import { activate } from '../activate.ts'
import type { NetworkPlan, PlannedLayer } from '../check-network.ts'
import type { Layer } from '../layers.ts'
import { lossByRow } from '../losses.ts'
import { product } from '../shapes.ts'
import type { LossName } from '../targets.ts'
import { flattenLayers, statisticsOf, weightsOf } from '../weights.ts'

/** The graphs that a training runs, by the names they have in `graphs.ts`. */
export type GraphKind = 'training' | 'scoring' | 'loss'

/** Everything that the graphs of networks depend on. */
export interface StackedNetwork {
  readonly plan: NetworkPlan
  readonly loss: LossName
  readonly huberDelta: number
}

const stackedKinds: readonly Layer['kind'][] = [
  'dense',
  'output',
  'activation',
  'dropout',
  'gaussianNoise',
  'batchNorm',
  'layerNorm',
  'flatten',
  'residual',
]

/** Whether networks of this plan can be stacked: all layers take vectors, after a flattening at most. */
export const canStack = (plan: NetworkPlan): boolean =>
  flattenLayers(plan.layers).every(
    ({ layer, input }) =>
      stackedKinds.includes(layer.kind) &&
      (input.length === 1 || layer.kind === 'flatten' || layer.kind === 'output'),
  )

/**
 * A graph for several networks of one plan at once: the same inputs and outputs as the graph of one has,
 * each with `members` as an axis before its others. Members have nothing to do with each other.
 */
export function stackedGraph(kind: GraphKind, network: StackedNetwork): Graph {
  if (kind === 'training') return stackedTraining(network)
  return kind === 'scoring' ? stackedScoring(network) : stackedLoss(network)
}

function stackedTraining({ plan, loss, huberDelta }: StackedNetwork): Graph {
  const g = createGraphBuilder('stacked training')
  const x = g.input('x', ['members', 'rows', product(plan.input)])
  const targets = g.input('targets', ['members', 'rows', plan.outputs])
  const shares = g.input('weights', ['members', 'rows'])
  const weights = weightInputs(g, plan)
  const scores = through(g, plan.layers, x, {
    tensor: (name) => weights.get(name)!,
    training: {
      draw: (name, size) => g.input(name, ['members', 'rows', size]),
      observe: (name, value) => g.output(name, value),
    },
  })
  const losses = memberLosses(g, lossByRow(g, loss, scores, targets, huberDelta), shares)
  g.output('loss', losses)
  // A member's weights move its own loss only, so the gradients of the sum are those of each.
  const found = gradients(g, op.reduceSum(g, losses), [...weights.values()])
  const names = [...weights.keys()]
  for (const [i, name] of names.entries()) g.output(`${name}.gradient`, found[i]!)
  return g.finish()
}

function stackedScoring({ plan }: StackedNetwork): Graph {
  const g = createGraphBuilder('stacked scoring')
  const x = g.input('x', ['members', 'rows', product(plan.input)])
  const tensors = weightInputs(g, plan)
  for (const { name, size } of statisticsOf(plan)) {
    tensors.set(name, g.input(name, ['members', size]))
  }
  g.output('scores', through(g, plan.layers, x, { tensor: (name) => tensors.get(name)! }))
  return g.finish()
}

function stackedLoss({ plan, loss, huberDelta }: StackedNetwork): Graph {
  const g = createGraphBuilder('stacked loss')
  const scores = g.input('scores', ['members', 'rows', plan.outputs])
  const targets = g.input('targets', ['members', 'rows', plan.outputs])
  const shares = g.input('weights', ['members', 'rows'])
  const byRow = lossByRow(g, loss, scores, targets, huberDelta)
  g.output('loss', memberLosses(g, byRow, shares))
  return g.finish()
}

const memberLosses = (g: GraphBuilder, byRow: Tensor, shares: Tensor): Tensor =>
  op.reduceSum(g, op.mul(g, byRow, shares), { axes: [1] })

function weightInputs(g: GraphBuilder, plan: NetworkPlan): Map<string, Tensor> {
  return new Map(
    weightsOf(plan).map(({ name, dims }) => [name, g.input(name, ['members', ...dims])]),
  )
}

interface Surroundings {
  /** A weight or running statistic by its name. */
  tensor(name: string): Tensor
  /** Undefined when networks are used. */
  readonly training?: {
    draw(name: string, size: number): Tensor
    observe(name: string, value: Tensor): void
  }
}

function through(
  g: GraphBuilder,
  layers: readonly PlannedLayer[],
  x: Tensor,
  around: Surroundings,
): Tensor {
  return layers.reduce((value, planned) => step(g, planned, value, around), x)
}

/** [members, rows, features] to the same. */
function step(g: GraphBuilder, planned: PlannedLayer, x: Tensor, around: Surroundings): Tensor {
  const { layer, path, input } = planned
  const { training } = around
  switch (layer.kind) {
    case 'dense':
    case 'output': {
      const sums = op.matmul(g, x, around.tensor(`${path}.kernel`))
      const biased =
        layer.bias === false ? sums : op.add(g, sums, byMember(g, around, `${path}.bias`))
      return activate(g, biased, layer.activation ?? 'linear')
    }
    case 'activation':
      return activate(g, x, layer.activation, { slope: layer.slope })
    case 'dropout':
      if (training === undefined || layer.rate === 0) return x
      return op.mul(g, x, training.draw(`${path}.mask`, product(input)))
    case 'gaussianNoise':
      if (training === undefined || layer.sd === 0) return x
      return op.add(g, x, training.draw(`${path}.noise`, product(input)))
    case 'batchNorm':
      return normaliseBatch(g, path, x, layer.epsilon ?? 1e-5, around)
    case 'layerNorm':
      return scaled(g, path, standardised(g, x, 2, layer.epsilon ?? 1e-5).normal, around)
    case 'residual': {
      const main = through(g, planned.inner, x, around)
      return op.add(g, main, through(g, planned.shortcut, x, around))
    }
    default:
      return x
  }
}

/** [members, size] as [members, 1, size], which goes with every row. */
const byMember = (g: GraphBuilder, around: Surroundings, name: string): Tensor =>
  op.unsqueeze(g, around.tensor(name), [1])

function normaliseBatch(
  g: GraphBuilder,
  path: string,
  x: Tensor,
  epsilon: number,
  around: Surroundings,
): Tensor {
  const names = { mean: `${path}.mean`, variance: `${path}.variance` }
  if (around.training === undefined) {
    const deviation = op.sqrt(g, op.add(g, byMember(g, around, names.variance), epsilon))
    const factor = op.div(g, byMember(g, around, `${path}.gain`), deviation)
    const offset = byMember(g, around, `${path}.offset`)
    const shift = op.sub(g, offset, op.mul(g, byMember(g, around, names.mean), factor))
    return op.add(g, op.mul(g, x, factor), shift)
  }
  const { normal, mean, variance } = standardised(g, x, 1, epsilon)
  around.training.observe(names.mean, op.squeeze(g, mean, [1]))
  around.training.observe(names.variance, op.squeeze(g, variance, [1]))
  return scaled(g, path, normal, around)
}

const scaled = (g: GraphBuilder, path: string, x: Tensor, around: Surroundings): Tensor =>
  op.add(
    g,
    op.mul(g, x, byMember(g, around, `${path}.gain`)),
    byMember(g, around, `${path}.offset`),
  )

/** To mean 0 and variance 1 along an axis. */
function standardised(
  g: GraphBuilder,
  x: Tensor,
  axis: number,
  epsilon: number,
): { readonly normal: Tensor; readonly mean: Tensor; readonly variance: Tensor } {
  const over = { axes: [axis], keep: true }
  const mean = op.reduceMean(g, x, over)
  const centred = op.sub(g, x, mean)
  const variance = op.reduceMean(g, op.square(g, centred), over)
  const normal = op.div(g, centred, op.sqrt(g, op.add(g, variance, epsilon)))
  return { normal, mean, variance }
}
