// A convolutional network for a part of CIFAR-10: 8,000 of 10,000 training images to learn from.
import { layersFromSpace } from '@attune/models'
import { loadCifar10 } from '@attune/models/node'
import { imageSet } from './images.mjs'

const options = ({ filters, widening, hidden, dropout, rate, l2, batch }, epochs) => ({
  inputShape: [3, 32, 32],
  layers: layersFromSpace({
    blocks: [1, widening, widening ** 2].map((factor) => ({
      filters: Math.round(filters * factor),
      size: 3,
      batchNorm: true,
      dropout: dropout / 2,
    })),
    hidden: [{ units: hidden, dropout }],
  }),
  ...{ batch, epochs, l2 },
  optimizer: { kind: 'adamw', rate },
  schedule: { kind: 'cosine' },
})

const set = imageSet({
  load: (part) => loadCifar10({ part }),
  shares: { train: 0.8, judge: 0.2 },
  options,
  epochs: [10, 30],
})
export const { finish } = set
export default set.objective
