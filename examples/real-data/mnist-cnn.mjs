// A convolutional network for MNIST. The study sees 14,000 of the 60,000 training images, for three epochs.
import { evaluate, layersFromSpace, network, toMatrix, toTarget } from '@attune/models'
import { loadMnist } from '@attune/models/node'
import { examplesOf, parted } from './splits.mjs'

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

let data

export default async function objective(trial) {
  data ??= await part()
  const model = await network().fit(data.train.x, data.train.y, options(trial.params, 3), {
    seed: trial.seed,
    validation: data.judge,
    async report({ step, metrics }) {
      const decision = await trial.report({ accuracy: metrics.validationAccuracy }, { step })
      return decision.kind === 'stop' ? 'stop' : 'continue'
    },
  })
  return evaluate(data.judge.y, await model.predict(data.judge.x)).accuracy
}

async function part() {
  const set = await loadMnist()
  const rows = parted(set, { train: 10 / 60, judge: 4 / 60, rest: 46 / 60 })
  return { train: examplesOf(set, rows.train), judge: examplesOf(set, rows.judge) }
}

/** The winner, learnt from all training images and judged once by the test images. */
export async function finish(params, report) {
  const train = await loadMnist({ part: 'train' })
  const test = await loadMnist({ part: 'test' })
  const model = await network().fit(toMatrix(train), toTarget(train), options(params, 6), {
    seed: 1,
    report,
  })
  return evaluate(toTarget(test), await model.predict(toMatrix(test)))
}
