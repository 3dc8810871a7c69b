// How fast the learners train, next to a loop written by hand: npm run bench:learners [-- --data DIR]
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { onlineCosts } from './learners/online.ts'
import { stepCases, stepCost } from './learners/steps.ts'
import { tableCosts } from './learners/tables.ts'
import { vectorisedCost } from './learners/vectorised.ts'

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string' },
    json: { type: 'string' },
    only: { type: 'string', default: 'steps,online,vectorised,tables' },
  },
})
const wanted = flags.only.split(',')
const rows: object[] = []

console.log(`attune learners on ${cpus()[0]?.model ?? 'an unknown CPU'}, Node ${process.version}`)
if (wanted.includes('steps')) {
  console.log(
    'CPU milliseconds a training step, one thread; in brackets what was measured when the engine was chosen',
  )
  for (const task of stepCases) {
    const cost = await stepCost(task, 5)
    rows.push({ ...cost, name: task.name })
    const [runtime, torch] = task.noted
    const verdict = cost.ratio <= 1.15 ? 'met' : 'NOT MET'
    console.log(
      `${task.name.padEnd(40)} ${cost.executor}  ${show(cost.ours)} ms, by hand ${show(cost.byHand)}   ratio ${cost.ratio.toFixed(3)} <= 1.15 ${verdict}   [${runtime}; PyTorch 1.13: ${torch}]`,
    )
  }
}
if (wanted.includes('online')) {
  console.log(
    'CPU milliseconds a step of an MLP 784-1000-1000-1000-10, tuned every ten steps and not',
  )
  for await (const row of onlineCosts()) {
    rows.push(row)
    const verdict = row.overhead <= 0.35 ? 'met' : 'NOT MET'
    console.log(
      `${row.name.padEnd(40)} ${show(row.with)} ms, without ${show(row.without)}   +${(100 * row.overhead).toFixed(1)} % <= 35 % ${verdict}`,
    )
  }
}
if (wanted.includes('vectorised')) {
  console.log('CPU milliseconds a step of each of K networks, together and one after the other')
  for await (const row of vectorisedCost()) {
    rows.push(row)
    const { name, members, together, alone, gain } = row
    console.log(
      `${`${name}, K = ${members}`.padEnd(40)} ${show(together)} ms, alone ${show(alone)}   ${gain.toFixed(2)} times as fast`,
    )
  }
}
if (wanted.includes('tables')) {
  const folder = resolve(flags.data ?? resolve(import.meta.dirname, '../../shared/data'))
  if (!existsSync(folder)) {
    console.log(`Real data: there is no folder ${folder}; name it with --data DIR. Left out.`)
  } else {
    console.log('CPU seconds on real data; in brackets what is expected of this class of machine')
    for await (const row of tableCosts(folder)) {
      rows.push(row)
      const { name, seconds, expected, score } = row
      console.log(`${name.padEnd(58)} ${show(seconds)} s   [about ${expected} s]   ${score}`)
    }
  }
}
const file = resolve(flags.json ?? resolve(import.meta.dirname, 'results/learners.json'))
mkdirSync(resolve(file, '..'), { recursive: true })
writeFileSync(
  file,
  `${JSON.stringify({ cpu: cpus()[0]?.model, node: process.version, rows }, null, 2)}\n`,
)
console.log(`\nwritten to ${file}`)

function show(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(3)
}
