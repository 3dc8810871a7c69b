// A network for the handwritten digits whose layers are genes.
import { network } from '@attune/models'
import { readDigits } from '../digits/digits.mjs'

const { train, validation, test } = readDigits()
const labels = [...'0123456789']

// Rows of 64 pixels, without the constant 1 at their end, and what they show.
function tableOf(examples) {
  const data = new Float32Array(64 * examples.length)
  examples.forEach(({ pixels }, row) => data.set(pixels.subarray(0, 64), 64 * row))
  const codes = Int32Array.from(examples, ({ label }) => label)
  return { x: { rows: examples.length, columns: 64, data }, y: { kind: 'classes', codes, labels } }
}

// Epochs would give a batch of 500 fewer updates than one of 10, and so judge batch sizes by them.
const updates = 500

export async function learn({ batch, layers }, seed) {
  const { x, y } = tableOf(train)
  const options = {
    layers: layers.map((layer) => ({ kind: 'dense', ...layer })),
    ...{ batch, optimizer: { kind: 'adam' } },
    epochs: Math.ceil(updates / Math.ceil(train.length / batch)),
  }
  return network().fit(x, y, options, { seed })
}

async function accuracyOn(part, model) {
  const { x, y } = tableOf(part)
  const { codes } = await model.predict(x)
  return codes.filter((code, row) => code === y.codes[row]).length / codes.length
}

/** The fitness: the accuracy on the validation part. */
export default async function fitness(trial) {
  return { accuracy: await accuracyOn(validation, await learn(trial.params, trial.seed)) }
}

/** For the winner alone: the accuracy on the test part. */
export const testAccuracy = async (params, seed) => accuracyOn(test, await learn(params, seed))
