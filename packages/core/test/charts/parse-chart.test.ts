import { describe, expect, it } from 'vitest'

import type { AnyChart, Chart } from '../../src/index.ts'
import { parseCharts } from '../../src/index.ts'

const axis = { name: 'x' }
const labels = ['a', 'b']
const categories = { name: 'c', scale: 'categories', labels } as const
const base = { title: 'T', x: axis, y: axis }
const parsedAll = (data: unknown): readonly AnyChart[] => {
  const found = parseCharts(data)
  if ('charts' in found) return found.charts
  throw new Error(JSON.stringify(found.problems))
}
const parsed = (data: unknown): AnyChart => {
  const [chart, ...others] = parsedAll(data)
  expect(others).toEqual([])
  return chart!
}
const problemsOf = (data: unknown): string[] => {
  const found = parseCharts(data)
  return 'problems' in found ? found.problems.map(({ path, message }) => `${path}: ${message}`) : []
}

/** One chart with every kind of mark that two axes of numbers take, all fields filled in. */
const everything: Chart = {
  kind: 'plane',
  title: 'Loss',
  subtitle: 'by step',
  summary: 'It falls.',
  x: { name: 'step', scale: 'log', min: 1, max: 100, column: 'trial' },
  y: { name: 'loss', unit: 'nats', min: 0, max: 9 },
  marks: [
    {
      ...{ kind: 'line', name: 'a', colour: 2, points: [[1, Number.NaN]], trial: 3 },
      ...{ dashed: true, step: true, faint: true },
    },
    { kind: 'band', name: 'a', points: [[1, 2, 3]], step: true },
    {
      ...{
        kind: 'points',
        name: 'b',
        points: [[1, 2]],
        trials: [7],
        labels: ['p'],
        told: ['none'],
      },
      ...{ shape: 'cross', shades: { value: axis, values: [1] } },
    },
    {
      kind: 'surface',
      name: 's',
      value: axis,
      rows: [
        [1, 2],
        [3, Number.NaN],
      ],
    },
    { kind: 'rule', name: 'r', at: { x: 1 } },
    { kind: 'rule', name: 'r', at: { y: 1 } },
    { kind: 'rule', name: 'r', at: 'diagonal' },
  ],
}

describe('a chart of plain data', () => {
  it('is the chart that JSON was made of, with null as NaN', () => {
    expect(parsed(JSON.parse(JSON.stringify(everything)))).toEqual(everything)
    const bars: Chart = {
      ...{ title: 'T', x: categories, y: axis },
      marks: [
        {
          kind: 'bars',
          name: 'n',
          values: [1, 2],
          intervals: [
            [0, 1],
            [1, 2],
          ],
        },
      ],
    }
    const heat: Chart = {
      ...{ title: 'T', x: categories, y: categories, note: 'nothing' },
      marks: [
        { kind: 'heat', name: 'n', value: axis, cells: [[0, 1, 5]] },
        { kind: 'spans', name: 'n', spans: [[1, 2, 3]], trials: [1], labels: ['l'] },
      ],
    }
    const parallel: AnyChart = {
      ...{ kind: 'parallel', title: 'T', axes: [axis, categories], value: axis, good: 'low' },
      ...{ aside: ['failed'], asideAxis: 1 },
      lines: [{ trial: 1, name: 'n', values: [1, 0], value: 2, aside: 'failed', best: true }],
    }
    const solid: AnyChart = {
      ...{ kind: 'space', title: 'T', axes: [axis, axis, { ...axis, good: 'low', time: true }] },
      marks: [{ kind: 'points', name: 'n', points: [[1, 2, 3]], trials: [4], shape: 'circle' }],
    }
    for (const chart of [bars, heat, parallel, solid]) {
      expect(parsed(JSON.parse(JSON.stringify(chart)))).toEqual(chart)
    }
    const line = {
      kind: 'line',
      name: 'n',
      points: [
        ['Infinity', '-Infinity'],
        [1, 'NaN'],
      ],
    }
    expect(parsed({ ...base, marks: [line] })).toMatchObject({
      marks: [
        {
          points: [
            [Infinity, -Infinity],
            [1, Number.NaN],
          ],
        },
      ],
    })
  })

  it('may be several, alone or as attune plot writes them', () => {
    const [one, two] = [
      { ...base, marks: [] },
      { ...base, title: 'U', marks: [] },
    ]
    expect(parsedAll([one, two])).toEqual([one, two])
    expect(parsedAll({ charts: [{ chart: one, table: { columns: [] } }, { chart: two }] })).toEqual(
      [one, two],
    )
    expect(problemsOf([one, { ...two, title: 3 }])).toEqual([
      '[1].title: expected a text of at most 500 characters, got 3.',
    ])
    expect(problemsOf(Array.from({ length: 51 }, () => one))[0]).toMatch(/at most 50 are drawn/)
  })

  it('tells everything that is wrong at once, and where', () => {
    expect(
      problemsOf({
        ...{ title: 3, x: { scale: 'sqrt' }, colour: 'red' },
        marks: [{ kind: 'pie' }, { kind: 'line', name: 'a', points: [[1], [1, 'x'], 4] }],
      }),
    ).toEqual([
      'colour: there is no such field; the fields are kind, title, subtitle, summary, note, x, y, marks.',
      'title: expected a text of at most 500 characters, got 3.',
      'x.name: it is missing.',
      'x.scale: expected linear, log, categories, got "sqrt".',
      'y: it is missing.',
      'marks[0].kind: expected line, band, points, bars, heat, surface, spans, rule, got "pie".',
      'marks[1].points[0]: expected [x, y], numbers or null, got [1].',
      'marks[1].points[1]: expected [x, y], numbers or null, got [1,"x"].',
      'marks[1].points[2]: expected [x, y], numbers or null, got 4.',
    ])
  })

  it.each([
    ['no object', 1, /expected an object/],
    ['null', null, /expected an object/],
    [
      'categories without labels',
      { ...base, x: { name: 'x', scale: 'categories' }, marks: [] },
      /x\.labels: an axis of categories has labels/,
    ],
    [
      'ends the wrong way round',
      { ...base, x: { name: 'x', min: 2, max: 1 }, marks: [] },
      /min is below max/,
    ],
    [
      'a log axis from 0',
      { ...base, y: { name: 'y', scale: 'log', min: 0 }, marks: [] },
      /y: the ends of a log axis/,
    ],
    [
      'bars on numbers',
      { ...base, marks: [{ kind: 'bars', name: 'n', values: [1] }] },
      /need an axis of categories/,
    ],
    [
      'too few bars',
      { ...base, x: categories, marks: [{ kind: 'bars', name: 'n', values: [1] }] },
      /values: it has 1 entries for 2/,
    ],
    [
      'names for other points',
      { ...base, marks: [{ kind: 'points', name: 'n', points: [[1, 2]], labels }] },
      /labels: it has 2 entries for 1/,
    ],
    [
      'a cell that is not there',
      {
        ...base,
        x: categories,
        y: categories,
        marks: [{ kind: 'heat', name: 'n', value: axis, cells: [[2, 0, 1]] }],
      },
      /no cell 2, 0/,
    ],
    [
      'heat on numbers',
      { ...base, marks: [{ kind: 'heat', name: 'n', value: axis, cells: [] }] },
      /two axes of categories/,
    ],
    [
      'a span in no row',
      { ...base, y: categories, marks: [{ kind: 'spans', name: 'n', spans: [[2, 0, 1]] }] },
      /no row 2/,
    ],
    [
      'a surface of uneven rows',
      { ...everything, marks: [{ kind: 'surface', name: 'n', value: axis, rows: [[1, 2], [1]] }] },
      /rows\[1\]: it has 1 entries for 2/,
    ],
    [
      'a surface without ends',
      { ...base, marks: [{ kind: 'surface', name: 'n', value: axis, rows: [[1]] }] },
      /needs min and max/,
    ],
    [
      'two axes in space',
      { kind: 'space', title: 'T', axes: [axis, axis], marks: [] },
      /it has 3 axes, got 2/,
    ],
    [
      'lines of another length',
      {
        kind: 'parallel',
        title: 'T',
        axes: [axis],
        lines: [{ values: [1, 2] }],
        value: axis,
        good: 'low',
        aside: [],
        asideAxis: 0,
      },
      /lines\[0\]\.values: it has 2 entries for 1/,
    ],
    [
      'more marks than anybody reads',
      {
        ...base,
        marks: Array.from({ length: 1001 }, () => ({ kind: 'rule', name: 'n', at: 'diagonal' })),
      },
      /it has 1001 entries, and at most 1000/,
    ],
  ])('is refused: %s', (_, data, message) => {
    expect(problemsOf(data).join('\n')).toMatch(message)
  })

  it('does not tell of thousands of problems', () => {
    const points = Array.from({ length: 5000 }, () => 'x')
    expect(problemsOf({ ...base, marks: [{ kind: 'line', name: 'n', points }] })).toHaveLength(50)
  })
})
