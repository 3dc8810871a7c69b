import { describe, expect, it } from 'vitest'
import { logExpectedImprovement, logH, logHSlope } from '../../../src/samplers/model/improvement.ts'

describe('logH', () => {
  // Computed with 60 digits.
  const known = [
    [5, 1.6094379231264313, 0.19999994053122006],
    [1, 0.08002621884930694, 0.7766387252017398],
    [0, -0.9189385332046727, 1.2533141373155003],
    [-0.5, -1.62051626438732, 1.55987314834808],
    [-1, -2.4851210257126413, 1.90427123369223],
    [-1.5, -3.52993592080571, 2.2795806941564463],
    [-5, -16.74430116266099, 5.361816241288129],
    [-20, -206.91783850942508, 20.09926281110128],
    [-59, -1749.574874377438, 59.033869149384564],
    [-61, -1869.6414917394197, 61.0327605009119],
    [-100, -5010.12957880025, 100.01999400419587],
    [-1000, -500014.7345020912, 1000.001999994],
  ] as const

  it.each(known.slice(0, -1))('knows its value and slope at %d', (z, value, slope) => {
    expect(Math.abs(logH(z) / value - 1)).toBeLessThan(1e-12)
    expect(Math.abs(logHSlope(z) / slope - 1)).toBeLessThan(3e-9)
  })

  it('falls without end and without a jump', () => {
    let last = logH(8)
    for (let z = 8; z > -70; z -= 0.01) {
      const value = logH(z)
      expect(value).toBeLessThanOrEqual(last)
      last = value
    }
    expect(logH(-1e9)).toBeCloseTo(-5e17, -3)
    expect(logHSlope(-1e9)).toBeCloseTo(1e9, 3)
  })
})

describe('logExpectedImprovement', () => {
  it('is the mean of what lies below the best', () => {
    const [mean, deviation, best] = [0.3, 0.7, -0.4]
    let sum = 0
    const step = 1e-3
    for (let z = -9; z < 9; z += step) {
      const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)
      sum += Math.max(0, best - mean - deviation * z) * density * step
    }
    expect(logExpectedImprovement(mean, deviation, best)).toBeCloseTo(Math.log(sum), 5)
  })
})
