import { describe, expect, it } from 'vitest'
import type { AnyChart, Chart, History, Mark, StudyEvent } from '../../src/index.ts'
import { chartKinds, convergence, historyChart, keepTrials } from '../../src/index.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { historyOf, madeEvents } from '../../src/testing/made-history.ts'
import { complete, drawValues, mixed } from './support/studies.ts'

interface Took {
  readonly from: number
  readonly to: number
  readonly cpuSeconds?: number
}

/** Trials with the seconds at which they began and ended; their events come in the order of time. */
function study(trials: readonly (MadeTrial & Took)[]): History {
  const events = madeEvents({ space: mixed }, trials).map((event): StudyEvent => {
    if (!('trial' in event) || event.trial === undefined) return event
    const { from, to, cpuSeconds } = trials[event.trial]!
    if (event.type !== 'trial-finished') return { ...event, at: 1000 * from }
    const resources = { seconds: to - from, ...(cpuSeconds === undefined ? {} : { cpuSeconds }) }
    return { ...event, at: 1000 * to, resources } as StudyEvent
  })
  return historyOf(events.toSorted((a, b) => a.at - b.at))
}

const done = (i: number, value: number, took: Took): MadeTrial & Took => ({
  ...complete(drawValues(i), value),
  ...took,
})

/** Two workers; trial 1 ends before trial 0. */
const four = study([
  done(0, 5, { from: 10, to: 40, cpuSeconds: 300 }),
  done(1, 4, { from: 10, to: 20, cpuSeconds: 20 }),
  { values: drawValues(2), state: 'failed', from: 20, to: 30, cpuSeconds: 4 },
  done(3, 2, { from: 30, to: 70 }),
])

function markOf(chart: Chart, name: RegExp | string): Extract<Mark, { points: unknown }> {
  const found = chart.marks.find((mark) =>
    typeof name === 'string' ? mark.name === name : name.test(mark.name),
  )
  if (found === undefined || !('points' in found)) throw new Error(`${name} of ${chart.title}`)
  return found as Extract<Mark, { points: unknown }>
}

describe('a history by what it cost', () => {
  it('goes by time since the first start, in the order in which trials ended', () => {
    const chart = historyChart(four, { by: 'time' })
    expect(chart.title).toBe('value by time')
    expect(chart.x).toEqual({ name: 'time since the first trial began', unit: 's', min: 0 })
    // Not a range of results selects, but what lies in a rectangle.
    expect(chart.y.column).toBeUndefined()
    expect(historyChart(four).y.column).toBe('shown:value')
    expect(markOf(chart, 'complete').points).toEqual([
      ...[[30, 5] as const, [10, 4] as const, [60, 2] as const],
    ])
    expect(markOf(chart, /failed/).points).toEqual([[20, 5]])
    expect(markOf(chart, 'best so far').points).toEqual([
      ...[[10, 4] as const, [20, 4] as const, [30, 4] as const, [60, 2] as const],
    ])
    expect(markOf(chart, 'best').points).toEqual([[60, 2]])
  })

  it('goes by the time of all trials together, in a unit that can be read', () => {
    const chart = historyChart(four, { by: 'seconds' })
    expect(markOf(chart, 'best so far').points.map(([x]) => x)).toEqual([10, 20, 50, 90])
    const cpu = historyChart(four, { by: 'cpuSeconds' })
    expect(cpu.x).toMatchObject({ name: 'processor time of trials so far', unit: 'min' })
    expect(markOf(cpu, 'best so far').points.map(([x]) => x)).toEqual([
      ...[20 / 60, 24 / 60, 324 / 60, 324 / 60],
    ])
    expect(cpu.subtitle).toContain('1 did not tell what they took')
    expect(chart.subtitle).not.toContain('did not tell')
  })

  it('leaves out trials that are not shown, with what they cost', () => {
    const kept = keepTrials(four, (trial) => trial !== 2)
    const chart = historyChart(kept, { by: 'seconds' })
    expect(markOf(chart, 'best so far').points.map(([x]) => x)).toEqual([10, 40, 80])
  })

  it('refuses what it does not know', () => {
    expect(() => historyChart(four, { by: 'money' as never })).toThrow(
      /by: a history has no "money"/,
    )
    expect(() => historyChart(four, { view: 'x' as never })).toThrow(/value, regret/)
  })
})

describe('a history as regret', () => {
  const regretOf = (values: readonly number[], more: readonly MadeTrial[] = []): Chart =>
    historyChart(
      historyOf(
        madeEvents({ space: mixed }, [
          ...values.map((value, i) => complete(drawValues(i), value)),
          ...more,
        ]),
      ),
      { view: 'regret' },
    )

  it('is the distance to the best on a log axis, with the best and its ties at the bottom', () => {
    const chart = regretOf([11, 3, 1, 1.5, 1])
    expect(chart.title).toBe('Distance to the best value by trial')
    expect(chart.y).toEqual({
      ...{ name: 'distance to the best value', scale: 'log', good: 'low', min: 0.25 },
    })
    expect(chart.x).toEqual({ name: 'trial' })
    const all = markOf(chart, 'complete')
    expect(all.points).toEqual([
      ...[[0, 10] as const, [1, 2] as const, [2, 0.25] as const, [3, 0.5] as const],
      [4, 0.25],
    ])
    expect('told' in all ? all.told : undefined).toEqual([10, 2, 0, 0.5, 0])
    expect(markOf(chart, 'best so far').points.map(([, y]) => y)).toEqual([
      ...[10, 2, 0.25, 0.25, 0.25],
    ])
  })

  it('puts reports that are better than any result at the bottom, and knows where up is good', () => {
    const pruned: MadeTrial = {
      ...{ values: drawValues(9), state: 'pruned', reports: [[1, { value: -1 }]] },
    }
    expect(markOf(regretOf([3, 1], [pruned]), /pruned/).points).toEqual([[2, 1]])
    const made = madeEvents(
      { space: mixed, objectives: [{ name: 'value', direction: 'maximize' }] },
      [1, 3, 2.5].map((value, i) => complete(drawValues(i), value)),
    )
    const chart = historyChart(historyOf(made), { view: 'regret' })
    expect(markOf(chart, 'complete').points.map(([, y]) => y)).toEqual([2, 0.25, 0.5])
  })

  it('says so when there is no distance', () => {
    expect(regretOf([2, 2, 2]).note).toBe(
      'No result lies behind the best, 2: there is no distance to draw.',
    )
    expect(regretOf([-Infinity, 1]).note).toBe(
      'The best result is -Infinity: there is no distance to it.',
    )
    expect(regretOf([]).note).toBe('No trial yet.')
    for (const chart of [regretOf([2, 2]), regretOf([])]) {
      const drawn = chart.marks.flatMap((mark) => (mark.kind === 'points' ? mark.points : []))
      expect(drawn.filter(([, y]) => Number.isFinite(y))).toEqual([])
    }
  })

  it('does not let one tiny distance stretch the axis', () => {
    const chart = regretOf([1000, 0, 1e-300])
    expect(chart.y.min).toBeCloseTo(5e-7, 12)
  })
})

describe('running quartiles', () => {
  it('are those of the last tenth, at least 10 and at most 200', () => {
    const values = Array.from({ length: 30 }, (_, i) => i)
    const history = historyOf(
      madeEvents(
        { space: mixed },
        values.map((value, i) => complete(drawValues(i), value)),
      ),
    )
    const chart = historyChart(history, { quantiles: true })
    const band = chart.marks.find(({ kind }) => kind === 'band')!
    const middle = markOf(chart, 'median of the last 10')
    expect(band.name).toBe('middle half of the last 10')
    // Of 20 … 29: numpy.quantile gives 22.25, 24.5 and 26.75.
    expect((band as typeof middle).points.at(-1)).toEqual([29, 22.25, 26.75])
    expect(middle.points.at(-1)).toEqual([29, 24.5])
    // The first ones stand on 4 results, 0 … 3.
    expect(middle.points[0]).toEqual([3, 1.5])
    expect(historyChart(history).marks.every(({ kind }) => kind !== 'band')).toBe(true)
  })

  it('are worked out at few places of many trials, the last one among them', () => {
    const trials = Array.from({ length: 3000 }, (_, i) =>
      complete({ lr: 0.1, units: 8, act: 'relu', dull: 0, optimizer: 'adam' }, i % 7),
    )
    const history = historyOf(madeEvents({ space: mixed }, trials))
    const middle = markOf(historyChart(history, { quantiles: true }), /median of the last 200/)
    expect(middle.points.length).toBeLessThanOrEqual(400)
    expect(middle.points.at(-1)).toEqual([2999, 3])
  })
})

it('the kind passes its options on', async () => {
  const request = {
    ...{ labels: {}, params: [], metrics: [], objective: 0 },
    options: { by: 'time', view: 'regret', quantiles: true },
  } as const
  const none = async (): Promise<readonly never[]> => []
  const plotted = { name: 'a', history: four, reported: none, attempts: none }
  const [chart] = (await chartKinds['history']!.draw!(plotted, request)) as readonly AnyChart[]
  expect(chart!.title).toBe('Distance to the best value by time')
  expect(convergence(four).trials.length).toBe(4)
})
