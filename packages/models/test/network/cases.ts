import type { Layer } from '../../src/network/layers.ts'
import type { Sizes } from '../../src/network/shapes.ts'

export const dense: Layer = { kind: 'dense', units: 3, activation: 'tanh' }
const first: Layer = { kind: 'dense', units: 4 }
const image = [2, 5, 6] as const
const filters = { kind: 'conv2d', filters: 3 } as const
const along = { kind: 'conv1d', filters: 3 } as const
/** Makes an image out of weights, so that what follows has something to hand gradients on to. */
const picture: Layer = { kind: 'conv2d', filters: 2, size: 1 }
const sequence = [5, 3] as const
const steps: Layer = { kind: 'dense', units: 3 }

/** Every layer after one with weights, so that it has gradients to hand on. */
export const cases: [string, Sizes, Layer[]][] = [
  ['no hidden layer', [3], []],
  ['dense', [3], [dense, dense]],
  ['dense without bias', [3], [{ ...dense, bias: false }]],
  ['dense of every step', sequence, [dense]],
  ['conv1d valid', sequence, [steps, { ...along, size: 2, activation: 'tanh' }]],
  ['conv1d same, stride 2', sequence, [steps, { ...along, size: 4, stride: 2, padding: 'same' }]],
  ['conv2d valid', image, [picture, { ...filters, size: 3, activation: 'softmax' }]],
  ['conv2d same, even kernel', image, [picture, { ...filters, size: [2, 4], padding: 'same' }]],
  ['conv2d stride', image, [picture, { ...filters, size: 3, stride: [2, 1] }]],
  ['conv2d stride, same', image, [picture, { ...filters, size: 3, stride: 2, padding: 'same' }]],
  ['conv2d without bias', image, [{ ...filters, size: 2, bias: false }]],
  ['maxPool1d', sequence, [steps, { kind: 'maxPool1d', size: 2 }]],
  [
    'averagePool1d',
    sequence,
    [steps, { kind: 'averagePool1d', size: 3, stride: 1, padding: 'same' }],
  ],
  ['maxPool2d with a rest', image, [picture, { kind: 'maxPool2d', size: 2 }]],
  ['maxPool2d overlapping', image, [picture, { kind: 'maxPool2d', size: 3, stride: 2 }]],
  ['maxPool2d same', image, [picture, { kind: 'maxPool2d', size: 2, padding: 'same' }]],
  ['averagePool2d', image, [picture, { kind: 'averagePool2d', size: 2 }]],
  [
    'averagePool2d same',
    image,
    [picture, { kind: 'averagePool2d', size: 3, stride: 2, padding: 'same' }],
  ],
  ['global maximum of an image', image, [picture, { kind: 'globalMaxPool' }]],
  ['global maximum of a sequence', sequence, [steps, { kind: 'globalMaxPool' }]],
  ['global average of an image', image, [picture, { kind: 'globalAveragePool' }]],
  ['global average of a sequence', sequence, [steps, { kind: 'globalAveragePool' }]],
  ['reshape', [6], [{ kind: 'dense', units: 8 }, { kind: 'reshape', shape: [2, 2, -1] }, picture]],
  ['flatten', image, [picture, { kind: 'flatten' }, dense]],
  ['image to sequence', image, [picture, { kind: 'sequence' }, { kind: 'gru', units: 2 }]],
  ['batch norm of features', [3], [first, { kind: 'batchNorm' }, dense]],
  ['batch norm of a sequence', sequence, [steps, { kind: 'batchNorm' }, dense]],
  ['batch norm of an image', image, [picture, { kind: 'batchNorm' }]],
  ['layer norm of features', [3], [first, { kind: 'layerNorm' }, dense]],
  ['layer norm of a sequence', sequence, [steps, { kind: 'layerNorm' }]],
  ['layer norm of an image', image, [picture, { kind: 'layerNorm' }]],
  ['dropout', [3], [first, { kind: 'dropout', rate: 0.5 }, dense]],
  ['noise', [3], [first, { kind: 'gaussianNoise', sd: 1 }, dense]],
  ['slope', [3], [first, { kind: 'activation', activation: 'leakyRelu', slope: 0.3 }]],
  ['lstm', sequence, [steps, { kind: 'lstm', units: 2 }]],
  ['gru', sequence, [steps, { kind: 'gru', units: 2 }]],
  [
    'stacked recurrences',
    sequence,
    [
      { kind: 'lstm', units: 2, sequences: true },
      { kind: 'gru', units: 2, sequences: true },
    ],
  ],
  [
    'bidirectional',
    sequence,
    [steps, { kind: 'bidirectional', layer: { kind: 'lstm', units: 2 } }],
  ],
  [
    'bidirectional sum of sequences',
    sequence,
    [
      {
        kind: 'bidirectional',
        layer: { kind: 'gru', units: 2, sequences: true },
        merge: 'sum',
      },
    ],
  ],
  [
    'residual',
    image,
    [
      picture,
      {
        kind: 'residual',
        layers: [{ ...filters, size: 3, padding: 'same' }, { kind: 'batchNorm' }],
        shortcut: [{ ...filters, size: 1 }],
      },
    ],
  ],
  [
    'residual over steps',
    sequence,
    [steps, { kind: 'residual', layers: [{ ...along, size: 3, padding: 'same' }] }],
  ],
]

/** Indices of which some come twice. */
export const indices = { x: Float64Array.of(0, 2, 2, 1, 3, 3), input: [2] }

export const embeddings: Layer[] = [
  { kind: 'embedding', vocabulary: 4, units: 3 },
  { kind: 'columnEmbedding', columns: [{ column: 1, categories: 4, units: 2 }] },
]
