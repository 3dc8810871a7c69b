import { describe, expect, it } from 'vitest'
import type { Chart, Mark } from '../../src/index.ts'
import { chartOption } from '../../src/index.ts'

const numbers: Chart = {
  title: 'Error by rate',
  x: { name: 'rate', scale: 'log' },
  y: { name: 'error', unit: '%' },
  marks: [
    {
      kind: 'points',
      name: 'runs',
      points: [
        [0.001, 5],
        [0.02, 3],
      ],
      labels: ['trial 0', 'trial 1'],
    },
    {
      kind: 'line',
      name: 'mean',
      points: [
        [0.001, 4],
        [0, 9],
        [0.02, Number.NaN],
      ],
    },
    { kind: 'band', name: 'mean', points: [[0.001, 3, 7]] },
    { kind: 'rule', name: 'published', at: { y: 12 } },
  ],
}

const categories = (marks: readonly Mark[]): Chart => ({
  title: 'By batch',
  x: { name: 'batch', scale: 'categories', labels: ['8', '16'] },
  y: { name: 'error', unit: '%' },
  marks,
})

interface Option {
  readonly title: { readonly text: string }
  readonly legend?: { readonly top: number; readonly data: readonly { readonly name: string }[] }
  readonly grid: { readonly top: number }
  readonly xAxis: readonly Record<string, unknown>[]
  readonly yAxis: readonly Record<string, unknown>[]
  readonly series: readonly (Record<string, unknown> & { readonly data: unknown[] })[]
}
const optionOf = (chart: Chart, width = 600): Option =>
  chartOption(chart, { width }) as unknown as Option

describe('a chart as an option of ECharts', () => {
  it('is plain data', () => {
    const option = chartOption(numbers, { width: 600, interactive: true })
    expect(JSON.parse(JSON.stringify(option))).toEqual(option)
  })

  it('names axes with their units and draws decades around the data', () => {
    const { xAxis, yAxis } = optionOf(numbers)
    expect(yAxis[0]).toMatchObject({ type: 'value', name: 'error (%)' })
    expect(xAxis[0]).toMatchObject({ type: 'log', name: 'rate', min: 0.001, max: 0.1, logBase: 10 })
  })

  it('uses powers of two for whole numbers within two decades', () => {
    const chart = {
      ...numbers,
      marks: [
        {
          ...numbers.marks[0]!,
          points: [
            [8, 1],
            [60, 2],
          ],
        } as Mark,
      ],
    }
    expect(optionOf(chart).xAxis[0]).toMatchObject({ logBase: 2, min: 8, max: 64 })
  })

  it('leaves gaps where an axis cannot show a number', () => {
    const [, line] = optionOf(numbers).series
    expect(line!.data).toEqual([
      [0.001, 4],
      [null, 9],
      [0.02, null],
    ])
  })

  it('stacks the height of a band on its lower end, out of the way of other bands', () => {
    const band = optionOf(numbers).series.filter(({ stack }) => stack !== undefined)
    expect(band.map(({ data }) => data)).toEqual([[[0.001, 3]], [[0.001, 4]]])
    const twice = optionOf({ ...numbers, marks: [numbers.marks[2]!, numbers.marks[2]!] })
    expect(new Set(twice.series.map(({ stack }) => stack)).size).toBe(2)
  })

  it('makes the axis reach a rule', () => {
    expect(optionOf(numbers).series.at(-1)!.data).toEqual([[0.001, 12]])
  })

  it('gives marks of a name one colour and one entry in the legend', () => {
    const { series, legend } = optionOf(numbers)
    const colours = series.filter(({ name }) => name === 'mean').map((s) => s['itemStyle'])
    expect(new Set(colours.map((style) => (style as { color: string }).color)).size).toBe(1)
    expect(legend?.data.map(({ name }) => name)).toEqual(['runs', 'mean', 'published'])
  })

  it('makes room for a legend that a narrow picture breaks into more rows', () => {
    const [wide, narrow] = [700, 160].map((width) => optionOf(numbers, width))
    expect(narrow!.grid.top).toBeGreaterThan(wide!.grid.top)
    expect(wide!.grid.top).toBeGreaterThan(wide!.legend!.top + 12)
  })

  it('has no legend for a single mark', () => {
    expect(optionOf({ ...numbers, marks: [numbers.marks[0]!] }).legend).toBeUndefined()
  })
})

describe('categories', () => {
  it('have a second axis for what stands between them', () => {
    const option = optionOf(
      categories([
        { kind: 'bars', name: 'a', values: [1, 2] },
        { kind: 'points', name: 'runs', points: [[0.2, 1]] },
      ]),
    )
    expect(option.xAxis[1]).toMatchObject({ type: 'value', show: false, min: -0.5, max: 1.5 })
    expect(option.series.map((one) => one['xAxisIndex'])).toEqual([0, 1])
  })

  it('carry intervals on their own bars', () => {
    const bars = (name: string, offset: number): Mark => ({
      ...{ kind: 'bars', name, values: [1, 2] },
      intervals: [
        [0.5 + offset, 1.5 + offset],
        [1, 3],
      ],
    })
    const option = optionOf(categories([bars('a', 0), bars('b', 1)]))
    const whiskers = option.series.filter(({ type }) => type === 'line')
    const places = whiskers.map(({ data }) => (data[0] as number[])[0])
    expect(places[0]).toBeCloseTo(-0.175, 9)
    expect(places[1]).toBeCloseTo(0.175, 9)
    expect(whiskers[1]!.data.map((point) => (point as number[])[1])).toEqual([
      1.5,
      2.5,
      null,
      1,
      3,
      null,
    ])
  })

  it('refuse marks that do not fit', () => {
    const bars: Mark = { kind: 'bars', name: 'a', values: [1] }
    expect(() => optionOf({ ...numbers, marks: [bars] })).toThrow(/bars \("a"\) stand on one axis/)
    const heat: Mark = { kind: 'heat', name: 'h', cells: [], value: { name: 'v' } }
    expect(() => optionOf(categories([heat]))).toThrow(/two axes of categories/)
  })
})
