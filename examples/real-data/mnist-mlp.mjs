// A dense network for MNIST. The study sees 16,000 of the 60,000 training images, for four epochs.
import { evaluate, network, toMatrix, toTarget } from '@attune/models'
import { loadMnist } from '@attune/models/node'
import { examplesOf, parted } from './splits.mjs'

const options = ({ units, depth, dropout, noise, rate, batch }, epochs) => ({
  ...{ units, depth, dropout, noise, batch, epochs },
  optimizer: { kind: 'adam', rate },
  schedule: { kind: 'cosine' },
})

let data

export default async function objective(trial) {
  data ??= await part()
  const model = await network().fit(data.train.x, data.train.y, options(trial.params, 4), {
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
  const rows = parted(set, { train: 0.2, judge: 4 / 60, rest: 1 - 0.2 - 4 / 60 })
  return { train: examplesOf(set, rows.train), judge: examplesOf(set, rows.judge) }
}

/** The winner, learnt from all training images and judged once by the test images. */
export async function finish(params, report) {
  const train = await loadMnist({ part: 'train' })
  const test = await loadMnist({ part: 'test' })
  const model = await network().fit(toMatrix(train), toTarget(train), options(params, 12), {
    seed: 1,
    report,
  })
  return evaluate(toTarget(test), await model.predict(toMatrix(test)))
}
