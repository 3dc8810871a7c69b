import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { formatAt, powerOfTen } from '../../src/plot/format-value.ts'
import { everyNth, ticksOf } from '../../src/plot/ticks.ts'

const texts = (...args: Parameters<typeof ticksOf>): string[] =>
  ticksOf(...args)
    .map(({ text }) => text)
    .filter((text) => text !== '')

describe('ticks', () => {
  test('of an even axis are round and have the same decimals', () => {
    expect(texts({}, { low: 0.07, high: 0.26 }, 4)).toEqual(['0.10', '0.15', '0.20', '0.25'])
    expect(texts({}, { low: -3, high: 3 }, 6)).toEqual(['−3', '−2', '−1', '0', '1', '2', '3'])
    expect(texts({}, { low: 0, high: 100_000 }, 2)).toEqual(['0', '50k', '100k'])
    expect(texts({}, { low: 0, high: 3e-5 }, 3)).toEqual(['0', '10⁻⁵', '2·10⁻⁵', '3·10⁻⁵'])
  })

  test('are whole where only whole numbers stand', () => {
    expect(texts({}, { low: 1, high: 3 }, 10, { whole: true })).toEqual(['1', '2', '3'])
  })

  test('of a log axis are powers, with minor ones between them', () => {
    const ticks = ticksOf({ scale: 'log' }, { low: 1e-2, high: 1 }, 6)
    expect(ticks.filter(({ text }) => text !== '').map(({ text }) => text)).toEqual([
      '0.01',
      '0.03',
      '0.1',
      '0.3',
      '1',
    ])
    expect(ticks.map(({ at }) => at)).toContain(0.02)
    expect(texts({ scale: 'log' }, { low: 1e-12, high: 1 }, 4)).toEqual([
      '10⁻¹²',
      '10⁻⁸',
      '10⁻⁴',
      '1',
    ])
    expect(texts({ scale: 'log' }, { low: 16, high: 256 }, 6, { base: 2 })).toEqual([
      '16',
      '32',
      '64',
      '128',
      '256',
    ])
  })

  test('of a small part of a log axis are even steps', () => {
    expect(texts({ scale: 'log' }, { low: 0.2, high: 0.3 }, 5).length).toBeGreaterThan(3)
  })

  test('of categories are those that are seen', () => {
    const labels = ['a', 'b', 'c', 'd']
    expect(texts({ scale: 'categories', labels }, { low: 0.5, high: 2.5 }, 1)).toEqual(['b', 'c'])
  })

  test('lie within, ascend and are not too many, whatever the numbers', () => {
    const ends = fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }))
    fc.assert(
      fc.property(ends, fc.boolean(), fc.integer({ min: 1, max: 20 }), ([a, b], isLog, wanted) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        if (isLog && !(low > 0)) return
        const ticks = ticksOf({ scale: isLog ? 'log' : 'linear' }, { low, high }, wanted)
        const slack = 1e-6 * Math.max(Math.abs(low), Math.abs(high), high - low)
        expect(ticks.every(({ at }) => at >= low - slack && at <= high + slack)).toBe(true)
        expect(ticks.every(({ at }, i) => i === 0 || at > ticks[i - 1]!.at)).toBe(true)
        expect(ticks.filter(({ text }) => text !== '').length).toBeLessThanOrEqual(3 * wanted + 3)
      }),
    )
  })

  test('are thinned so that none covers another', () => {
    expect(everyNth(20, 15)).toBe(1)
    expect(everyNth(4, 15)).toBe(4)
  })
})

test('places on an axis have their unit, categories their name', () => {
  expect(formatAt({ name: 'loss', unit: 'nats' }, 0.123456789)).toBe('0.12346 nats')
  expect(formatAt({ name: 'loss', unit: 'nats' }, Number.NaN)).toBe('NaN')
  expect(formatAt({ name: 'act', scale: 'categories', labels: ['relu', 'tanh'] }, 1)).toBe('tanh')
  expect(powerOfTen(-12)).toBe('10⁻¹²')
})

describe('ticks of times', () => {
  const at = (...parts: [number, number, number, number?, number?, number?]): number =>
    new Date(...(parts as unknown as [number, number])).getTime()
  const told = (low: number, high: number, wanted: number): string[] =>
    texts({ time: true }, { low, high }, wanted)

  test('tell the clock of whoever looks, and the date once a day', () => {
    expect(told(at(2026, 10, 22, 13, 50), at(2026, 10, 22, 15, 10), 4)).toEqual([
      '22 Nov 14:00',
      '14:30',
      '15:00',
    ])
    expect(told(at(2026, 10, 22, 20), at(2026, 10, 23, 7), 4)).toEqual([
      '22 Nov 21:00',
      '23 Nov 00:00',
      '03:00',
      '06:00',
    ])
    expect(told(at(2026, 10, 22, 9, 0, 1), at(2026, 10, 22, 9, 0, 4), 3)).toEqual([
      '22 Nov 09:00:01',
      '09:00:02',
      '09:00:03',
      '09:00:04',
    ])
  })

  test('tell days, months and years where much is seen', () => {
    expect(told(at(2026, 10, 29, 5), at(2026, 11, 2, 5), 4)).toEqual(['30 Nov', '1 Dec', '2 Dec'])
    expect(told(at(2026, 10, 20), at(2027, 1, 2), 3)).toEqual(['Dec 2026', 'Jan 2027', 'Feb 2027'])
    expect(told(at(2019, 5, 1), at(2027, 1, 1), 4)).toEqual(['2020', '2022', '2024', '2026'])
  })

  test('lie within the axis and come to an end, whatever it shows', () => {
    const time = fc.integer({ min: -4e12, max: 4e12 })
    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 4e12 }), (low, spread) => {
        const high = low + spread
        const ticks = ticksOf({ time: true }, { low, high }, 8)
        expect(ticks.length).toBeLessThan(40)
        for (const tick of ticks) expect(tick.at >= low && tick.at <= high).toBe(true)
      }),
      { numRuns: 60 },
    )
    expect(ticksOf({ time: true }, { low: -1e300, high: 1e300 }, 8)).toEqual([])
  })

  test('a time in a tooltip has its date', () => {
    expect(formatAt({ name: 'started', time: true }, at(2026, 10, 22, 9, 5, 7))).toBe(
      '22 Nov 2026, 09:05:07',
    )
  })
})
