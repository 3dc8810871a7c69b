import { choice, float, historyChart, parallelChart, space } from '@attune/core'
import { historyOf, madeEvents } from '../../../core/src/testing/made-history.ts'
import { describe, expect, test } from 'vitest'

import { chartBuffers, packChart } from '../../src/data/pack-chart.ts'
import { chartRows, rowsToCsv } from '../../src/plot/chart-rows.ts'
import { chartSvg } from '../../src/plot/chart-svg.ts'
import { roughly } from '../../src/plot/frame.ts'
import { legendEntries } from '../../src/plot/legend-entries.ts'
import type { PackedLine } from '../../src/plot/packed-chart.ts'
import { untouched } from '../../src/plot/zoom-store.ts'
import { look, parallelOf, planeOf, pointsOf } from './made-charts.ts'

const history = historyOf(
  madeEvents({ space: space({ x: float(0, 1), act: choice(['relu', 'tanh']) }) }, [
    { state: 'complete', values: { x: 0.5, act: 'relu' }, metrics: { value: 3 } },
    { state: 'failed', values: { x: 0.1, act: 'tanh' } },
    { state: 'complete', values: { x: 0.25, act: 'tanh' }, metrics: { value: 1 } },
  ]),
)

describe('a chart in flat arrays', () => {
  test('has the numbers and trials of the chart, and what its axes need', () => {
    const packed = packChart(historyChart(history), 'study/history/0')
    if (packed.kind !== 'plane') throw new Error('A history is a plane.')
    expect(packed.key).toBe('study/history/0')
    expect(packed.range.x).toEqual({ min: 0, max: 2, whole: true })
    expect(packed.range.y).toMatchObject({ min: 1, max: 3 })
    const complete = packed.marks.find(({ name }) => name === 'complete')
    if (complete?.kind !== 'points') throw new Error('Complete trials are points.')
    expect([...complete.xy]).toEqual([0, 3, 2, 1])
    expect([...complete.trials]).toEqual([0, 2])
    expect(structuredClone(packed, { transfer: chartBuffers(packed) }).title).toBe(packed.title)
    expect(complete.xy).toHaveLength(0)
  })

  test('has parallel lines with gaps, groups aside and the best one', () => {
    const packed = packChart(parallelChart(history), 'study/parallel/0')
    if (packed.kind !== 'parallel') throw new Error('These are parallel coordinates.')
    const names = packed.axes.map(({ name }) => name)
    expect(names.toSorted()).toEqual(['act', 'value', 'x'])
    const failed = packed.trials.indexOf(1)
    expect(packed.asides[failed]).toBe(1)
    expect(packed.aside).toEqual(['failed'])
    expect(packed.values[failed * 3 + names.indexOf('act')]).toBe(1)
    expect(packed.values[failed * 3 + names.indexOf('value')]).toBeNaN()
    expect([...packed.best]).toEqual(Array.from(packed.trials, (trial) => (trial === 2 ? 1 : 0)))
  })
})

describe('the rows of a chart', () => {
  test('name marks and trials, with full numbers and labels', () => {
    const { columns, rows } = chartRows(
      planeOf([pointsOf([[0, 0.1 + 0.2]])], {
        x: { name: 'act', scale: 'categories', labels: ['relu'] },
      }),
    )
    expect(columns).toEqual(['mark', 'trial', 'act', 'loss (nats)'])
    expect(rows).toEqual([['complete', 0, 'relu', 0.300_000_000_000_000_04]])
  })

  test('say of parallel lines what is missing and what stands aside', () => {
    const { columns, rows } = chartRows(parallelOf())
    expect(columns).toEqual(['trial', 'lr', 'dropout', 'loss', 'aside'])
    expect(rows[0]).toEqual([4, 0.5, null, null, 'failed'])
  })

  test('are CSV that no spreadsheet takes for formulas', () => {
    const csv = rowsToCsv({
      columns: ['a', 'b'],
      rows: [
        ['=1+1', 'x "y", z'],
        [-2, null],
      ],
    })
    expect(csv).toBe('a,b\r\n\'=1+1,"x ""y"", z"\r\n-2,\r\n')
  })
})

describe('a chart as SVG', () => {
  const options = {
    width: 800,
    height: 500,
    look,
    measure: roughly,
    view: untouched,
    toUrl: () => 'data:,',
  }

  test('shows title, axes and marks, and nothing of a name is markup', () => {
    const evil = '<script>alert(1)</script>&"'
    const best = pointsOf([[5, 5]], { name: 'best', colour: 1, shape: 'diamond' })
    const svg = chartSvg(planeOf([pointsOf([[1, 1]]), best], { title: evil }), options)
    expect(svg).toContain('&lt;script&gt;')
    expect(svg).not.toContain('<script')
    expect(svg).toContain('loss (nats)')
    expect(svg).toContain('best')
    // A mark and a sign in the legend have the colour of the palette.
    expect(svg.match(new RegExp(look.palette[1]!, 'g'))).toHaveLength(2)
  })

  test('shows why it is empty', () => {
    expect(chartSvg(planeOf([], { note: 'No trial yet.' }), options)).toContain('No trial yet.')
  })

  test('has a selection on top of the rest, and leaves out what is hidden', () => {
    const chart = planeOf([
      pointsOf([
        [1, 1],
        [5, 5],
      ]),
      pointsOf([[9, 9]], { name: 'other', colour: 2 }),
    ])
    const selected = chartSvg(chart, { ...options, selection: Uint8Array.of(0, 1) })
    expect(selected).toContain('<g opacity="0.22">')
    const hidden = chartSvg(chart, {
      ...options,
      view: { ...untouched, hidden: new Set(['other']) },
    })
    expect(hidden).not.toContain(look.palette[2])
  })

  test('draws parallel coordinates with their axes', () => {
    const svg = chartSvg(parallelOf(), options)
    for (const name of ['lr', 'dropout', 'failed']) expect(svg).toContain(`>${name}</text>`)
  })
})

test('a legend has an entry a name, with the sign that says most, and none for a single one', () => {
  const line: PackedLine = {
    kind: 'line',
    name: 'front',
    colour: 1,
    dashed: false,
    step: false,
    faint: false,
    trial: -1,
    xy: new Float64Array(),
  }
  const chart = planeOf([
    line,
    pointsOf([], { name: 'front', colour: 1, shape: 'diamond' }),
    pointsOf([]),
  ])
  expect(legendEntries(chart)).toEqual([
    { name: 'front', colour: 1, sign: 'diamond' },
    { name: 'complete', colour: 0, sign: 'circle' },
  ])
  expect(legendEntries(planeOf([pointsOf([])]))).toEqual([])
})
