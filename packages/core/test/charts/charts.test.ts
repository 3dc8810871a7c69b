import { describe, expect, it } from 'vitest'
import type { Chart, Mark, SearchSpace } from '../../src/index.ts'
import {
  chartTable,
  choice,
  curvesChart,
  float,
  frontChart,
  historyChart,
  importanceChart,
  pedAnova,
  reportedTrials,
  scatterChart,
  sliceChart,
  space,
  trajectoriesChart,
} from '../../src/index.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { historyOf, madeEvents, madeTrial } from '../../src/testing/made-history.ts'

const network = space({
  lr: float(1e-4, 1, { scale: 'log' }),
  act: choice(['relu', 'tanh']),
}) as SearchSpace

const done = (lr: number, act: string, value: number, size = 1): MadeTrial => ({
  values: { lr, act },
  state: 'complete',
  metrics: { value, size },
})

const trials: readonly MadeTrial[] = [
  done(0.1, 'relu', 3, 1),
  done(0.01, 'tanh', 1, 5),
  {
    ...{ values: { lr: 0.5, act: 'relu' }, state: 'pruned' },
    reports: [
      [1, { value: 7, l2: 0.3 }],
      [2, { value: 6, l2: 0.2 }],
    ],
  },
  { values: { lr: 0.9, act: 'relu' }, state: 'failed' },
  done(0.02, 'tanh', 2, 2),
]

const pointsOf = (chart: Chart, name: string): unknown => {
  const found = chart.marks.find((mark) => mark.name === name)
  return (found as Extract<Mark, { kind: 'points' | 'line' }> | undefined)?.points
}

describe('the history of a study', () => {
  const chart = historyChart(historyOf(madeEvents({ space: network }, trials)), {
    units: { value: 'nats' },
  })

  it('shows every state where it belongs', () => {
    expect(pointsOf(chart, 'complete')).toEqual([
      [0, 3],
      [1, 1],
      [4, 2],
    ])
    expect(pointsOf(chart, 'pruned (last report)')).toEqual([[2, 6]])
    expect(pointsOf(chart, 'failed (drawn at the worst value)')).toEqual([[3, 6]])
    expect(chartTable(chart).rows.find(([mark]) => String(mark).startsWith('failed'))).toContain(
      'failed, no result',
    )
  })

  it('has the best so far by number, and its unit', () => {
    expect(pointsOf(chart, 'best so far')).toEqual([
      [0, 3],
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
    ])
    expect(chart.y).toEqual({
      ...{ name: 'value', unit: 'nats', column: 'shown:value', good: 'low' },
    })
    expect(chart.subtitle).toBe('5 trials: 3 complete, 1 pruned, 1 failed')
  })

  it('puts failures at the lowest value of what is maximised', () => {
    const objectives = [{ name: 'value', direction: 'maximize' }] as const
    const history = historyOf(madeEvents({ space: network, objectives }, trials))
    expect(pointsOf(historyChart(history), 'failed (drawn at the worst value)')).toEqual([[3, 1]])
  })

  it('refuses an objective that is not there', () => {
    const history = historyOf(madeEvents({ space: network }, trials))
    expect(() => historyChart(history, { objective: 1 })).toThrow(/no objective 1/)
  })
})

describe('two columns against each other', () => {
  const history = historyOf(madeEvents({ space: network }, trials))

  it('takes the scale of a parameter and sets the best apart', () => {
    const chart = sliceChart(history, 'lr')
    expect(chart.x).toEqual({ name: 'lr', scale: 'log', column: 'param:lr' })
    expect(pointsOf(chart, 'best')).toEqual([[0.01, 1]])
    expect(pointsOf(chart, 'complete')).toEqual([
      [0.1, 3],
      [0.02, 2],
    ])
  })

  it('lays labels out as categories', () => {
    const chart = scatterChart(history, 'act', 'size')
    expect(chart.x).toEqual({
      ...{ name: 'act', scale: 'categories', labels: ['relu', 'tanh'], column: 'param:act' },
    })
    expect(pointsOf(chart, 'best')).toEqual([[1, 5]])
  })

  it('says which column was meant', () => {
    expect(() => scatterChart(history, 'lrr', 'value')).toThrow(/Did you mean "lr"/)
  })
})

describe('a Pareto front', () => {
  const objectives = [
    { name: 'value', direction: 'minimize' },
    { name: 'size', direction: 'minimize' },
  ] as const

  it('steps between its points, where nothing was reached', () => {
    const history = historyOf(madeEvents({ space: network, objectives }, trials))
    const chart = frontChart(history, { reference: [4, 6] })
    // Trials 0 (3, 1), 1 (1, 5) and 4 (2, 2) do not dominate each other.
    expect(pointsOf(chart, 'front')).toEqual([
      [1, 5],
      [2, 5],
      [2, 2],
      [3, 2],
      [3, 1],
    ])
    expect(pointsOf(chart, 'reference')).toEqual([[4, 6]])
  })

  it('turns its steps around where the first objective is maximised', () => {
    const history = historyOf(
      madeEvents(
        {
          space: network,
          objectives: [{ name: 'value', direction: 'maximize' }, objectives[1]],
        },
        [...trials, done(0.3, 'relu', 4, 3)],
      ),
    )
    expect(pointsOf(frontChart(history), 'front')).toEqual([
      [3, 1],
      [3, 3],
      [4, 3],
    ])
  })
})

describe('importances', () => {
  it('are bars in percent, the most important one on top', () => {
    const many = Array.from({ length: 40 }, (_, i) =>
      done(10 ** ((-4 * ((i * 7) % 40)) / 40), i % 2 === 0 ? 'relu' : 'tanh', (i * 7) % 40),
    )
    const found = pedAnova(historyOf(madeEvents({ space: network }, many)))
    const chart = importanceChart(found, { intervals: { lr: [0.5, 0.99] } })
    const bars = chart.marks[0] as Extract<Mark, { kind: 'bars' }>
    expect(chart.y.labels).toEqual(['act', 'lr'])
    expect(bars.values.reduce((a, b) => a + b, 0)).toBeCloseTo(100, 9)
    expect(bars.values[1]!).toBeGreaterThan(80)
    expect(bars.intervals?.[1]).toEqual([50, 99])
    expect(bars.intervals?.[0]).toEqual([bars.values[0], bars.values[0]])
  })
})

describe('what trials reported', () => {
  const { start, rest } = madeTrial(0, {
    ...{ values: { lr: 0.1, act: 'relu' }, state: 'complete', metrics: { value: 1 } },
    reports: [
      [1, { value: 4 }],
      [2, { value: 2 }],
    ],
  })

  it('is that of the last attempt', () => {
    const again = rest.map((event) => ('epoch' in event ? { ...event, epoch: 1 } : event))
    const requeued = { type: 'trial-requeued', at: 9, trial: 0, epoch: 1, cause: 'lost' } as const
    const found = reportedTrials([...start, rest[0]!, requeued, ...again])
    expect(found).toEqual([
      {
        trial: 0,
        reports: [
          { step: 1, values: { value: 4 } },
          { step: 2, values: { value: 2 } },
        ],
      },
    ])
  })

  it('goes on after a pause, from which a lost attempt begins again', () => {
    const paused = { type: 'trial-paused', at: 5, trial: 0, epoch: 0 } as const
    const promoted = { type: 'trial-promoted', at: 6, trial: 0, epoch: 1, reason: 'good' } as const
    const lost = { type: 'trial-requeued', at: 9, trial: 0, epoch: 2, cause: 'lost' } as const
    const second = (epoch: number): (typeof rest)[number] => ({ ...rest[1]!, epoch }) as never
    const found = reportedTrials([rest[0]!, paused, promoted, second(1), lost, second(2)])
    expect(found[0]?.reports.map(({ step }) => step)).toEqual([1, 2])
  })

  it('is a line a trial, the best one bright', () => {
    const events = madeEvents({ space: network }, [
      trials[2]!,
      { ...done(0.1, 'relu', 2), reports: [[1, { value: 5, l2: 0.1 }]] },
    ])
    const reported = reportedTrials(events)
    const chart = curvesChart(historyOf(events), reported, { step: 'epoch' })
    expect(chart.x.name).toBe('epoch')
    expect(pointsOf(chart, 'other trials')).toEqual([
      [1, 7],
      [2, 6],
    ])
    expect(pointsOf(chart, 'best: trial 1')).toEqual([[1, 5]])
    const paths = trajectoriesChart(reported, ['l2'], { y: { name: 'L2', scale: 'log' } })
    expect(paths.marks.map((mark) => [mark.name, 'colour' in mark && mark.colour])).toEqual([
      ['l2', 0],
      ['l2', 0],
    ])
  })
})
