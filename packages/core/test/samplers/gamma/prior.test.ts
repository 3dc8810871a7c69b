import { describe, expect, it } from 'vitest'
import { gammaDensity } from '../../../src/math/gamma.ts'
import { createRng } from '../../../src/math/rng.ts'
import { gammaPrior } from '../../../src/samplers/gamma/prior.ts'
import { fitHyper, negativeLogPosterior } from '../../../src/samplers/gp/fit.ts'

const geometry = { features: 2, ordered: 2, neutral: new Float64Array([1, 1]) }
const rng = createRng('prior')
const rows = Array.from({ length: 9 }, () => Float64Array.of(rng.next(), rng.next()))
const targets = Float64Array.from(rows, ([x, y]) => Math.sin(5 * x!) + y!)

describe('gammaPrior', () => {
  it('is the density of Gamma(2, 1) for lengths and Gamma(1.1, 1/30) for the noise', () => {
    const f = negativeLogPosterior([], new Float64Array(0), geometry, gammaPrior(geometry))
    const at = (length: number, noise: number): number =>
      f(Float64Array.of(Math.log(length), 0, 0, Math.log(noise)), new Float64Array(4))
    const density = (length: number, noise: number): number =>
      -Math.log(gammaDensity(length, 2, 1)) - Math.log(gammaDensity(noise, 1.1, 1 / 30))
    expect(at(0.3, 0.01) - at(2, 0.2)).toBeCloseTo(density(0.3, 0.01) - density(2, 0.2), 12)
  })

  it('has the slopes of its value', () => {
    const f = negativeLogPosterior(rows, targets, geometry, gammaPrior(geometry))
    const theta = Float64Array.of(-0.4, 0.3, 0.1, -3)
    const gradient = new Float64Array(4)
    f(theta, gradient)
    theta.forEach((_, i) => {
      const moved = (h: number): number => {
        const at = theta.slice()
        at[i]! += h
        return f(at, new Float64Array(4))
      }
      expect((moved(1e-5) - moved(-1e-5)) / 2e-5).toBeCloseTo(gradient[i]!, 5)
    })
  })

  it('leaves lengths at their likeliest, 1, where the data say nothing', () => {
    const one = [rows.slice(0, 1), targets.slice(0, 1)] as const
    const fitted = fitHyper(...one, geometry, createRng(1), undefined, gammaPrior(geometry))
    const logs = Array.from(fitted.lengths, Math.abs)
    expect(Math.max(...logs)).toBeLessThan(0.01)
    const plain = fitHyper(...one, geometry, createRng(1))
    expect(Math.min(...plain.lengths.map(Math.abs))).toBeGreaterThan(1)
  })
})
