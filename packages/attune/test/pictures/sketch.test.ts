import type { AnyChart, Chart } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { sketch } from '../../src/pictures/sketch.ts'

const chart: Chart = {
  title: 'loss by trial',
  x: { name: 'trial' },
  y: { name: 'loss', unit: 'nats' },
  marks: [
    {
      ...{ kind: 'points', name: 'complete' },
      points: [
        [0, 4],
        [1, 2],
        [2, 3],
        [3, 0],
        [4, 4],
      ],
    },
    {
      ...{ kind: 'line', name: 'best so far', step: true },
      points: [
        [0, 4],
        [1, 2],
        [2, 2],
        [3, 0],
        [4, 0],
      ],
    },
    { kind: 'points', name: 'best', shape: 'diamond', points: [[3, 0]] },
  ],
}

describe('a sketch of a chart', () => {
  it('shows marks where they belong, axes with names, the best marked', () => {
    const lines = sketch(chart, { columns: 40, rows: 5, ascii: true })
    expect(lines).toEqual([
      'loss by trial',
      'loss (nats)',
      '4 |----------                         .',
      '  |         -        .',
      '  |         ------------------',
      '  |                          -',
      '0 |                          *---------',
      '  +------------------------------------',
      '   0              trial               4',
      '  . complete  - best so far  * best',
    ])
  })

  it('has eight dots a letter where the terminal shows them', () => {
    const lines = sketch(chart, { columns: 40, rows: 5 })
    expect(lines.join('\n')).toMatch(/[\u2801-\u28ff]/)
    expect(lines.join('\n')).toContain('◆')
  })

  it('is never wider than the terminal, whatever the names', () => {
    const name = 'x'.repeat(300)
    const charts: AnyChart[] = [
      { ...chart, title: name, x: { name }, y: { name } },
      {
        ...{ title: name, x: { name: 'share', unit: '%' } },
        y: { name, scale: 'categories', labels: [name, `${name}2`] },
        marks: [{ kind: 'bars', name, values: [30, Number.NaN] }],
      },
      {
        ...{ kind: 'parallel', title: name, aside: [], asideAxis: 1, good: 'low', value: { name } },
        axes: [{ name }, { name: 'b' }],
        lines: [{ name: 'trial 0', values: [0.5, Number.NaN], value: 1 }],
      },
      { ...chart, marks: [], note: `${name} has no trial yet.` },
    ]
    for (const one of charts) {
      for (const columns of [30, 80]) {
        const lines = sketch(one, { columns, ascii: true })
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
      }
    }
  })

  it('takes nothing from names that a terminal would obey', () => {
    const lines = sketch({ ...chart, title: '\u001b[31mred\u0007' }, { columns: 40 })
    expect(lines[0]).toBe('red')
  })

  it('shades surfaces, and says what the shades are', () => {
    const surface: Chart = {
      title: 'loss over a and b',
      x: { name: 'a', min: 0, max: 1 },
      y: { name: 'b', scale: 'categories', labels: ['low', 'high'] },
      marks: [
        {
          ...{ kind: 'surface', name: 'loss', value: { name: 'loss' } },
          rows: [
            [0, 1],
            [1, 2],
          ],
        },
      ],
    }
    const lines = sketch(surface, { columns: 30, ascii: true })
    expect(lines.filter((line) => line.includes('high |'))).toEqual([
      'high |+++++++++++@@@@@@@@@@@@',
    ])
    expect(lines.at(-1)).toBe('  loss: 0 [ .:+#@] 2')
  })

  it('draws bars with their numbers and intervals', () => {
    const bars: Chart = {
      title: 'Importance',
      x: { name: 'share', unit: '%' },
      y: { name: 'parameter', scale: 'categories', labels: ['units', 'lr'] },
      marks: [
        {
          ...{ kind: 'bars', name: 'importance', values: [25, 50] },
          intervals: [
            [20, 30],
            [40, 60],
          ],
        },
      ],
    }
    expect(sketch(bars, { columns: 47, ascii: true })).toEqual([
      'Importance',
      'share (%) by parameter',
      '   lr ################ 50  40..60',
      'units ######## 25  20..30',
    ])
  })
})
