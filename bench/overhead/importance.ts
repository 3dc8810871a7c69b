import type { Entry, History, Importance } from '@attune/core'
import { applyEntry, createHistory, fanova, pedAnova } from '@attune/core'
import { mixedSpace, mixedValue, studyEvents } from './problem.ts'

const methods: Readonly<Record<string, (history: History) => readonly Importance[]>> = {
  fanova,
  pedAnova,
}
const rounds = 9

/** CPU milliseconds of the importances of the ten mixed parameters: the median of warm calls. */
export function importanceCost(method: string, trials: number): number {
  const assess = methods[method] as (history: History) => readonly Importance[]
  const history = historyOf(trials)
  const costs: number[] = []
  for (let round = 0; round < 2 * rounds; round++) {
    const before = process.cpuUsage()
    assess(history)
    const used = process.cpuUsage(before)
    if (round >= rounds) costs.push((used.user + used.system) / 1000)
  }
  return costs.sort((a, b) => a - b)[Math.floor(rounds / 2)] as number
}

function historyOf(trials: number): History {
  const history = createHistory()
  const log = studyEvents(mixedSpace, mixedValue, {
    name: 'bench',
    trials,
    sampler: { name: 'random' },
  })
  let seq = 0
  for (const event of [...log].flat()) applyEntry(history, { seq: ++seq, event } as Entry)
  return history
}
