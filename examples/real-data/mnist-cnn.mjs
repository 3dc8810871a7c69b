// A convolutional network for MNIST. The study sees 14,000 of the 60,000 training images, for three epochs.
import { layersFromSpace } from '@attune/models'
import { loadMnist } from '@attune/models/node'
import { imageSet } from './images.mjs'

const options = ({ filters, widening, size, hidden, dropout, rate, batch }, epochs) => ({
  inputShape: [1, 28, 28],
  layers: layersFromSpace({
    blocks: [
      { filters, size, batchNorm: true, dropout: dropout / 2 },
      { filters: Math.round(filters * widening), size, batchNorm: true, dropout: dropout / 2 },
    ],
    hidden: [{ units: hidden, dropout }],
  }),
  ...{ batch, epochs },
  optimizer: { kind: 'adam', rate },
  schedule: { kind: 'cosine' },
})

const set = imageSet({
  load: (part) => loadMnist({ part }),
  shares: { train: 10 / 60, judge: 4 / 60, rest: 46 / 60 },
  options,
  epochs: [3, 6],
})
export const { finish } = set
export default set.objective
