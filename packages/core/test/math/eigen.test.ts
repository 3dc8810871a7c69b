import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { symmetricEigen } from '../../src/math/eigen.ts'

const symmetric = (rows: readonly (readonly number[])[]): Float64Array =>
  Float64Array.from(rows.flat())

const matrices: fc.Arbitrary<{ n: number; a: Float64Array }> = fc
  .integer({ min: 1, max: 9 })
  .chain((n) =>
    fc
      .array(fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constant(0)), {
        minLength: n * n,
        maxLength: n * n,
      })
      .chain((entries) => fc.integer({ min: -100, max: 100 }).map((e) => ({ n, entries, e })))
      .map(({ n: size, entries, e }) => {
        const a = new Float64Array(size * size)
        for (let i = 0; i < size; i++) {
          for (let j = 0; j <= i; j++) {
            const entry = (entries[i * size + j] as number) * 10 ** e
            // Numbers near the smallest there are have too few digits to be compared.
            a[i * size + j] = Math.abs(entry) < 1e-280 ? 0 : entry
            a[j * size + i] = a[i * size + j] as number
          }
        }
        return { n: size, a }
      }),
  )

const at = (a: Float64Array, i: number): number => a[i] as number

describe('symmetricEigen', () => {
  it('finds the known eigenvalues of a second difference matrix', () => {
    const n = 12
    const a = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      a[i * n + i] = 2
      if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1
    }
    const { values } = symmetricEigen(a, n)
    for (let k = 0; k < n; k++) {
      expect(values[k]).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13)
    }
  })

  it('finds the known eigenvectors of a matrix of two', () => {
    const { values, vectors } = symmetricEigen(
      symmetric([
        [2, 1],
        [1, 2],
      ]),
      2,
    )
    expect([...values]).toEqual([expect.closeTo(1, 15), expect.closeTo(3, 15)])
    expect(Math.abs(at(vectors, 0) + at(vectors, 1))).toBeLessThan(1e-15)
    expect(Math.abs(at(vectors, 2) - at(vectors, 3))).toBeLessThan(1e-15)
  })

  it('rebuilds every matrix from orthonormal eigenvectors and ascending eigenvalues', () => {
    fc.assert(
      fc.property(matrices, ({ n, a }) => {
        const { values, vectors } = symmetricEigen(a, n)
        const top = Math.max(...a.map(Math.abs), Number.MIN_VALUE)
        for (let i = 0; i < n; i++) {
          if (i > 0) expect(at(values, i)).toBeGreaterThanOrEqual(at(values, i - 1))
          for (let j = 0; j < n; j++) {
            let product = 0
            let dot = 0
            for (let k = 0; k < n; k++) {
              product += at(values, k) * at(vectors, k * n + i) * at(vectors, k * n + j)
              dot += at(vectors, i * n + k) * at(vectors, j * n + k)
            }
            expect(Math.abs(product - at(a, i * n + j)) / top).toBeLessThan(1e-13)
            expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(1e-13)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('copes with a matrix of many equal eigenvalues and with none', () => {
    const n = 30
    const ones = new Float64Array(n * n).fill(1)
    const { values } = symmetricEigen(ones, n)
    expect(values[n - 1]).toBeCloseTo(n, 12)
    expect(Math.max(...values.subarray(0, n - 1).map(Math.abs))).toBeLessThan(1e-13)
    expect(symmetricEigen(new Float64Array(0), 0).values).toHaveLength(0)
    expect([...symmetricEigen(new Float64Array(4), 2).values]).toEqual([0, 0])
  })

  it('leaves the matrix as it is', () => {
    const a = symmetric([
      [4, 1, 2],
      [1, 3, 0],
      [2, 0, 1],
    ])
    const before = a.slice()
    symmetricEigen(a, 3)
    expect(a).toEqual(before)
  })

  it('refuses entries that are not finite', () => {
    expect(() => symmetricEigen(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow(
      'Entries must be finite, but entry 1 is NaN.',
    )
  })
})
