import { describe, expect, it } from 'vitest'
import { matern52, matern52Slope } from '../../src/math/kernels.ts'

describe('matern52', () => {
  // Computed with 50 digits.
  const known = [
    [0, 1, -0.8333333333333333],
    [0.01, 0.9917592361711776, -0.8153600650221337],
    [1, 0.5239941088318203, -0.2882201939426479],
    [4, 0.13866021913850426, -0.05208967709615944],
    [100, 3.6956962220528726e-8, -3.786032975677962e-9],
  ] as const

  it.each(known)('knows its value and slope at %d', (squared, value, slope) => {
    expect(Math.abs(matern52(squared) / value - 1)).toBeLessThan(1e-14)
    expect(Math.abs(matern52Slope(squared) / slope - 1)).toBeLessThan(1e-14)
  })

  it('has the slope of its differences', () => {
    for (const squared of [0.003, 0.2, 1.7, 9]) {
      const h = 1e-5 * squared
      const difference = (matern52(squared + h) - matern52(squared - h)) / (2 * h)
      expect(Math.abs(difference / matern52Slope(squared) - 1)).toBeLessThan(1e-8)
    }
  })
})
