// Retrains the default setup and the winner of the study with five new seeds each, two trainings
// at a time, and compares their accuracy on the test part, which the study never read.
//
//   node compare.mjs --winner winner.json      its parameters, or what `attune best --json` prints;
//                                              without --winner they are read from standard input
//   node compare.mjs --winner winner.json --json         the same as JSON lines
//   node compare.mjs --winner winner.json --learners     trained by objective.mjs, not train.mjs
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const SEEDS = [1, 2, 3, 4, 5] // the study trains with seed 0
const T_95 = 2.776 // two-sided 95 % point of Student's t with 4 degrees of freedom
const AT_A_TIME = 2

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    stop.abort()
    process.exit(128 + constants.signals[signal])
  })

function readParameters(file) {
  const text = readFileSync(file ?? 0, 'utf8')
  try {
    const json = JSON.parse(text)
    return json.params ?? json
  } catch (error) {
    throw new Error(`${file ?? 'standard input'} is not JSON: ${error.message}`, { cause: error })
  }
}

function toArguments({ optimizer, ...plain }) {
  if (!optimizer?.kind) throw new Error('the parameters need an optimizer with its kind')
  const { kind, ...settings } = optimizer
  const named = Object.entries({ ...plain, opt: kind, ...settings })
  return named.flatMap(([name, value]) => [`--${name}`, String(value)])
}

function trainAndTest(params, seed) {
  const line = [
    here('train.mjs'),
    ...toArguments(params),
    '--seed',
    String(seed),
    '--split',
    'test',
  ]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, line, { signal: stop.signal }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message))
      else resolve(JSON.parse(stdout.trim().split('\n').at(-1)).test_accuracy)
    })
  })
}

const mean = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
const deviation = (numbers) => {
  const centre = mean(numbers)
  return Math.sqrt(numbers.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (numbers.length - 1))
}

// The mean of winner less default, seed by seed, and its 95 % t-interval.
function difference(winner, other) {
  const gains = winner.map((accuracy, i) => accuracy - other[i])
  const centre = mean(gains)
  const half = (T_95 * deviation(gains)) / Math.sqrt(gains.length)
  return { mean: centre, low: centre - half, high: centre + half }
}

function verdict({ low, high }) {
  if (low > 0) return 'The winner is better than the default: the interval lies above 0.'
  if (high < 0) return 'The winner is worse than the default: the interval lies below 0.'
  return 'The winner and the default cannot be told apart: the interval holds 0.'
}

async function compare({ winner: file, json, learners }) {
  const retrain = learners ? (await import('./objective.mjs')).testAccuracy : trainAndTest
  const setups = [
    { name: 'default', params: readParameters(here('defaults.json')), accuracies: [] },
    { name: 'winner', params: readParameters(file), accuracies: [] },
  ]
  const show = (line, data) => console.log(json ? JSON.stringify(data) : line)
  const percent = (x) => (100 * x).toFixed(2).padStart(6)
  const signed = (x) => `${x < 0 ? '-' : '+'}${percent(Math.abs(x)).trim()}`

  const jobs = SEEDS.flatMap((seed, i) => setups.map((setup) => ({ setup, seed, i })))
  const total = jobs.length
  let done = 0
  if (!json)
    console.log(`\nRetraining the default and the winner with ${SEEDS.length} new seeds each`)
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { setup, seed, i } = job
      const accuracy = await retrain(setup.params, seed)
      setup.accuracies[i] = accuracy
      const place = `${String(++done).padStart(4)}/${total}`
      const line = `${place}  ${setup.name.padEnd(8)} seed ${seed}   test accuracy ${percent(accuracy)} %`
      show(line, { kind: 'retrained', setup: setup.name, seed, test_accuracy: accuracy })
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))

  if (!json) console.log('\nTest accuracy, %      mean       sd')
  for (const { name, accuracies } of setups) {
    const [centre, sd] = [mean(accuracies), deviation(accuracies)]
    const line = `  ${name.padEnd(16)} ${percent(centre)}   ${percent(sd)}`
    show(line, { kind: 'setup', setup: name, mean: centre, sd, seeds: SEEDS.length })
  }
  const gain = difference(setups[1].accuracies, setups[0].accuracies)
  const interval = `95 % interval ${signed(gain.low)} to ${signed(gain.high)}, paired by seed`
  const line = `  winner - default ${signed(gain.mean).padStart(6)}   ${interval}`
  show(line, { kind: 'difference', ...gain })
  if (json) return
  console.log(`\n${verdict(gain)}`)
  console.log(
    'The interval covers the chance of first weights and order, not of the one split used.',
  )
}

try {
  const options = {
    winner: { type: 'string' },
    json: { type: 'boolean' },
    learners: { type: 'boolean' },
  }
  const { values } = parseArgs({ options })
  if (!values.winner && process.stdin.isTTY)
    throw new Error('name the parameters to compare: --winner winner.json')
  await compare(values)
} catch (error) {
  console.error(`compare.mjs: ${error.message}`)
  stop.abort()
  process.exitCode = 2
}
