import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bar,
  formatDuration,
  formatNumber,
  formatSeconds,
  formatValues,
  sparkline,
} from '../../src/text/format.ts'

describe('a number', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [17, '17'],
    [-123456789, '-123456789'],
    [0.9631, '0.9631'],
    [0.96313, '0.9631'],
    [0.97, '0.97'],
    [0.1 + 0.2, '0.3'],
    [0.00012, '1.2e-4'],
    [0.0012, '0.0012'],
    [1e-320, '1e-320'],
    [-2.5e-7, '-2.5e-7'],
    [1234.5678, '1235'],
    [99999.7, '100000'],
    [12.3456, '12.35'],
    [1e21, '1e21'],
    [2 ** 60, '1.153e18'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('%d is %s', (x, text) => {
    expect(formatNumber(x)).toBe(text)
  })

  it('that rounding makes whole shows that it was rounded', () => {
    expect(formatNumber(0.99996)).toBe('1.000')
    expect(formatNumber(1.99999)).toBe('2.000')
  })

  it('has as many digits as asked', () => {
    expect(formatNumber(Math.PI, 2)).toBe('3.1')
    expect(formatNumber(Math.PI, 8)).toBe('3.1415927')
  })

  it('is read back within the precision shown, whatever it is', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e308, max: 1e308 }), (x) => {
        const text = formatNumber(x)
        expect(text.length).toBeLessThanOrEqual(17)
        // Below 1e-320 numbers have fewer digits than are shown.
        expect(Math.abs(Number(text) - x)).toBeLessThanOrEqual(Math.abs(x) * 5.01e-4 + 1e-321)
      }),
    )
  })
})

it.each([
  [0, '0 ms'],
  [0.85, '850 ms'],
  [0.9996, '1.0 s'],
  [12.34, '12.3 s'],
  [59.97, '1 min 00 s'],
  [250, '4 min 10 s'],
  [3599.8, '1 h 00 min'],
  [3720, '1 h 02 min'],
  [86_400 * 3 + 3600 * 4, '3 d 04 h'],
  [Number.NaN, '–'],
  [-1, '–'],
  [Number.POSITIVE_INFINITY, '–'],
])('a span of %d seconds is %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

it('a clock that ticks shows whole seconds that have passed', () => {
  const whole = [0.9, 12.9, 59.9, 61].map((s) => formatDuration(s, { whole: true }))
  expect(whole).toEqual(['0 s', '12 s', '59 s', '1 min 01 s'])
})

it('seconds can be sorted as text of numbers', () => {
  expect([0.0523, 3.21, 4211].map(formatSeconds)).toEqual(['0.052', '3.2', '4211.0'])
})

it('values stand on one line, and what would fall apart is quoted', () => {
  const values = { lr: 0.012345, act: 'relu', bias: true, none: null, text: 'a "b" c', empty: '' }
  expect(formatValues(values)).toBe(
    'lr=0.01235 act=relu bias=true none=null text="a \\"b\\" c" empty=""',
  )
  expect(formatValues({ evil: '\x1b[2Jx\ny' })).toBe('evil="x y"')
})

describe('a sparkline', () => {
  it('goes from the lowest block to the highest', () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8])).toBe('▁▂▃▄▅▆▇█')
  })
  it('is low for equal values, empty for none, and shows gaps and infinities', () => {
    expect(sparkline([3, 3])).toBe('▁▁')
    expect(sparkline([])).toBe('')
    expect(sparkline([Number.NaN, 1, 2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe(
      ' ▁██▁',
    )
    expect(sparkline([Number.NaN])).toBe(' ')
  })
})

it('a bar is as wide as asked whatever the share', () => {
  for (const share of [-1, 0, 0.3, 1, 2, Number.NaN]) {
    const { filled, rest } = bar(share, 10)
    expect(filled.length + rest.length).toBe(10)
  }
  expect(bar(0.3, 10).filled).toBe('━━━')
})
