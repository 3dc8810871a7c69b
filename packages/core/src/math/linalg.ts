/**
 * Dense linear algebra for covariance matrices: a Cholesky factor and its inverse that grow row by
 * row. A factor made by appending to an earlier one equals, bit for bit, the one made from nothing.
 *
 * Lower triangles are packed by rows: entry (i, j), j <= i, is at i (i + 1) / 2 + j.
 */

import { log } from './elementary.ts'

/** K = L Lᵀ with L and L⁻¹ at hand. */
export interface Factor {
  readonly size: number
  /** L and its inverse, packed. Replaced when the factor outgrows them. */
  readonly lower: Float64Array
  readonly inverse: Float64Array
  /**
   * Adds a row and column.
   * @param row the covariances with the rows so far
   * @param variance the entry on the diagonal; where rounding leaves no more than 1e-14 of it
   *   unexplained, that much is assumed
   */
  append(row: Float64Array, variance: number): void
  /** Forgets all but the first rows. */
  truncate(size: number): void
  /** out = L⁻¹ y */
  whiten(y: Float64Array, out: Float64Array): void
  /** out = L⁻ᵀ w; after `whiten`, K⁻¹ y. */
  unwhiten(w: Float64Array, out: Float64Array): void
  /** log det K */
  logDeterminant(): number
}

const smallestPivot = 1e-14

/** A factor of no rows, with room for `capacity` of them before it has to grow. */
export function createFactor(capacity = 64): Factor {
  let size = 0
  let room = packedLength(capacity)
  let lower = new Float64Array(room)
  let inverse = new Float64Array(room)

  const reserve = (length: number): void => {
    if (length <= room) return
    room = Math.max(length, 2 * room)
    const old = [lower, inverse] as const
    lower = new Float64Array(room)
    inverse = new Float64Array(room)
    lower.set(old[0])
    inverse.set(old[1])
  }

  return {
    get size() {
      return size
    },
    get lower() {
      return lower
    },
    get inverse() {
      return inverse
    },
    append(row, variance) {
      const n = size
      const at = packedLength(n)
      reserve(at + n + 1)
      let rest = variance
      let start = 0
      for (let j = 0; j < n; j++) {
        const x = (row[j]! - dot(lower, at, lower, start, j)) / lower[start + j]!
        lower[at + j] = x
        rest -= x * x
        start += j + 1
      }
      const floor = smallestPivot * variance
      const pivot = Math.sqrt(rest > floor ? rest : floor)
      lower[at + n] = pivot
      inverse.fill(0, at, at + n)
      start = 0
      for (let m = 0; m < n; m++) {
        addScaled(inverse, at, inverse, start, m + 1, -lower[at + m]! / pivot)
        start += m + 1
      }
      inverse[at + n] = 1 / pivot
      size = n + 1
    },
    truncate(to) {
      size = Math.min(size, to)
    },
    whiten(y, out) {
      let start = 0
      for (let i = 0; i < size; i++) {
        out[i] = dot(inverse, start, y, 0, i + 1)
        start += i + 1
      }
    },
    unwhiten(w, out) {
      out.fill(0, 0, size)
      let start = 0
      for (let i = 0; i < size; i++) {
        addScaled(out, 0, inverse, start, i + 1, w[i]!)
        start += i + 1
      }
    },
    logDeterminant() {
      let sum = 0
      for (let i = 0, at = 0; i < size; i++, at += i + 1) sum += log(lower[at]!)
      return 2 * sum
    },
  }
}

/** Entries of a packed triangle of n rows. */
export function packedLength(n: number): number {
  return (n * (n + 1)) / 2
}

/** The packed lower triangle of K⁻¹ = L⁻ᵀ L⁻¹. */
export function inverseOf(factor: Factor, out: Float64Array): void {
  const { size, inverse } = factor
  out.fill(0, 0, packedLength(size))
  for (let m = 0, start = 0; m < size; m++, start += m) {
    for (let i = 0, at = 0; i <= m; i++, at += i) {
      addScaled(out, at, inverse, start, i + 1, inverse[start + i]!)
    }
  }
}

/** Σ a[i + k] b[j + k], k < n, in four interleaved sums. */
export function dot(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let k = 0
  for (; k + 3 < n; k += 4) {
    s0 += a[i + k]! * b[j + k]!
    s1 += a[i + k + 1]! * b[j + k + 1]!
    s2 += a[i + k + 2]! * b[j + k + 2]!
    s3 += a[i + k + 3]! * b[j + k + 3]!
  }
  for (; k < n; k++) s0 += a[i + k]! * b[j + k]!
  return s0 + s1 + (s2 + s3)
}

/** a[i + k] += scale b[j + k], k < n. */
export function addScaled(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  n: number,
  scale: number,
): void {
  let k = 0
  for (; k + 3 < n; k += 4) {
    a[i + k]! += scale * b[j + k]!
    a[i + k + 1]! += scale * b[j + k + 1]!
    a[i + k + 2]! += scale * b[j + k + 2]!
    a[i + k + 3]! += scale * b[j + k + 3]!
  }
  for (; k < n; k++) a[i + k]! += scale * b[j + k]!
}
