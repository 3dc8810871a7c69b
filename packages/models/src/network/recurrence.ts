import type { GraphBuilder, Tensor } from '../graph/builder.ts'
import * as op from '../graph/operators.ts'
import type { Recurrent } from './layers.ts'

/** Gives the weights of a recurrence by their parts: kernel, recurrent, bias, recurrentBias. */
export type PartOf = (part: string) => Tensor

/**
 * The states of a recurrence after every step, in the order of the steps, unrolled: one product for
 * the inputs of all steps, then a few operators a step. The state before the first step is 0.
 *
 * @param x [rows, steps, features]
 * @param backwards begins at the last step
 * @returns for every step [rows, units]
 */
export function unroll(
  g: GraphBuilder,
  layer: Recurrent,
  x: Tensor,
  part: PartOf,
  backwards: boolean,
): Tensor[] {
  const steps = projections(g, x, part)
  if (backwards) steps.reverse()
  const states = layer.kind === 'lstm' ? lstm(g, layer, steps, part) : gru(g, layer, steps, part)
  return backwards ? states.reverse() : states
}

/** The last state where `sequences` is not set, else all of them as [rows, steps, units]. */
export function gatherStates(
  g: GraphBuilder,
  layer: Recurrent,
  states: readonly Tensor[],
  backwards: boolean,
): Tensor {
  if (layer.sequences !== true) return backwards ? states[0]! : states.at(-1)!
  const rows = states.map((state) => op.unsqueeze(g, state, [1]))
  return op.concat(g, rows, 1)
}

/**
 * What the inputs add to the gates of every step, each [rows, gates · units]. The rows stay the first
 * axis all the way: a runtime that cannot follow an open size takes seconds to plan a long unrolling.
 */
function projections(g: GraphBuilder, x: Tensor, part: PartOf): Tensor[] {
  const projected = op.add(g, op.matmul(g, x, part('kernel')), part('bias'))
  const sizes = new Array<number>(x.dims[1] as number).fill(1)
  return op.split(g, projected, sizes, 1).map((step) => op.squeeze(g, step, [1]))
}

/** Gates lie side by side in the order input, forget, output, candidate. */
function lstm(
  g: GraphBuilder,
  { units }: Recurrent,
  steps: readonly Tensor[],
  part: PartOf,
): Tensor[] {
  const recurrent = part('recurrent')
  const states: Tensor[] = []
  let cell: Tensor | undefined
  for (const step of steps) {
    const state = states.at(-1)
    const sums = state === undefined ? step : op.gemm(g, state, recurrent, { c: step })
    const [gateSums, candidateSums] = op.split(g, sums, [3 * units, units], 1) as [Tensor, Tensor]
    const gates = op.split(g, op.sigmoid(g, gateSums), [units, units, units], 1)
    const [enter, keep, leave] = gates as [Tensor, Tensor, Tensor]
    const entering: Tensor = op.mul(g, enter, op.tanh(g, candidateSums))
    cell = cell === undefined ? entering : op.add(g, op.mul(g, keep, cell), entering)
    states.push(op.mul(g, leave, op.tanh(g, cell)))
  }
  return states
}

/** Gates lie side by side in the order update, reset, candidate. */
function gru(
  g: GraphBuilder,
  { units }: Recurrent,
  steps: readonly Tensor[],
  part: PartOf,
): Tensor[] {
  const recurrent = part('recurrent')
  const bias = part('recurrentBias')
  const states: Tensor[] = []
  for (const step of steps) {
    const [gateInput, candidateInput] = op.split(g, step, [2 * units, units], 1) as [Tensor, Tensor]
    const state = states.at(-1)
    const fed =
      state === undefined
        ? undefined
        : op.split(g, op.matmul(g, state, recurrent), [2 * units, units], 1)
    const gates = op.sigmoid(g, fed === undefined ? gateInput : op.add(g, gateInput, fed[0]!))
    const [update, reset] = op.split(g, gates, [units, units], 1) as [Tensor, Tensor]
    const remembered = fed === undefined ? bias : op.add(g, fed[1]!, bias)
    const candidate = op.tanh(g, op.add(g, candidateInput, op.mul(g, reset, remembered)))
    // update · state + (1 - update) · candidate
    const change = state === undefined ? candidate : op.sub(g, candidate, state)
    const added = op.sub(g, change, op.mul(g, update, change))
    states.push(state === undefined ? added : op.add(g, state, added))
  }
  return states
}
