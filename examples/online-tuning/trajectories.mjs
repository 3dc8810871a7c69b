// Prints how the values that were tuned online went in a trial: node trajectories.mjs [TRIAL]
import { openStore, reportedTrials } from 'attune'

const number = Number(process.argv[2] ?? 0)
const store = await openStore('attune.db')
const journal = await store.journal('online-digits')
const events = []
for await (const entries of journal.read(0)) events.push(...entries.map(({ event }) => event))
await journal[Symbol.asyncDispose]()
await store[Symbol.asyncDispose]()
const trial = reportedTrials(events).find((one) => one.trial === number)
if (trial === undefined) throw new Error(`There is no trial ${number} with reports.`)
for (const { step, values } of trial.reports) {
  const tuned = Object.entries(values).filter(([name]) => name.startsWith('online.'))
  console.log(step, tuned.map(([name, value]) => `${name} ${value.toPrecision(3)}`).join('  '))
}
