import { choice, flag, float, int, list, variant } from '@attune/core'
import type { List, Param, Variant } from '@attune/core'

/** Labels of the activations that are searched. */
export type SearchedActivation = (typeof searched)[number]

const searched = ['relu', 'leakyRelu', 'elu', 'selu', 'gelu', 'swish', 'tanh'] as const

export type SearchedOptimizer =
  | { kind: 'nesterov'; rate: number; momentum: number }
  | { kind: 'rmsprop'; rate: number }
  | { kind: 'adam'; rate: number }
  | { kind: 'adamw'; rate: number }

export type SearchedSchedule =
  | { kind: 'fixed' }
  | { kind: 'exponential'; to: number }
  | { kind: 'cosine' }

/** How a network learns, whatever its layers: all of it options of the learner. */
export type TrainingShape = {
  readonly optimizer: Variant<SearchedOptimizer>
  readonly schedule: Variant<SearchedSchedule>
  readonly l2: Param<number>
  readonly batch: Param<16 | 32 | 64 | 128 | 256>
  readonly epochs: Param<number>
}

/** Of tables: hidden layers of one width; all of it options of the learner. */
export type TableShape = TrainingShape & {
  readonly depth: Param<number>
  readonly units: Param<number>
  readonly activation: Param<SearchedActivation>
  readonly batchNorm: Param<boolean>
  readonly dropout: Param<number>
  readonly noise: Param<number>
}

/** Of images: blocks of convolutions, then dense layers, for `layersFromSpace`. */
export type ConvolutionShape = TrainingShape & {
  readonly blocks: List<
    {
      filters: number
      size: 3 | 5
      activation: SearchedActivation
      batchNorm: boolean
      pool: 'max' | 'average'
      dropout: number
    }[]
  >
  readonly head: Param<'flatten' | 'average'>
  readonly hidden: List<{ units: number; activation: SearchedActivation; dropout: number }[]>
}

/**
 * Optimisers with rates of their own (higher ones where steps grow with the gradient), schedule, l2,
 * batch and epochs.
 *
 * @param rows examples; few begin with small batches
 * @param epochs at most, from 5 on; default 100
 */
export function trainingSpace(rows: number, epochs: number = 100): TrainingShape {
  return {
    optimizer: variant(
      {
        nesterov: {
          rate: float(1e-4, 1, { scale: 'log', default: 0.05 }),
          momentum: float(0, 0.99, { default: 0.9 }),
        },
        rmsprop: { rate: float(1e-5, 0.1, { scale: 'log', default: 1e-3 }) },
        adam: { rate: float(1e-5, 0.1, { scale: 'log', default: 1e-3 }) },
        adamw: { rate: float(1e-5, 0.1, { scale: 'log', default: 1e-3 }) },
      },
      { default: 'adam' },
    ),
    schedule: variant(
      {
        fixed: {},
        exponential: { to: float(1e-3, 1, { scale: 'log', default: 0.01 }) },
        cosine: {},
      },
      { default: 'fixed' },
    ),
    l2: float(1e-7, 0.1, { scale: 'log', default: 1e-5 }),
    batch: choice([16, 32, 64, 128, 256], { ordered: true, default: rows < 2000 ? 16 : 64 }),
    epochs: int(5, epochs, { scale: 'log', default: Math.min(30, epochs) }),
  }
}

/** The space in which networks for tables are searched. */
export function tableSpace(rows: number): TableShape {
  return {
    depth: int(1, 5, { default: 2 }),
    units: int(8, 512, { scale: 'log', default: 64 }),
    activation: choice(searched),
    batchNorm: flag(),
    dropout: float(0, 0.6, { default: 0 }),
    noise: float(0, 0.5, { default: 0 }),
    ...trainingSpace(rows),
  }
}

/**
 * The space in which networks for images are searched: a configuration's `layersFromSpace` are layers
 * that exist, since there are no more blocks than height and width can be halved.
 */
export function convolutionSpace(data: {
  readonly rows: number
  /** [channels, height, width] */
  readonly image: readonly [number, number, number]
  /** Default 4. */
  readonly maxBlocks?: number
  /** Default 256. */
  readonly maxFilters?: number
  /** Default 50. */
  readonly maxEpochs?: number
}): ConvolutionShape {
  const { rows, image, maxFilters = 256, maxEpochs = 50 } = data
  const halvings = 31 - Math.clz32(Math.min(image[1], image[2]))
  const most = Math.max(1, Math.min(data.maxBlocks ?? 4, halvings))
  const block = {
    filters: int(8, maxFilters, { scale: 'log', default: Math.min(32, maxFilters) }),
    size: choice([3, 5], { ordered: true }),
    activation: choice(searched),
    batchNorm: flag({ default: true }),
    pool: choice(['max', 'average']),
    dropout: float(0, 0.5, { default: 0 }),
  }
  const dense = {
    units: int(16, 512, { scale: 'log', default: 128 }),
    activation: choice(searched),
    dropout: float(0, 0.6, { default: 0.2 }),
  }
  return {
    blocks: list(1, most, block, { default: Math.min(2, most) }),
    head: choice(['flatten', 'average']),
    hidden: list(0, 2, dense, { default: 1 }),
    ...trainingSpace(rows, maxEpochs),
  }
}
