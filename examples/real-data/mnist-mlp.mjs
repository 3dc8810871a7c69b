// A dense network for MNIST. The study sees 16,000 of the 60,000 training images, for four epochs.
import { loadMnist } from '@attune/models/node'
import { imageSet } from './images.mjs'

const options = ({ units, depth, dropout, noise, rate, batch }, epochs) => ({
  ...{ units, depth, dropout, noise, batch, epochs },
  optimizer: { kind: 'adam', rate },
  schedule: { kind: 'cosine' },
})

const set = imageSet({
  load: (part) => loadMnist({ part }),
  shares: { train: 0.2, judge: 4 / 60, rest: 1 - 0.2 - 4 / 60 },
  options,
  epochs: [4, 12],
})
export const { finish } = set
export default set.objective
