import { describe, expect, it } from 'vitest'
import type { BarsMark, Chart, LineMark, Mark, PointsMark, SurfaceMark } from '../../src/index.ts'
import {
  bestTrials,
  cell,
  chartSummary,
  chartTable,
  comparisonChart,
  convergence,
  diagnoseSurrogate,
  diagnosisCharts,
  edfChart,
  effectsCharts,
  failureCauses,
  failuresCharts,
  frontCharts,
  groupProgress,
  historyChart,
  hypervolumeChart,
  hypervolumeConvergence,
  importanceCharts,
  importanceIntervals,
  importantParams,
  isSpace,
  jointSpace,
  keepTrials,
  parallelChart,
  parameterEffects,
  pedAnova,
  rankChart,
  rankTrials,
  responseSurface,
  spaceOf,
  surfaceCharts,
  timelineChart,
  trialAttempts,
} from '../../src/index.ts'
import { bowlTrials, complete, drawValues, lossAt, make } from './support/studies.ts'

const { history, events } = make(bowlTrials(60))
const clean = make(bowlTrials(40, { clean: true })).history
const joint = jointSpace(clean, spaceOf(clean))

const markOf = <K extends Mark['kind']>(
  chart: Chart,
  kind: K,
  name?: string,
): Extract<Mark, { kind: K }> => {
  const found = chart.marks.find(
    (mark) => mark.kind === kind && (name === undefined || mark.name === name),
  )
  if (found === undefined) throw new Error(`no ${kind} ${name} in ${chart.title}`)
  return found as Extract<Mark, { kind: K }>
}

describe('the numbers of a chart are those of the analysis', () => {
  it('history: best so far, and the best trial', () => {
    const chart = historyChart(history)
    const { trials, best } = convergence(history, { order: 'number' })
    const line = markOf(chart, 'line', 'best so far')
    expect(line.points).toEqual(Array.from(trials, (trial, k) => [trial, best[k]]))
    const [top] = bestTrials(history)
    expect(markOf(chart, 'points', 'best').points).toEqual([
      [top, cell(history, 'metric:value', top!)],
    ])
  })

  it('importance: shares in percent for every objective, with intervals that hold them', () => {
    const objectives = [
      { name: 'value', direction: 'minimize' },
      { name: 'size', direction: 'minimize' },
    ] as const
    const made = make(bowlTrials(60), { objectives }).history
    const charts = importanceCharts(made)
    expect(charts.map(({ title }) => title)).toEqual([
      'Importance for value',
      'Importance for size',
    ])
    for (const [k, target] of ['value', 'size'].entries()) {
      const shares = new Map(pedAnova(made, { target }).map(({ name, value }) => [name, value]))
      const intervals = importanceIntervals(made, { target })!
      const bars = markOf(charts[k]!, 'bars') as BarsMark
      charts[k]!.y.labels!.forEach((name, i) => {
        expect(bars.values[i]).toBe(100 * shares.get(name)!)
        const [low, high] = bars.intervals![i]!
        expect([low / 100, high / 100].map((x) => x.toFixed(12))).toEqual(
          intervals[name]!.map((x) => x.toFixed(12)),
        )
        expect(low).toBeLessThanOrEqual(bars.values[i]!)
        expect(high).toBeGreaterThanOrEqual(bars.values[i]!)
      })
    }
  })

  it('effects: the surrogate, the most important parameter first, on one y axis', () => {
    const charts = effectsCharts(clean)
    const effects = parameterEffects(joint, clean)
    expect(charts.map(({ x }) => x.name)).toEqual(importantParams(clean, 'value'))
    expect(new Set(charts.map(({ y }) => JSON.stringify(y))).size).toBe(1)
    const lr = effects.find(({ name }) => name === 'lr')!
    const chart = charts.find(({ x }) => x.name === 'lr')!
    expect(markOf(chart, 'line').points).toEqual(lr.places.map((p, i) => [p, lr.middle[i]]))
    expect(markOf(chart, 'band').points).toEqual(
      lr.places.map((p, i) => [p, lr.low[i], lr.high[i]]),
    )
  })

  it('contour: the response surface and its uncertainty, trials on top', () => {
    const [middle, doubt] = surfaceCharts(clean, ['lr', 'act'])
    const found = responseSurface(joint, clean, ['lr', 'act'])
    expect((markOf(middle, 'surface') as SurfaceMark).rows).toEqual(found.rows)
    expect((markOf(doubt, 'surface') as SurfaceMark).rows).toEqual(found.deviations)
    expect(middle.x).toMatchObject({ name: 'lr', scale: 'log', min: 1e-4, max: 1 })
    expect(middle.y.labels).toEqual(['relu', 'tanh', 'gelu'])
    const points = middle.marks.flatMap((mark) => (mark.kind === 'points' ? mark.points : []))
    expect(points).toHaveLength(40)
  })

  it('rank: the order of rankTrials, the best one last', () => {
    const mark = markOf(rankChart(clean, 'lr', 'units'), 'points') as PointsMark
    expect(mark.trials!.toReversed()).toEqual(rankTrials(clean))
    expect(mark.shades!.values.toReversed()).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  })

  it('distribution: the share of results that are no larger', () => {
    const made = make([3, 1, 2, 2].map((value, i) => complete(drawValues(i), value))).history
    const line = markOf(edfChart([{ name: 'a', history: made }]), 'line')
    expect(line.points).toEqual([
      [1, 0],
      [1, 25],
      [2, 75],
      [3, 100],
    ])
  })

  it('hypervolume: as it converged, by number', () => {
    const objectives = [
      { name: 'value', direction: 'minimize' },
      { name: 'size', direction: 'minimize' },
    ] as const
    const made = make(bowlTrials(30), { objectives }).history
    const { trials, best } = hypervolumeConvergence(made, { order: 'number' })
    const line = markOf(hypervolumeChart(made), 'line')
    expect(line.points).toEqual(Array.from(trials, (trial, k) => [trial, best[k]]))
  })

  it('fronts of three objectives: all three, then every pair, the front of all standing out', () => {
    const objectives = ['value', 'size', 'cost'].map((name) => ({
      ...{ name, direction: 'minimize' as const },
    }))
    const made = make(bowlTrials(40), { objectives }).history
    const [all, ...pairs] = frontCharts(made)
    if (all === undefined || !isSpace(all)) throw new Error('no chart of three axes')
    const charts = pairs.filter((chart) => !isSpace(chart))
    expect(charts.map(({ x, y }) => `${x.name}/${y.name}`)).toEqual([
      'value/size',
      'value/cost',
      'size/cost',
    ])
    const wanted = new Set(bestTrials(made))
    for (const chart of charts) {
      expect(new Set((markOf(chart, 'points', 'front') as PointsMark).trials)).toEqual(wanted)
    }
    expect(all.axes.map(({ name, good }) => [name, good])).toEqual([
      ['value', 'low'],
      ['size', 'low'],
      ['cost', 'low'],
    ])
    const front = all.marks.find(({ name }) => name === 'front')!
    expect(new Set(front.trials)).toEqual(wanted)
    expect(front.points).toEqual(
      front.trials!.map((trial) =>
        objectives.map(({ name }) => cell(made, `metric:${name}`, trial)),
      ),
    )
    expect(chartTable(all).rows).toHaveLength(
      all.marks.reduce((sum, { points }) => sum + points.length, 0),
    )
    expect(chartSummary(all)).toContain('the front has value ')
  })

  it('diagnosis: leave-one-out predictions and calibration', () => {
    const found = diagnoseSurrogate(joint, clean)
    const [predictions, calibration] = diagnosisCharts(clean)
    const points = markOf(predictions, 'points').points
    expect(points).toEqual(
      Array.from(found.trials, (_, i) => [found.predicted[i], found.observed[i]]),
    )
    const { levels, shares } = found.summary.calibration
    const line = markOf(calibration, 'line')
    expect(line.points).toEqual(Array.from(levels, (level, i) => [100 * level, 100 * shares[i]!]))
  })

  it('comparison: the median and quartiles of seeds at every number of trials', () => {
    const seeds = [
      [4, 3, 1],
      [5, 2, 2],
      [9, 9, 6],
      [7, 1, 0.5],
    ].map((values) => make(values.map((value, i) => complete(drawValues(i), value))).history)
    const progress = groupProgress(seeds)
    // Of 4, 5, 9, 7: median 6, quartiles 4.75 and 7.5.
    expect([progress.low[0], progress.middle[0], progress.high[0]]).toEqual([4.75, 6, 7.5])
    expect(progress.middle).toEqual([6, 2.5, 1.5])
    const chart = comparisonChart([
      { name: 'many', histories: seeds },
      { name: 'one', histories: seeds.slice(0, 1) },
    ])
    expect(markOf(chart, 'line', 'many').points).toEqual([
      [1, 6],
      [2, 2.5],
      [3, 1.5],
    ])
    expect(markOf(chart, 'band', 'many').points[0]).toEqual([1, 4.75, 7.5])
    const best = [...convergence(seeds[0]!).best]
    expect((markOf(chart, 'line', 'one') as LineMark).points.map(([, y]) => y)).toEqual(best)
  })

  it('comparison: ends where only the first trials lie beyond', () => {
    const values = Array.from({ length: 20 }, (_, i) => (i === 0 ? 100 : 2 - i / 20))
    const course = make(values.map((value, i) => complete(drawValues(i), value))).history
    const chart = comparisonChart([{ name: 'one', histories: [course] }])
    expect(chart.y.max).toBeGreaterThan(1.9)
    expect(chart.y.max).toBeLessThan(2.2)
    expect(chart.subtitle).toMatch(/the first trials begin beyond the picture$/)
    expect(markOf(chart, 'line', 'one').points[0]).toEqual([1, 100])
  })

  it('failures: counts by cause, and the share that failed by value', () => {
    const causes = failureCauses(jointSpace(history, spaceOf(history)), history)
    const [counts, shares] = failuresCharts(history)
    expect(markOf(counts!, 'bars').values).toEqual(causes.map(({ trials }) => trials.length))
    expect(shares!.x.name).toBe('lr')
    expect((markOf(shares!, 'bars') as BarsMark).values.at(-1)).toBeGreaterThan(50)
  })

  it('timeline: every attempt with its worker, times and end', () => {
    const claim = (trial: number, at: number, worker: string, epoch = 0) =>
      ({ type: 'trial-claimed', at, trial, worker, epoch }) as const
    const log = [
      ...events.slice(0, 1),
      ...[0, 1, 2].map((trial) => ({ type: 'trial-opened', at: 0, trial }) as const),
      claim(0, 1000, 'h/1/a/1'),
      claim(1, 1000, 'h/1/a/2'),
      { type: 'trial-finished', at: 3000, trial: 0, epoch: 0, state: 'complete' } as const,
      { type: 'trial-requeued', at: 4000, trial: 1, epoch: 1, cause: 'lost' } as const,
      claim(1, 5000, 'h/1/a/1', 1),
      {
        type: 'trial-finished',
        at: 7000,
        trial: 1,
        epoch: 1,
        state: 'failed',
        failure: { reason: 'timeout', message: '' },
      } as const,
      claim(2, 6000, 'h/1/a/1'),
    ]
    const attempts = trialAttempts(log)
    expect(attempts.map(({ trial, ended, reason }) => [trial, ended, reason])).toEqual([
      [0, 'complete', undefined],
      [1, 'tried again', 'lost'],
      [1, 'failed', 'timeout'],
      [2, 'running', undefined],
    ])
    const three = make([0, 1, 2].map((i) => complete(drawValues(i)))).history
    const chart = timelineChart(three, attempts)
    expect(chart.y.labels).toEqual(['worker 2', 'worker 1 (2)', 'worker 1'])
    expect(markOf(chart, 'spans', 'complete').spans).toEqual([[2, 0, 2]])
    expect(markOf(chart, 'spans', 'failed: timeout').spans).toEqual([[2, 4, 6]])
    expect(markOf(chart, 'spans', 'running').spans).toEqual([[1, 5, 6]])
  })

  it('parallel coordinates: values as they are, gaps where a parameter does not exist', () => {
    const chart = parallelChart(history)
    const at = chart.axes.findIndex(({ name }) => name === 'optimizer.sgd.momentum')
    const lr = chart.axes.findIndex(({ name }) => name === 'lr')
    expect(chart.axes[chart.asideAxis]!.name).toBe('value')
    for (const { trial = -1, values, aside, value } of chart.lines) {
      expect(values[lr]).toBe(history.values.get('lr', trial))
      expect(Number.isNaN(values[at]!)).toBe(history.values.get('optimizer', trial) === 'adam')
      if (aside === undefined) expect(value).toBe(cell(history, 'metric:value', trial))
    }
    expect(chart.aside).toEqual(['pruned', 'failed'])
    expect(chart.lines.at(-1)!.trial).toBe(bestTrials(history)[0])
  })
})

describe('the robust range of a history', () => {
  const values = [1, 1.1, 1.2, 1.3, 1.05, 1.15, 500, 900, Number.POSITIVE_INFINITY]
  const trials = values.map((value, i) => complete(drawValues(i), value))

  it('marks bad results far from the others at the edge, and ends there', () => {
    const chart = historyChart(make(trials).history)
    const out = markOf(chart, 'points', '3 outliers above')
    expect(out.points.map(([trial]) => trial)).toEqual([6, 7, 8])
    expect(chart.y.max).toBe(out.points[0]![1])
    expect(chart.y.max).toBeLessThan(2)
    expect(chart.y.min).toBeUndefined()
  })

  it('is turned around for what is maximised, and never hides the best', () => {
    const objectives = [{ name: 'value', direction: 'maximize' }] as const
    const turned = values.map((value, i) => complete(drawValues(i), -value))
    const chart = historyChart(make(turned, { objectives }).history)
    expect(markOf(chart, 'points', '3 outliers below').points).toHaveLength(3)
    expect(historyChart(make(turned).history).y.max).toBeUndefined()
  })

  it('can be switched off', () => {
    const chart = historyChart(make(trials).history, { robust: false })
    expect(chart.y.max).toBeUndefined()
    expect(chart.marks.some(({ name }) => name.includes('outlier'))).toBe(false)
  })
})

describe('a selection of trials', () => {
  it('keeps numbers, and nothing of the others is seen', () => {
    const kept = keepTrials(history, (trial) => trial % 2 === 0)
    const chart = historyChart(kept)
    const numbers = chart.marks.flatMap((mark) =>
      mark.kind === 'points' ? mark.points.map(([trial]) => trial) : [],
    )
    expect(numbers.length).toBeGreaterThan(20)
    expect(numbers.every((trial) => trial % 2 === 0)).toBe(true)
    expect(bestTrials(kept)).toEqual(
      rankTrials(history)
        .filter((t) => t % 2 === 0)
        .slice(0, 1),
    )
    expect([...convergence(kept).trials].every((trial) => trial % 2 === 0)).toBe(true)
    expect(chart.subtitle).toMatch(/^30 trials: /)
    expect(parallelChart(kept).lines).toHaveLength(30)
    expect(history.finished).toBe(60)
  })
})

describe('the data of a chart', () => {
  it('are what is drawn, by label', () => {
    const { columns, rows } = chartTable(rankChart(clean, 'act', 'lr', { units: { lr: '1/s' } }))
    expect(columns).toEqual(['mark', 'act', 'lr (1/s)', 'rank of value', 'label'])
    const [trial] = bestTrials(clean)
    const { act, lr } = { act: '', lr: 0, ...drawValues(trial!) }
    expect(rows.at(-1)).toEqual(['complete', act, lr, 1, `trial ${trial}`])
    expect(lossAt(drawValues(trial!))).toBe(cell(clean, 'metric:value', trial!))
  })

  it('of a surface are the middles of its cells', () => {
    const chart = surfaceCharts(clean, ['lr', 'act'])[0]
    const { columns, rows } = chartTable(chart)
    expect(columns.slice(0, 3)).toEqual(['mark', 'lr', 'act'])
    // 32 cells over four decades: the first middle lies a sixty-fourth of them from the end.
    expect(rows[0]![1]).toBeCloseTo(10 ** (-4 + 4 / 64), 12)
    expect(rows[0]![2]).toBe('relu')
  })
})
