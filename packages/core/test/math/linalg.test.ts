import { describe, expect, it } from 'vitest'
import type { Factor } from '../../src/math/linalg.ts'
import { createFactor, dot, inverseOf, packedLength } from '../../src/math/linalg.ts'
import { normalDraw } from '../../src/math/normal.ts'
import { createRng } from '../../src/math/rng.ts'

/** A random covariance matrix, Σ v vᵀ + noise. */
function covariance(n: number, seed: number): number[][] {
  const rng = createRng('linalg', seed)
  const v = Array.from({ length: n + 2 }, () => Array.from({ length: n }, () => normalDraw(rng)))
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) =>
      v.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 0.1 : 0),
    ),
  )
}

function factorOf(k: readonly number[][], from: Factor = createFactor(1)): Factor {
  for (let i = from.size; i < k.length; i++) from.append(Float64Array.from(k[i]!), k[i]![i]!)
  return from
}

const entry = (packed: Float64Array, i: number, j: number): number =>
  packed[packedLength(Math.max(i, j)) + Math.min(i, j)]!

describe('createFactor', () => {
  it.each([1, 2, 5, 37])('gives L Lᵀ = K and L⁻¹ L = 1 for %d rows', (n) => {
    const k = covariance(n, n)
    const { lower, inverse } = factorOf(k)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0
        for (let m = 0; m <= j; m++) product += entry(lower, i, m) * entry(lower, j, m)
        expect(product).toBeCloseTo(k[i]![j]!, 9)
        let one = 0
        for (let m = j; m <= i; m++) one += entry(inverse, i, m) * entry(lower, m, j)
        expect(one).toBeCloseTo(i === j ? 1 : 0, 9)
      }
    }
  })

  it('solves K x = y by whitening and unwhitening', () => {
    const k = covariance(23, 1)
    const factor = factorOf(k)
    const y = Float64Array.from({ length: 23 }, (_, i) => Math.sin(i))
    const white = new Float64Array(23)
    const x = new Float64Array(23)
    factor.whiten(y, white)
    factor.unwhiten(white, x)
    k.forEach((row, i) => {
      const product = row.reduce((sum, c, j) => sum + c * x[j]!, 0)
      expect(product).toBeCloseTo(y[i]!, 8)
    })
  })

  it('knows the inverse and the determinant', () => {
    const k = covariance(3, 5)
    const [[a, b, c], [, e, f], [, , i]] = k as [number[], number[], number[]] as never as [
      [number, number, number],
      [number, number, number],
      [number, number, number],
    ]
    const factor = factorOf(k)
    const determinant = a * (e * i - f * f) - b * (b * i - f * c) + c * (b * f - e * c)
    expect(factor.logDeterminant()).toBeCloseTo(Math.log(determinant), 10)
    const inverse = new Float64Array(packedLength(3))
    inverseOf(factor, inverse)
    for (let p = 0; p < 3; p++) {
      for (let q = 0; q < 3; q++) {
        const product = k[p]!.reduce((sum, x, m) => sum + x * entry(inverse, m, q), 0)
        expect(product).toBeCloseTo(p === q ? 1 : 0, 9)
      }
    }
  })

  it('is the same, bit for bit, grown at once or cut back and grown again', () => {
    const k = covariance(40, 2)
    const whole = factorOf(k, createFactor(40))
    const grown = factorOf(covariance(40, 3))
    grown.truncate(0)
    factorOf(k.slice(0, 25), grown)
    grown.truncate(11)
    factorOf(k, grown)
    const length = packedLength(40)
    expect(grown.lower.slice(0, length)).toEqual(whole.lower.slice(0, length))
    expect(grown.inverse.slice(0, length)).toEqual(whole.inverse.slice(0, length))
  })

  it('stays finite when rows repeat', () => {
    const k = Array.from({ length: 6 }, () => new Array<number>(6).fill(2))
    const factor = factorOf(k)
    expect([...factor.inverse.slice(0, packedLength(6))].every(Number.isFinite)).toBe(true)
  })
})

describe('dot', () => {
  it('adds all products, whatever their number', () => {
    const a = Float64Array.from({ length: 12 }, (_, i) => i)
    for (let n = 0; n <= 9; n++) {
      let sum = 0
      for (let i = 0; i < n; i++) sum += (i + 2) * (i + 3)
      expect(dot(a, 2, a, 3, n)).toBe(sum)
    }
  })
})
