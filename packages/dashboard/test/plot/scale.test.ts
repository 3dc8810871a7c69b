import { describe, expect, test } from 'vitest'

import { createScale, domainOf, panDomain, zoomDomain } from '../../src/plot/scale.ts'

describe('a scale', () => {
  test('maps ends to pixels and back, on even and log axes, also turned', () => {
    const even = createScale('linear', { low: 2, high: 6 }, 300, 100)
    expect([even.at(2), even.at(4), even.at(6)]).toEqual([300, 200, 100])
    expect(even.valueAt(250)).toBeCloseTo(3, 12)
    const log = createScale('log', { low: 1e-4, high: 1 }, 0, 400)
    expect(log.at(1e-3)).toBeCloseTo(100, 9)
    expect(log.valueAt(300)).toBeCloseTo(0.1, 12)
    expect(log.at(0)).toBeNaN()
    expect(log.at(-1)).toBeNaN()
  })

  test('stands in the middle when both ends are one', () => {
    expect(createScale('linear', { low: 3, high: 3 }, 0, 100).at(3)).toBe(50)
  })
})

describe('what an axis shows at first', () => {
  const range = { min: 1, max: 3, whole: false }

  test('is all data with some room, but no more where the axis names its end', () => {
    expect(domainOf({ name: 'x' }, range)).toEqual({ low: 0.92, high: 3.08 })
    expect(domainOf({ name: 'x', max: 3 }, range)).toEqual({ low: 0.92, high: 3 })
  })

  test('begins at 0 for lengths', () => {
    expect(domainOf({ name: 'x' }, range, { isLength: true }).low).toBe(0)
    expect(
      domainOf({ name: 'x' }, { min: -2, max: 1, whole: false }, { isLength: true }).low,
    ).toBeCloseTo(-2.12)
  })

  test('is around a value that is alone', () => {
    const one = domainOf({ name: 'x' }, { min: 5, max: 5, whole: true })
    expect(one).toEqual({ low: 4.5, high: 5.5 })
    expect(domainOf({ name: 'x' }, { min: 0, max: 0, whole: true })).toEqual({ low: -1, high: 1 })
    const log = domainOf(
      { name: 'x', scale: 'log' },
      { min: 0.1, max: 0.1, whole: false, base: 10 },
    )
    expect(log.low).toBeLessThan(0.1)
    expect(log.low).toBeGreaterThan(0)
  })
})

describe('zoom', () => {
  const whole = { low: 0, high: 100 }

  test('keeps the place it is made around, on both kinds of axes', () => {
    expect(zoomDomain('linear', whole, 0.25, 0.5, whole)).toEqual({ low: 12.5, high: 62.5 })
    const log = zoomDomain('log', { low: 1, high: 1e4 }, 0.5, 0.5, { low: 1, high: 1e4 })
    expect(log.low).toBeCloseTo(10, 9)
    expect(log.high).toBeCloseTo(1000, 6)
  })

  test('ends before numbers run out and before the data are a speck', () => {
    const near = zoomDomain('linear', whole, 0.5, 1e-30, whole)
    expect(near.high - near.low).toBeCloseTo(1e-7, 9)
    const far = zoomDomain('linear', whole, 0.5, 1e30, whole)
    expect(far.high - far.low).toBeCloseTo(2000, 6)
  })

  test('moves by a share of what is seen', () => {
    expect(panDomain('linear', { low: 10, high: 20 }, 0.5)).toEqual({ low: 15, high: 25 })
    expect(panDomain('log', { low: 1, high: 100 }, 0.5).low).toBeCloseTo(10, 9)
  })
})
