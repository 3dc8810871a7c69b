import { describe, expect, it } from 'vitest'
import { fitPowerWarp } from '../../../src/samplers/model/power-warp.ts'

describe('fitPowerWarp', () => {
  it('standardises', () => {
    const losses = [3, 1, 4, 1, 5, 9, 2, 6]
    for (const shift of [0, -4]) {
      const shifted = losses.map((x) => x + shift)
      const targets = shifted.map(fitPowerWarp(shifted).apply)
      expect(targets.reduce((a, b) => a + b) / 8).toBeCloseTo(0, 12)
      expect(targets.reduce((a, b) => a + b * b, 0) / 8).toBeCloseTo(1, 12)
    }
  })

  it('takes the logarithm of times that span decades', () => {
    const { apply } = fitPowerWarp([1, 10, 100, 1000, 10_000])
    expect(apply(10) - apply(1)).toBeCloseTo(apply(10_000) - apply(1000), 10)
  })

  it('leaves even losses in proportion, at the bad end too', () => {
    const even = Array.from({ length: 21 }, (_, i) => 100 + i)
    const { apply } = fitPowerWarp(even)
    expect((apply(120) - apply(119)) / (apply(101) - apply(100))).toBeGreaterThan(0.8)
    const around = fitPowerWarp(even.map((x) => x - 110)).apply
    expect(around(10) - around(9)).toBeCloseTo(around(-9) - around(-10), 10)
  })
})
