// The same training as train.mjs, by the network of @attune/models: no gradient is written by hand.
import { network } from '@attune/models'
import { readDigits } from './digits.mjs'

const epochs = Number(process.env.EPOCHS ?? 200)
const digits = readDigits()
const labels = [...'0123456789']

// Rows of 64 pixels, without the constant 1 that train.mjs needs, and what they show.
function tableOf(examples) {
  const data = new Float32Array(64 * examples.length)
  examples.forEach(({ pixels }, row) => data.set(pixels.subarray(0, 64), 64 * row))
  const codes = Int32Array.from(examples, ({ label }) => label)
  return {
    x: { rows: examples.length, columns: 64, data },
    y: { kind: 'classes', codes, labels },
  }
}

const optionsOf = ({ lr, units, layers, act, optimizer, l2, batch }) => ({
  depth: layers,
  ...{ units, activation: act, l2, batch, epochs },
  optimizer:
    optimizer.kind === 'sgd'
      ? { kind: 'momentum', momentum: optimizer.momentum, rate: lr }
      : { kind: 'adam', rate: lr },
})

/** Learns from the training part; `run` is what `fit` of a learner takes. */
function learn(params, run) {
  const { x, y } = tableOf(digits.train)
  return network().fit(x, y, optionsOf(params), run)
}

/** The objective: the accuracy on the validation part after the last epoch. */
export default async function objective(trial) {
  let accuracy = 0
  await learn(trial.params, {
    seed: 0,
    signal: trial.signal,
    validation: tableOf(digits.validation),
    async report({ step, metrics }) {
      accuracy = metrics.validationAccuracy
      const decision = await trial.report({ accuracy }, { step })
      return decision.kind
    },
  })
  return { accuracy }
}

/** The accuracy on the test part of a training with another seed, for compare.mjs. */
export async function testAccuracy(params, seed) {
  const model = await learn(params, { seed })
  const { x, y } = tableOf(digits.test)
  const { codes } = await model.predict(x)
  return codes.filter((code, row) => code === y.codes[row]).length / codes.length
}
