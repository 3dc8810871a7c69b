import type { NetworkPlan, PlannedLayer } from '../network/check-network.ts'
import type { Layer, Recurrent } from '../network/layers.ts'
import { pairOf, product } from '../network/shapes.ts'

/** What one example costs. */
export interface MultiplyAdds {
  /** In use. */
  readonly forward: number
  /** In learning: forward, and back to weights and to what came in. */
  readonly training: number
}

/**
 * Counts products of weights with numbers, each with its sum as one; activations, normalisation, pools,
 * dropout, losses and updates are small beside them and are left out. Going back costs as much as going
 * forward for the weights, and as much again for what came in, where something learns below.
 */
export function multiplyAddsOf(plan: NetworkPlan): MultiplyAdds {
  return countList(plan.layers, false, plan.outputs)
}

function countList(
  layers: readonly PlannedLayer[],
  learnsBelow: boolean,
  outputs: number,
): MultiplyAdds {
  let forward = 0
  let training = 0
  let below = learnsBelow
  for (const planned of layers) {
    const own = ofLayer(planned, outputs)
    forward += own
    training += own * (below ? 3 : 2)
    for (const branch of [planned.inner, planned.shortcut]) {
      const inner = countList(branch, below, outputs)
      forward += inner.forward
      training += inner.training
    }
    below ||= [planned, ...planned.inner, ...planned.shortcut].some(({ layer }) => learns(layer))
  }
  return { forward, training }
}

function ofLayer({ layer, input, output }: PlannedLayer, outputs: number): number {
  switch (layer.kind) {
    case 'dense':
      return product(input) * layer.units
    case 'output':
      return product(input) * outputs
    case 'conv1d':
      return product(output) * layer.size * input[1]!
    case 'conv2d':
      return product(output) * product(pairOf(layer.size)) * input[0]!
    case 'lstm':
    case 'gru':
      return ofRecurrent(layer, input[0]!, input[1]!)
    case 'bidirectional':
      return 2 * ofRecurrent(layer.layer, input[0]!, input[1]!)
    default:
      return 0
  }
}

function ofRecurrent({ kind, units }: Recurrent, steps: number, features: number): number {
  const gates = kind === 'lstm' ? 4 : 3
  return steps * gates * units * (features + units)
}

/** Whether anything of it is learnt, so that gradients must come down to it. */
function learns({ kind }: Layer): boolean {
  switch (kind) {
    case 'dense':
    case 'output':
    case 'conv1d':
    case 'conv2d':
    case 'lstm':
    case 'gru':
    case 'bidirectional':
    case 'batchNorm':
    case 'layerNorm':
    case 'embedding':
    case 'columnEmbedding':
      return true
    default:
      return false
  }
}
