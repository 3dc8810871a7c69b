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
