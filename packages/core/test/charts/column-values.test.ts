import { describe, expect, it } from 'vitest'

import type { AnyChart, Chart } from '../../src/index.ts'
import {
  cell,
  columnValues,
  curvesChart,
  frontChart,
  historyChart,
  isParallel,
  labelAt,
  parallelChart,
  rankChart,
  reportedTrials,
  scatterChart,
  sliceChart,
  stateOf,
  timelineChart,
  trialAttempts,
} from '../../src/index.ts'
import { bowlTrials, make } from './support/studies.ts'

const objectives = [
  { name: 'value', direction: 'minimize' },
  { name: 'size', direction: 'minimize' },
] as const
const { history, events } = make(bowlTrials(60), { objectives })
const trials = Array.from({ length: history.length }, (_, trial) => trial)

describe('columns by name', () => {
  it('are those of the history', () => {
    expect([...columnValues(history, 'trial').values]).toEqual(trials)
    const { values } = columnValues(history, 'metric:value')
    expect([...values]).toEqual(trials.map((trial) => cell(history, 'metric:value', trial)))
    const rates = columnValues(history, 'param:lr')
    expect([...rates.values]).toEqual(trials.map((trial) => history.values.get('lr', trial)))
    expect(rates.labels).toBeUndefined()
  })

  it('of choices are places among them', () => {
    const { values, labels } = columnValues(history, 'param:act')
    expect(labels).toEqual(['relu', 'tanh', 'gelu'])
    expect(trials.map((trial) => labels![values[trial]!])).toEqual(
      trials.map((trial) => history.values.get('act', trial)),
    )
  })

  it('shown: results of complete trials, the last report of others, nothing of failed ones', () => {
    const { values } = columnValues(history, 'shown:value')
    for (const trial of trials) {
      const state = stateOf(history, trial)
      const column = state === 'complete' ? 'metric:value' : 'last:value'
      expect(values[trial]).toBe(state === 'failed' ? Number.NaN : cell(history, column, trial))
    }
    expect(new Set(trials.map((trial) => stateOf(history, trial))).size).toBe(3)
  })

  it('of states and reasons have labels', () => {
    const states = columnValues(history, 'state')
    const reasons = columnValues(history, 'reason')
    for (const trial of trials) {
      expect(states.labels![states.values[trial]!]).toBe(stateOf(history, trial))
      const reason = history.details.get(trial)?.failure?.reason
      expect(reasons.labels![reasons.values[trial]!]).toBe(reason)
    }
  })

  it('that nobody has are refused', () => {
    expect(() => columnValues(history, 'param:lrr')).toThrow(/no parameter "lrr"/)
    expect(() => columnValues(history, 'colour')).toThrow(/no column "colour"/)
    expect(columnValues(history, 'metric:other').values.every(Number.isNaN)).toBe(true)
  })
})

describe('charts say which trials they tell of', () => {
  const planes: readonly Chart[] = [
    historyChart(history, { robust: false }),
    sliceChart(history, 'lr'),
    scatterChart(history, 'act', 'size'),
    rankChart(history, 'lr', 'units'),
    frontChart(history),
  ]

  it.each(planes.map((chart) => [chart.title, chart] as const))('%s', (_, chart) => {
    const [x, y] = [chart.x, chart.y].map(({ column }) => columnValues(history, column!).values)
    for (const mark of chart.marks) {
      if (mark.kind !== 'points') continue
      expect(mark.trials).toHaveLength(mark.points.length)
      mark.points.forEach(([a, b], i) => {
        const trial = mark.trials![i]!
        expect(a).toBe(x![trial])
        if (!mark.name.startsWith('failed')) expect(b).toBe(y![trial])
        expect(labelAt(mark, i)).toBe(`trial ${trial}`)
      })
    }
  })

  it('lines of parallel coordinates', () => {
    const chart: AnyChart = parallelChart(history)
    if (!isParallel(chart)) throw new Error('no parallel coordinates')
    const columns = chart.axes.map(({ column }) => columnValues(history, column!).values)
    expect(new Set(chart.lines.map(({ trial }) => trial)).size).toBe(history.length)
    for (const { trial, values } of chart.lines) {
      expect(values).toEqual(columns.map((column) => column[trial!]))
    }
  })

  it('curves and spans', () => {
    const curves = curvesChart(history, reportedTrials(events))
    const told = curves.marks.map((mark) => (mark.kind === 'line' ? mark.trial : undefined))
    expect(new Set(told)).toEqual(new Set(reportedTrials(events).map(({ trial }) => trial)))
    const attempts = trialAttempts(events)
    const spans = timelineChart(history, attempts).marks.flatMap((mark) =>
      mark.kind === 'spans' ? (mark.trials ?? []) : [],
    )
    expect(spans.toSorted((a, b) => a - b)).toEqual(trials)
  })
})
