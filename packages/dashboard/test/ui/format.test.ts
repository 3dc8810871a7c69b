import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countOf,
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatShare,
  formatTimeWithZone,
} from '../../src/ui/format.ts'

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.123456, '0.1235'],
    [0.5, '0.5'],
    [0.99996, '1.000'],
    [123456.7, '123457'],
    [12.3456, '12.35'],
    [-0.25, '−0.25'],
    [0.000012345, '1.234e−5'],
    [-1.5e-9, '−1.5e−9'],
    [3e20, '3e20'],
    [12345678, '12345678'],
    [Number.NaN, 'NaN'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
  ])('%d is %s', (x, text) => {
    expect(formatNumber(x)).toBe(text)
  })

  it('reads back as the number to within its digits', () => {
    const numbers = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 })
    fc.assert(
      fc.property(numbers, fc.integer({ min: 2, max: 12 }), (x, digits) => {
        const back = Number(formatNumber(x, digits).replaceAll('−', '-'))
        expect(Math.abs(back - x)).toBeLessThanOrEqual(Math.abs(x) * 0.51 * 10 ** (1 - digits))
      }),
    )
  })
})

describe('amounts and times', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
  ])('counts %d as %s', (n, text) => {
    expect(formatCount(n)).toBe(text)
  })

  it('counts things', () => {
    expect(countOf(1, 'trial')).toBe('1 trial')
    expect(countOf(0, 'study', 'studies')).toBe('0 studies')
  })

  it.each([
    [0, '0\u202F%'],
    [0.001, '<\u202F1\u202F%'],
    [0.5, '50\u202F%'],
    [0.999, '>\u202F99\u202F%'],
    [1, '100\u202F%'],
  ])('a share of %d is %s', (share, text) => {
    expect(formatShare(share)).toBe(text)
  })

  it.each([
    [0.0123, '12 ms'],
    [0.9999, '1.0 s'],
    [12.34, '12.3 s'],
    [59.97, '1 m 00 s'],
    [92, '1 m 32 s'],
    [3599.6, '1 h 00 m'],
    [3725, '1 h 02 m'],
    [90_061, '1 d 01 h'],
    [Number.NaN, '–'],
    [-1, '–'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it.each([
    [3, 'just now'],
    [42, '42 s ago'],
    [119, '1 min ago'],
    [7200, '2 h ago'],
    [86_400, '1 day ago'],
    [5 * 86_400, '5 days ago'],
  ])('%d seconds ago is %s', (seconds, text) => {
    const now = Date.UTC(2026, 10, 21, 12)
    expect(formatAgo(now - seconds * 1000, now)).toBe(text)
  })

  it('names the day of what is long ago, and the zone of a time', () => {
    const at = new Date(2026, 0, 5, 7, 8, 9).getTime()
    expect(formatAgo(at, at + 30 * 86_400_000)).toBe('5 Jan 2026')
    expect(formatTimeWithZone(at)).toMatch(/^5 Jan 2026, 07:08:09 \(UTC[+−]\d\d:\d\d\)$/)
  })

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [999_960, '1.0 MB'],
    [3.2e9, '3.2 GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
})
