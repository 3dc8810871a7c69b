// A convolutional network for a part of CIFAR-10: 5,000 images to learn from twice, 2,000 to judge by.
import { evaluate, layersFromSpace, network, toMatrix, toTarget } from '@attune/models'
import { loadCifar10 } from '@attune/models/node'
import { examplesOf, parted } from './splits.mjs'

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

let data

export default async function objective(trial) {
  data ??= await part()
  const model = await network().fit(data.train.x, data.train.y, options(trial.params, 10), {
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
  const set = await loadCifar10()
  const rows = parted(set, { train: 0.8, judge: 0.2 })
  return { train: examplesOf(set, rows.train), judge: examplesOf(set, rows.judge) }
}

/** The winner, learnt from all training images and judged once by the test images. */
export async function finish(params, report) {
  const train = await loadCifar10({ part: 'train' })
  const test = await loadCifar10({ part: 'test' })
  const model = await network().fit(toMatrix(train), toTarget(train), options(params, 30), {
    seed: 1,
    report,
  })
  return evaluate(toTarget(test), await model.predict(toMatrix(test)))
}
