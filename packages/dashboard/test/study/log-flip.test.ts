import type { StudyEvent } from '@attune/core'
import { historyChart } from '@attune/core'
import { describe, expect, test } from 'vitest'

import { packChart } from '../../src/data/pack-chart.ts'
import type { PackedChart } from '../../src/plot/packed-chart.ts'
import { flippedCharts } from '../../src/pages/study/charts/log-flip.ts'
import { historyOf } from '../data/small-server.ts'
import { manyTrials } from '../many-trials.ts'

const even = { chart: 'history' }
const log = { chart: 'history', log: ['loss'] }

/** The history of trials on an even and on a log axis, as the engine draws both. */
function drawn(events: readonly StudyEvent[]): Readonly<Record<'even' | 'log', PackedChart[]>> {
  const history = historyOf(events)
  const chartOf = (names: readonly string[]): PackedChart[] => [
    packChart(historyChart(history, { log: names }), 'a'),
  ]
  return { even: chartOf([]), log: chartOf(['loss']) }
}

/** Trials of which one ended with another loss. */
const withLoss = (trial: number, loss: number): StudyEvent[] =>
  [...manyTrials('flip', 60)].map((event) =>
    event.type === 'trial-finished' && event.trial === trial
      ? { ...event, state: 'complete', metrics: { loss } }
      : event,
  )

describe('a history on a log axis', () => {
  test('is made of the one on an even axis just as the engine makes it', () => {
    const charts = drawn([...manyTrials('flip', 60)])
    expect(flippedCharts({ query: even, charts: charts.even }, log)).toEqual(charts.log)
  })

  test.each([1e6, 0, -1])('is asked for when a loss is %s', (loss) => {
    const charts = drawn(withLoss(30, loss))
    expect(flippedCharts({ query: even, charts: charts.even }, log)).toBe(undefined)
  })

  test('is asked for when it is to be even again, or another chart is', () => {
    const charts = drawn([...manyTrials('flip', 60)])
    expect(flippedCharts({ query: log, charts: charts.log }, even)).toBe(undefined)
    const other = { ...log, objective: 1 }
    expect(flippedCharts({ query: even, charts: charts.even }, other)).toBe(undefined)
  })
})
