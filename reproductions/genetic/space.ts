import { choice, createRng, int, list } from 'attune'
import type { Shape } from 'attune'
import { activations } from '@attune/models'
import type { Activation, Layer } from '@attune/models'

/** The document names 100 and 500; the sizes around them are ours. */
export const batches = [10, 20, 50, 100, 200, 500] as const

/** With which a gene of Algorithm B becomes a layer; not given there. */
export const layerProbability = 0.5
export const mostLayers = 4
const units = { low: 8, high: 256 }

export interface Gene {
  readonly units: number
  readonly activation: Activation
}

/** Batch size, number of layers, and by layer its nodes and activation. */
export const genes: Shape = {
  batch: choice([...batches], { ordered: true }),
  layers: list(0, mostLayers, {
    units: int(units.low, units.high, { scale: 'log' }),
    activation: choice([...activations]),
  }),
}

/** Every batch size for so many architectures. */
export const batchGrid = (architectures: number): Shape => ({
  batch: choice([...batches], { ordered: true }),
  architecture: int(0, architectures - 1),
})

/** Every batch size, so often. */
export const repeats = (count: number): Shape => ({
  batch: choice([...batches], { ordered: true }),
  repeat: int(0, count - 1),
})

/** An architecture as Algorithm B draws it: each gene becomes a layer with the layer probability. */
export function drawArchitecture(index: number): Gene[] {
  const rng = createRng('genetic architecture', index)
  const genes = Array.from({ length: mostLayers }, (): Gene | undefined => {
    const exists = rng.next() < layerProbability
    const size = units.low * (units.high / units.low) ** rng.next()
    const activation = activations[rng.int(activations.length)]!
    return exists ? { units: Math.round(size), activation } : undefined
  })
  return genes.filter((gene) => gene !== undefined)
}

export const layersOf = (found: readonly Gene[]): Layer[] =>
  found.map((gene) => ({ kind: 'dense', ...gene }))

/** A convolutional network without a hidden layer behind its one convolution. */
export const smallConvolution: readonly Layer[] = [
  { kind: 'conv2d', filters: 16, size: 3, padding: 'same', activation: 'relu' },
  { kind: 'maxPool2d', size: 2 },
  { kind: 'flatten' },
]
