// What the image sets share: networks, searched on a part of the training images.
import { evaluate, network, toMatrix, toTarget } from '@attune/models'
import { examplesOf, parted } from './splits.mjs'

/**
 * @param set.load gives the images of a part, `train` or `test`
 * @param set.shares of the training images: `train` to learn from, `judge` to judge by
 * @param set.options of the network, by parameters and epochs
 * @param set.epochs of a trial, and at the end
 */
export function imageSet({ load, shares, options, epochs: [few, many] }) {
  let known
  const part = async () => {
    const set = await load('train')
    const rows = parted(set, shares)
    return { train: examplesOf(set, rows.train), judge: examplesOf(set, rows.judge) }
  }
  return {
    async objective(trial) {
      const { train, judge } = (known ??= await part())
      const model = await network().fit(train.x, train.y, options(trial.params, few), {
        seed: trial.seed,
        validation: judge,
        async report({ step, metrics }) {
          const decision = await trial.report({ accuracy: metrics.validationAccuracy }, { step })
          return decision.kind === 'stop' ? 'stop' : 'continue'
        },
      })
      return evaluate(judge.y, await model.predict(judge.x)).accuracy
    },
    /** The winner, learnt from all training images and judged once by the test images. */
    async finish(params, report) {
      const train = await load('train')
      const test = await load('test')
      const run = { seed: 1, report }
      const x = toMatrix(train)
      const model = await network().fit(x, toTarget(train), options(params, many), run)
      return evaluate(toTarget(test), await model.predict(toMatrix(test)))
    },
  }
}
