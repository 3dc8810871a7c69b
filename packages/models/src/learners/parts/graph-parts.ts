import type { GraphBuilder, Tensor } from '../../graph/builder.ts'
import type { Graph } from '../../graph/ir.ts'
import { createGraphBuilder } from '../../graph/builder.ts'
import { div, sub } from '../../graph/operators/arithmetic.ts'
import { matmul } from '../../graph/operators/matrix.ts'
import type { Scaling } from './scaling.ts'

/** Begins the graph of a model: its input is `x`, ['rows', columns]. */
export function modelGraph(
  learner: string,
  columns: number,
  build: (g: GraphBuilder, x: Tensor) => void,
): Graph {
  const g = createGraphBuilder(learner)
  build(g, g.input('x', ['rows', columns]))
  return g.finish()
}

/** The columns moved and scaled. */
export function scaledInput(g: GraphBuilder, x: Tensor, scaling: Scaling): Tensor {
  const plain = scaling.mean.every((m) => m === 0) && scaling.scale.every((s) => s === 1)
  if (plain) return x
  const columns = scaling.mean.length
  const moved = sub(g, x, g.constant(scaling.mean, [1, columns]))
  return div(g, moved, g.constant(scaling.scale, [1, columns]))
}

/** Names the probabilities: those of the present classes at their places among all labels. */
export function probabilitiesOutput(
  g: GraphBuilder,
  shares: Tensor,
  codes: readonly number[],
  labels: number,
): void {
  if (codes.length === labels) {
    g.output('probabilities', shares)
    return
  }
  const places = new Float32Array(codes.length * labels)
  for (const [k, code] of codes.entries()) places[k * labels + code] = 1
  g.output('probabilities', matmul(g, shares, g.constant(places, [codes.length, labels])))
}
