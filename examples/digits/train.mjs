// Trains a multilayer perceptron on 8x8 handwritten digits, by minibatch gradient descent on the
// cross-entropy. After each epoch it prints a JSON line: the mean loss of the epoch and the accuracy
// on the validation part. With `--split test` the accuracy on the test part follows at the end.
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { randomNumbers, readDigits, shuffle } from './digits.mjs'

const number = [/^\d*\.?\d+(e[+-]?\d+)?$/i, 'a number of 0 or more']
const whole = [/^[1-9]\d*$/, 'a whole number of 1 or more']
const settings = {
  lr: ['0.001', ...number], // learning rate
  units: ['100', ...whole], // width of each hidden layer
  layers: ['1', ...whole], // hidden layers
  act: ['relu', /^(relu|tanh)$/, 'relu or tanh'],
  opt: ['adam', /^(sgd|adam)$/, 'sgd or adam'],
  momentum: ['0', ...number], // of sgd only
  l2: ['0', ...number], // adds l2 / 2 x (sum of the squared weights) to the mean loss
  batch: ['200', ...whole], // examples a step
  epochs: ['200', ...whole],
  seed: ['0', ...number], // of the first weights and the order of the examples, never of the split
  split: ['tune', /^(tune|test)$/, 'tune or test'],
}
function readArguments() {
  const options = {}
  for (const [name, [initial]] of Object.entries(settings))
    options[name] = { type: 'string', default: initial }
  const { values } = parseArgs({ options })
  for (const [name, [, allowed, rule]] of Object.entries(settings)) {
    if (!allowed.test(values[name])) throw new Error(`--${name} ${values[name]}: expected ${rule}`)
    if (allowed.test('1')) values[name] = Number(values[name])
  }
  if (values.momentum > 0 && values.opt !== 'sgd') throw new Error('--momentum needs --opt sgd')
  return values
}
let chosen
try {
  chosen = readArguments()
} catch (error) {
  console.error(`train.mjs: ${error.message}`)
  process.exit(2)
}
const { lr, units, layers: depth, act, opt, momentum, l2, batch, epochs, seed, split } = chosen

const random = randomNumbers(seed)
const sizes = [64, ...Array(depth).fill(units), 10]
const layers = sizes.slice(1).map((outputs, l) => {
  const inputs = sizes[l] + 1 // the last one is the constant 1 of the bias
  const zeros = () => new Float64Array(inputs * outputs)
  const bound = Math.sqrt(6 / (sizes[l] + outputs)) // Glorot and Bengio (2010), equation 16
  const weights = zeros().map(() => (2 * random() - 1) * bound)
  const values = new Float64Array(outputs + 1).fill(1)
  const delta = new Float64Array(outputs + 1)
  const [gradient, mean, square] = [zeros(), zeros(), zeros()]
  return { inputs, outputs, weights, gradient, mean, square, values, delta }
})
const scores = layers[depth].values.subarray(0, 10)

// Returns the class of the highest score. Every layer keeps its values, for `learn`.
function predict(pixels) {
  let input = pixels
  for (const layer of layers) {
    const { inputs, outputs, weights, values } = layer
    values.fill(0, 0, outputs)
    for (let i = 0; i < inputs; i++) {
      const x = input[i]
      if (x === 0) continue // half of the pixels, and of the relu units
      for (let j = 0, k = i * outputs; j < outputs; j++, k++) values[j] += x * weights[k]
    }
    if (layer === layers[depth]) break
    for (let j = 0; j < outputs; j++)
      values[j] = act === 'tanh' ? Math.tanh(values[j]) : values[j] < 0 ? 0 : values[j]
    input = values
  }
  return scores.indexOf(Math.max(...scores))
}

// Adds the gradient of one example's loss to the gradients of the layers and returns the loss.
function learn({ pixels, label }) {
  const top = scores[predict(pixels)]
  const logTotal = top + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0))
  for (let j = 0; j < 10; j++)
    layers[depth].delta[j] = Math.exp(scores[j] - logTotal) - (j === label ? 1 : 0)
  for (let l = depth; l >= 0; l--) {
    const { inputs, outputs, weights, gradient, delta } = layers[l]
    const input = l > 0 ? layers[l - 1].values : pixels
    for (let i = 0; i < inputs; i++) {
      const x = input[i]
      let sum = 0
      if (x !== 0)
        for (let j = 0, k = i * outputs; j < outputs; j++, k++) {
          gradient[k] += x * delta[j]
          sum += weights[k] * delta[j]
        }
      if (l > 0) layers[l - 1].delta[i] = act === 'tanh' ? sum * (1 - x * x) : sum
    }
  }
  return logTotal - scores[label]
}

// One step of sgd with momentum, or of Adam (Kingma and Ba, 2015) with its usual constants.
function update(size, step) {
  const rate = (lr * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step)
  for (const { outputs, weights, gradient, mean, square } of layers) {
    const biases = weights.length - outputs
    for (let k = 0; k < weights.length; k++) {
      const g = gradient[k] / size + (k < biases ? l2 * weights[k] : 0)
      gradient[k] = 0
      mean[k] = opt === 'sgd' ? momentum * mean[k] + g : 0.9 * mean[k] + 0.1 * g
      square[k] = 0.999 * square[k] + 0.001 * g * g
      weights[k] -= opt === 'sgd' ? lr * mean[k] : (rate * mean[k]) / (Math.sqrt(square[k]) + 1e-8)
    }
  }
}

const { train, validation, test } = readDigits()
const accuracy = (examples) =>
  examples.filter(({ pixels, label }) => predict(pixels) === label).length / examples.length

let loss = 0
for (let epoch = 1, step = 0; epoch <= epochs && Number.isFinite(loss); epoch++) {
  shuffle(train, random)
  loss = 0
  for (let from = 0; from < train.length; from += batch) {
    const examples = train.slice(from, from + batch)
    for (const example of examples) loss += learn(example) / train.length
    update(examples.length, ++step)
  }
  const score = Number.isFinite(loss) ? accuracy(validation) : NaN
  // Written at once: a line that waits in a buffer comes too late to stop this training.
  writeSync(1, `{"step":${epoch},"loss":${loss.toFixed(4)},"accuracy":${score.toFixed(4)}}\n`)
}
if (split === 'test') writeSync(1, `{"test_accuracy":${accuracy(test).toFixed(4)}}\n`)
