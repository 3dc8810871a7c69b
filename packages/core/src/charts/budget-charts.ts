import { convergence } from '../analysis/convergence.ts'
import type { History } from '../journal/history.ts'
import { stateCode } from '../journal/history.ts'
import type { Chart, Mark } from './chart.ts'
import { columnValues } from './column-values.ts'
import { timeUnit } from './time-unit.ts'
import { count, say } from './words.ts'

/**
 * What was used up by time since the first trial began: trials that ended, time that trials took, and
 * processor time where it was measured; each with the limit of the newest run, where it had one.
 */
export function budgetCharts(history: History): Chart[] {
  const { trials, seconds } = convergence(history)
  const clock = timeUnit(seconds.at(-1) || 0)
  const run = history.runs.at(-1)
  const x = { name: 'time since the first trial began', unit: clock.unit, min: 0 }
  const at = (k: number): number => seconds[k]! / clock.size
  const cumulated = (worth: (trial: number) => number): readonly (readonly [number, number])[] => {
    let sum = 0
    return Array.from(trials, (trial, k) => [at(k), (sum += worth(trial) || 0)] as const)
  }
  const states = history.columns.get('state')?.data
  const limitMark = (y: number | undefined): Mark[] =>
    y === undefined ? [] : [{ kind: 'rule', name: 'limit', colour: 1, at: { y } }]
  const none =
    trials.length === 0 ? { note: 'No trial has ended yet.', marks: [] as readonly Mark[] } : {}
  const asked = run?.limits.trials
  const ended: Chart = {
    title: 'Ended trials by time',
    ...(asked === undefined ? {} : { subtitle: `${trials.length} of ${count(asked, 'trial')}` }),
    summary: `${count(trials.length, 'trial')} ended${asked === undefined ? '' : ` of ${asked}`}, over ${say((seconds.at(-1) || 0) / clock.size)} ${clock.unit}.`,
    x,
    y: { name: 'trials', min: 0 },
    marks: [
      { kind: 'line', name: 'ended', colour: 0, step: true, points: cumulated(() => 1) },
      {
        ...{ kind: 'line', name: 'complete', colour: 2, step: true },
        points: cumulated((trial) => (states?.[trial] === stateCode.complete ? 1 : 0)),
      },
      ...limitMark(asked),
    ],
    ...none,
  }
  return [ended, ...spent('seconds', costLimit()), ...spent('cpuSeconds', run?.limits.cpuSeconds)]

  /** In seconds of trials, when that is what the run counts. */
  function costLimit(): number | undefined {
    const cost = run?.limits.cost
    if (cost === undefined || cost.metric !== undefined) return undefined
    return cost.limit / (cost.perSecond ?? 1)
  }

  function spent(column: 'seconds' | 'cpuSeconds', limit: number | undefined): Chart[] {
    const { values } = columnValues(history, column)
    if (!trials.some((trial) => values[trial]! > 0)) return []
    const whole = cumulated((trial) => values[trial]!)
    const total = whole.at(-1)![1]
    const { unit, size } = timeUnit(Math.max(total, limit ?? 0))
    const name = column === 'seconds' ? 'time spent on trials' : 'processor time of trials'
    const told = `${say(total / size)}${limit === undefined ? '' : ` of ${say(limit / size)}`} ${unit}`
    return [
      {
        title: `${name[0]!.toUpperCase()}${name.slice(1)}`,
        ...{ subtitle: told, summary: `${name}: ${told}.`, x },
        y: { name, unit, min: 0 },
        marks: [
          {
            ...{ kind: 'line', name: 'spent', colour: 0, step: true },
            points: whole.map(([a, b]) => [a, b / size] as const),
          },
          ...limitMark(limit === undefined ? undefined : limit / size),
        ],
      },
    ]
  }
}
