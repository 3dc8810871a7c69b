import { describe, expect, it } from 'vitest'
import type { AnyChart, SearchSpace } from '../../src/index.ts'
import {
  chartOption,
  chartSummary,
  chartTable,
  comparisonChart,
  curvesChart,
  diagnosisCharts,
  edfChart,
  effectsCharts,
  failuresCharts,
  float,
  frontCharts,
  historyChart,
  hypervolumeChart,
  importanceCharts,
  isParallel,
  isSpace,
  parallelChart,
  rankChart,
  reportedTrials,
  sliceChart,
  spaceOf,
  space,
  surfaceCharts,
  thinChart,
  timelineChart,
  trialAttempts,
} from '../../src/index.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import type { Made } from './support/studies.ts'
import { bowlTrials, complete, drawValues, make } from './support/studies.ts'

const long = 'a'.repeat(200)
const wide = (names: readonly string[]): SearchSpace =>
  space(Object.fromEntries(names.map((name) => [name, float(0, 1)]))) as SearchSpace

function spread(names: readonly string[], count: number): MadeTrial[] {
  return Array.from({ length: count }, (_, i) => {
    const values = Object.fromEntries(
      names.map((name, k) => [name, ((i + 1) * (k + 3) * 0.618) % 1] as const),
    )
    return complete(values, values[names[0]!]!)
  })
}

const sixty = Array.from({ length: 60 }, (_, i) => `p${i}`)
const values = [0, 1, 2, 3, 4, 5, 6, 7].map(drawValues)
const states: Readonly<Record<string, { readonly made: Made; readonly empty?: boolean }>> = {
  'no trial': { made: make([]), empty: true },
  'one trial that runs': { made: make([{ values: values[0]!, state: 'running' }]), empty: true },
  'one trial': { made: make([complete(values[0]!)]) },
  'all failed': {
    made: make(values.map((one): MadeTrial => ({ values: one, state: 'failed' }))),
    empty: true,
  },
  'all pruned': {
    made: make(
      values.map((one, i): MadeTrial => ({
        values: one,
        state: 'pruned',
        reports: [[1, { value: i }]],
      })),
    ),
  },
  'all pruned without a report': {
    made: make(values.map((one): MadeTrial => ({ values: one, state: 'pruned' }))),
    empty: true,
  },
  'a constant objective': { made: make(values.map((one) => complete(one, 3))) },
  'NaN and infinities': {
    made: make([NaN, Infinity, -Infinity, 1, 2, NaN, 3, 4].map((x, i) => complete(values[i]!, x))),
  },
  'nothing but infinities': { made: make(values.map((one) => complete(one, Infinity))) },
  'one parameter': { made: make(spread(['x'], 12), { space: wide(['x']) }) },
  'sixty parameters': { made: make(spread(sixty, 30), { space: wide(sixty) }) },
  'names of 200 characters': {
    made: make(spread([long, `${long}b`], 12), { space: wide([long, `${long}b`]) }),
  },
}

function allCharts({ history, events }: Made): Record<string, readonly AnyChart[]> {
  const params = spaceOf(history).params.map(({ name }) => name)
  const study = { name: 'made', history }
  const pair = [params[0]!, params[1]] as const
  return {
    history: [historyChart(history)],
    importance: importanceCharts(history),
    slice: [sliceChart(history, params[0]!)],
    effects: effectsCharts(history),
    contour: pair[1] === undefined ? [] : surfaceCharts(history, [pair[0], pair[1]]),
    rank: [rankChart(history, params[0]!, pair[1] ?? 'trial')],
    parallel: [parallelChart(history)],
    curves: [curvesChart(history, reportedTrials(events))],
    edf: [edfChart([study])],
    compare: [comparisonChart([{ name: 'made', histories: [history, history] }])],
    front: history.config!.objectives.length > 1 ? frontCharts(history) : [],
    hypervolume: [hypervolumeChart(history)],
    timeline: [timelineChart(history, trialAttempts(events))],
    failures: failuresCharts(history),
    surrogate: diagnosisCharts(history),
  }
}

describe.each(Object.entries(states))('a study with %s', (_, { made, empty = false }) => {
  const charts = allCharts(made)

  it('has charts that can be drawn, told and tabled', () => {
    for (const chart of Object.values(charts).flat()) {
      const { columns, rows } = chartTable(chart)
      for (const row of rows) expect(row).toHaveLength(columns.length)
      const summary = chartSummary(chart)
      expect(summary).toContain(chart.title)
      expect(summary).toMatch(/\.$/)
      expect(summary).not.toMatch(/NaN|undefined/)
      if (isParallel(chart) || isSpace(chart)) continue
      const option = chartOption(chart, { width: 600 })
      expect(JSON.parse(JSON.stringify(option))).toEqual(option)
      // What has nothing to show says so instead of showing an empty field.
      const isBlank = rows.length === 0
      if (isBlank) expect(chart.note).toMatch(/\.$/)
    }
  })

  it(empty ? 'says why there is nothing of results' : 'draws its results', () => {
    const [history] = charts['history']!
    const isUnbounded = made === states['nothing but infinities']!.made
    expect(history!.note !== undefined).toBe(empty || isUnbounded)
  })
})

describe('a large study', () => {
  const made = make(
    bowlTrials(10_000).map((trial, i) => ({
      ...trial,
      reports: [
        [1, { value: i % 90 }],
        [2, { value: i % 70 }],
      ],
    })),
  )

  it('is thinned to what a picture can show, and says so', () => {
    const chart = historyChart(made.history)
    const thin = thinChart(chart)
    const count = (of: typeof chart): number =>
      of.marks.reduce((sum, mark) => sum + (mark.kind === 'points' ? mark.points.length : 0), 0)
    expect(count(chart)).toBeGreaterThan(9000)
    expect(count(thin)).toBeLessThan(4700)
    expect(count(thin)).toBeGreaterThan(1000)
    expect(thin.subtitle).toMatch(/ points drawn$/)
    const best = (of: typeof chart): unknown => of.marks.find(({ name }) => name === 'best')
    expect(best(thin)).toEqual(best(chart))
    for (const mark of thin.marks) {
      if (mark.kind === 'points') expect(mark.trials).toHaveLength(mark.points.length)
    }
    const curves = curvesChart(made.history, reportedTrials(made.events))
    expect(thinChart(curves).marks.length).toBeLessThan(320)
    const parallel = parallelChart(made.history)
    const lines = thinChart(parallel).lines
    expect(lines.length).toBeLessThan(1510)
    expect(lines.at(-1)).toEqual(parallel.lines.at(-1))
  })

  it('leaves a small one as it is', () => {
    const chart = historyChart(make(bowlTrials(50)).history)
    expect(thinChart(chart)).toBe(chart)
  })
})
