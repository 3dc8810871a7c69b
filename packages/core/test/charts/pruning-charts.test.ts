import { describe, expect, it } from 'vitest'
import type { Chart, History, Mark, Rungs, StudyEvent } from '../../src/index.ts'
import { budgetCharts, pruningCharts } from '../../src/index.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { historyOf, madeEvents } from '../../src/testing/made-history.ts'
import { drawValues, make, mixed } from './support/studies.ts'

/** A trial that reported a value at each of some steps. */
const reporting = (
  state: MadeTrial['state'],
  reports: readonly (readonly [step: number, value: number])[],
): MadeTrial => ({
  ...{ values: drawValues(1), state },
  ...(state === 'complete' ? { metrics: { value: reports.at(-1)![1] } } : {}),
  reports: reports.map(([step, value]) => [step, { value }] as const),
})

const study = (trials: readonly MadeTrial[], rungs?: Rungs): History =>
  historyOf(madeEvents({ space: mixed, ...(rungs === undefined ? {} : { rungs }) }, trials))

const barsOf = (chart: Chart): Record<string, readonly number[]> =>
  Object.fromEntries(
    chart.marks.flatMap((mark) =>
      mark.kind === 'bars' ? [[mark.name, mark.values] as const] : [],
    ),
  )

const named = (chart: Chart, name: string): Mark =>
  chart.marks.find((mark) => mark.name === name) as Mark

/** Rungs at steps 1, 3, 9; four trials come to the end, in the order they had at step 1. */
const halved = study(
  [
    ...[1, 2, 3, 4].map((x) =>
      reporting('complete', [
        [1, x + 10],
        [3, x + 5],
        [9, x],
      ]),
    ),
    reporting('pruned', [[1, 20]]),
    reporting('pruned', [[2, 12]]),
    reporting('pruned', [
      [1, 11],
      [3, 9],
    ]),
    reporting('paused', [[1, 13]]),
    reporting('failed', [[1, 13]]),
  ],
  { first: 1, factor: 3 },
)

describe('the charts of pruning', () => {
  it('count who was stopped at which rung, and who went on', () => {
    const [stops] = pruningCharts(halved)
    expect(stops!.y.labels).toEqual(['step 3', 'step 1'])
    // Past step 1 came the four that ended and the one that was stopped at 3; a failure is neither.
    expect(barsOf(stops!)).toEqual({ pruned: [1, 2], paused: [0, 1], 'went on': [4, 5] })
    expect(stops!.summary).toBe(
      'Trials stopped by step: 3 trials pruned, 1 paused, most at step 1: 2.',
    )
  })

  it('put what the stopped ones had beside what complete trials had there', () => {
    const values = pruningCharts(halved)[1]!
    expect(named(values, 'median of complete trials')).toMatchObject({
      points: [[1, 12.5] as const, [3, 7.5] as const],
    })
    // numpy.quantile of 11 … 14 and of 6 … 9.
    expect(named(values, 'middle half of complete trials')).toMatchObject({
      points: [[1, 11.75, 13.25] as const, [3, 6.75, 8.25] as const],
    })
    expect(named(values, 'pruned (last report)')).toMatchObject({
      points: [[1, 20] as const, [2, 12] as const, [3, 9] as const],
      trials: [4, 5, 6],
    })
    expect(named(values, 'paused (last report)')).toMatchObject({ trials: [7] })
    expect(values.subtitle).toBe(
      '1 of 3 pruned were better than the median of complete trials there; rank correlation of step 1 with the result 1, of 4 complete',
    )
  })

  it('says when early reports rank the results the wrong way round', () => {
    const turned = study(
      [
        ...[1, 2, 3, 4].map((x) =>
          reporting('complete', [
            [1, x],
            [9, -x],
          ]),
        ),
        reporting('pruned', [[1, 5]]),
      ],
      { first: 1, factor: 3 },
    )
    expect(pruningCharts(turned)[1]!.subtitle).toContain(
      'rank correlation of step 1 with the result -1',
    )
  })

  it('puts steps together when there are many, and compares each at its own', () => {
    const steps = Array.from({ length: 40 }, (_, i) => i + 1)
    // What complete trials have falls with the step, so that an earlier median would be too kind.
    const whole = [0, 1, 2, 3].map((x) =>
      reporting(
        'complete',
        steps.map((step) => [step, x - step] as const),
      ),
    )
    const pruned = steps.map((last) =>
      reporting(
        'pruned',
        steps.slice(0, last).map((step) => [step, 2 - step] as const),
      ),
    )
    const [stops, values] = pruningCharts(study([...whole, ...pruned], { first: 1, every: 1 }))
    expect(stops!.y.labels).toHaveLength(14)
    expect(stops!.y.labels!.slice(-2)).toEqual(['steps 4 to 6', 'steps 1 to 3'])
    expect(barsOf(stops!)['pruned']!.reduce((a, b) => a + b)).toBe(40)
    expect(values!.subtitle).toMatch(/^0 of 40 pruned were better/)
  })

  it('knows only what the stopped ones had where a study has no rungs', () => {
    const [stops, values] = pruningCharts(
      study([reporting('pruned', [[5, 1]]), reporting('complete', [[9, 0]])]),
    )
    expect(barsOf(stops!)).toEqual({ pruned: [1], 'went on': [1] })
    expect(values!.subtitle).toBe('what complete trials reported there is not known')
    expect(values!.marks.map(({ name }) => name)).toEqual(['pruned (last report)'])
  })

  it('says so when nothing was stopped', () => {
    expect(pruningCharts(study([])).map(({ note }) => note)).toEqual(['No trial was pruned.'])
    const silent: MadeTrial = { values: drawValues(1), state: 'pruned' }
    expect(pruningCharts(study([silent]))[0]!.note).toContain('none of them had reported')
  })
})

describe('the charts of the budget', () => {
  const took = (events: readonly StudyEvent[]): StudyEvent[] =>
    events.map((event) => {
      if (!('trial' in event) || event.trial === undefined) return event
      const at = 60_000 * event.trial + (event.type === 'trial-finished' ? 30_000 : 0)
      if (event.type !== 'trial-finished') return { ...event, at }
      return { ...event, at, resources: { seconds: 30, cpuSeconds: 60 } } as StudyEvent
    })
  const trials = [0, 1, 2].map((x): MadeTrial =>
    x === 1
      ? { values: drawValues(x), state: 'failed' }
      : { values: drawValues(x), state: 'complete', metrics: { value: x } },
  )
  const { events } = make(trials)

  it('add up what ended and what it took', () => {
    const [ended, spent, cpu] = budgetCharts(historyOf(took(events)))
    expect(named(ended!, 'ended')).toMatchObject({
      points: [[30, 1] as const, [90, 2] as const, [150, 3] as const],
    })
    expect(named(ended!, 'complete')).toMatchObject({
      points: [[30, 1] as const, [90, 1] as const, [150, 2] as const],
    })
    expect(named(spent!, 'spent')).toMatchObject({
      points: [[30, 30] as const, [90, 60] as const, [150, 90] as const],
    })
    expect(cpu!.subtitle).toBe('3 min')
    expect(named(ended!, 'limit')).toBeUndefined()
  })

  it('draw the limits of the newest run', () => {
    const history = historyOf(took(events))
    const run = {
      ...{ at: 0, worker: 'a', attune: '1', runtime: 'node', workers: 1 },
      machine: { platform: 'linux', arch: 'x64', cores: 1, memoryBytes: 1 },
    }
    history.runs = [
      { ...run, limits: { trials: 10, cpuSeconds: 600, cost: { limit: 5, perSecond: 0.01 } } },
    ]
    const [ended, spent, cpu] = budgetCharts(history)
    expect(named(ended!, 'limit')).toMatchObject({ kind: 'rule', at: { y: 10 } })
    expect(ended!.subtitle).toBe('3 of 10 trials')
    expect(named(spent!, 'limit')).toMatchObject({ at: { y: 500 / 60 } })
    expect(spent!.subtitle).toBe('1.5 of 8.333 min')
    expect(named(cpu!, 'limit')).toMatchObject({ at: { y: 10 } })
  })

  it('say so when nothing has ended', () => {
    expect(budgetCharts(study([]))).toMatchObject([{ note: 'No trial has ended yet.', marks: [] }])
  })
})
