import type { Activation, Layer } from './layers.ts'

/** A dense layer with what usually follows it. */
export interface HiddenBlock {
  readonly units: number
  /** Default relu. */
  readonly activation?: Activation
  /** Normalised over the batch before the activation; default false. */
  readonly batchNorm?: boolean
  /** Default 0. */
  readonly dropout?: number
}

/** A convolution with what usually follows it; `same` padding and stride 1. */
export interface ConvolutionBlock {
  readonly filters: number
  /** Height and width of the kernel; default 3. */
  readonly size?: number
  /** Default relu. */
  readonly activation?: Activation
  /** Normalised over the batch before the activation; default false. */
  readonly batchNorm?: boolean
  /** Halves height and width; default max. */
  readonly pool?: 'max' | 'average' | 'none'
  /** Default 0. */
  readonly dropout?: number
}

/** The part of a configuration that says which layers there are. */
export interface Blocks {
  readonly blocks?: readonly ConvolutionBlock[]
  /** How images become vectors; default flatten. */
  readonly head?: 'flatten' | 'average'
  readonly hidden?: readonly HiddenBlock[]
}

/** The layers that blocks stand for: what a space of blocks maps a configuration to. */
export function layersFromSpace({ blocks = [], head = 'flatten', hidden = [] }: Blocks): Layer[] {
  const layers = blocks.flatMap(convolutionLayers)
  if (blocks.length > 0) {
    layers.push({ kind: head === 'flatten' ? 'flatten' : 'globalAveragePool' })
  }
  return [...layers, ...hidden.flatMap(hiddenLayers)]
}

function hiddenLayers({ units, activation, batchNorm, dropout }: HiddenBlock): Layer[] {
  const dense = { kind: 'dense', units } as const
  return follow(dense, activation ?? 'relu', batchNorm ?? false, [], dropout ?? 0)
}

function convolutionLayers(block: ConvolutionBlock): Layer[] {
  const { filters, size = 3, activation = 'relu', batchNorm = false, pool = 'max' } = block
  const convolution = { kind: 'conv2d', filters, size, padding: 'same' } as const
  const pooling: Layer[] =
    pool === 'none' ? [] : [{ kind: pool === 'max' ? 'maxPool2d' : 'averagePool2d', size: 2 }]
  return follow(convolution, activation, batchNorm, pooling, block.dropout ?? 0)
}

function follow(
  layer: Extract<Layer, { kind: 'dense' | 'conv2d' }>,
  activation: Activation,
  batchNorm: boolean,
  pooling: readonly Layer[],
  dropout: number,
): Layer[] {
  const layers: Layer[] = batchNorm
    ? // The offset of the normalisation is the bias, and its gain makes the scale of weights irrelevant.
      [{ ...layer, bias: false }, { kind: 'batchNorm' }, { kind: 'activation', activation }]
    : [{ ...layer, activation }]
  layers.push(...pooling)
  if (dropout > 0) layers.push({ kind: 'dropout', rate: dropout })
  return layers
}
