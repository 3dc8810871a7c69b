import { describe, expect, it } from 'vitest'
import { minimizeLbfgs } from '../../src/math/lbfgs.ts'

const rosenbrock = (x: Float64Array, gradient: Float64Array): number => {
  gradient.fill(0)
  let sum = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1]! - x[i]! ** 2
    const b = 1 - x[i]!
    sum += 100 * a * a + b * b
    gradient[i]! += -400 * a * x[i]! - 2 * b
    gradient[i + 1]! += 200 * a
  }
  return sum
}

/** Σ i (x_i - c_i)² */
const bowl =
  (centre: readonly number[]) =>
  (x: Float64Array, gradient: Float64Array): number =>
    centre.reduce((sum, c, i) => {
      gradient[i] = 2 * (i + 1) * (x[i]! - c)
      return sum + (i + 1) * (x[i]! - c) ** 2
    }, 0)

describe('minimizeLbfgs', () => {
  it('finds the minimum of a valley', () => {
    const start = Float64Array.of(-1.2, 1, -0.5, 2)
    const { x, value, evaluations } = minimizeLbfgs(rosenbrock, start, {
      iterations: 500,
      valueTolerance: 0,
    })
    expect(value).toBeLessThan(1e-10)
    for (const one of x) expect(one).toBeCloseTo(1, 4)
    expect(evaluations).toBeLessThan(300)
    expect(start).toEqual(Float64Array.of(-1.2, 1, -0.5, 2))
  })

  it('stops at bounds, those it starts at and those it meets', () => {
    const { x } = minimizeLbfgs(bowl([2, -3, 0.25]), Float64Array.of(1, 0.5, 9), {
      lower: new Float64Array(3),
      upper: new Float64Array(3).fill(1),
    })
    expect(x[0]).toBe(1)
    expect(x[1]).toBe(0)
    expect(x[2]).toBeCloseTo(0.25, 5)
  })

  it('leaves a bound it started at when the minimum lies inside', () => {
    const { x } = minimizeLbfgs(bowl([0.5, 0.5]), new Float64Array(2), {
      lower: new Float64Array(2),
      upper: new Float64Array(2).fill(1),
    })
    expect(x[0]).toBeCloseTo(0.5, 5)
    expect(x[1]).toBeCloseTo(0.5, 5)
  })

  it('shortens steps into regions where the function is not a number', () => {
    const f = (x: Float64Array, gradient: Float64Array): number => {
      gradient[0] = 1 - 1 / x[0]!
      return x[0]! > 0 ? x[0]! - Math.log(x[0]!) : Number.NaN
    }
    expect(minimizeLbfgs(f, Float64Array.of(30)).x[0]).toBeCloseTo(1, 4)
  })

  it('copes with no coordinates and with a flat function', () => {
    expect(minimizeLbfgs(() => 3, new Float64Array(0)).value).toBe(3)
    const flat = minimizeLbfgs((_, g) => (g.fill(0), 1), Float64Array.of(4, 5))
    expect([...flat.x]).toEqual([4, 5])
  })
})
