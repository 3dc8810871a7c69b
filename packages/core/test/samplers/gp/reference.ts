import type { Geometry, Hyper } from '../../../src/samplers/gp/surrogate.ts'

/** A Gaussian process by textbook formulas on dense matrices, as a reference. */
export interface Reference {
  readonly mean: number
  readonly variance: number
}

export const geometry: Geometry = {
  features: 4,
  ordered: 2,
  neutral: Float64Array.of(1, 1, 1 / 3, 1),
}

export const hyper: Hyper = {
  lengths: Float64Array.of(-1, 0.3, 0.5, 0.2),
  signal: Math.log(1.7),
  noise: Math.log(0.01),
}

function squaredDistance(
  a: Float64Array,
  b: Float64Array,
  { ordered, neutral }: Geometry,
): number[] {
  return Array.from(a, (p, f) => {
    const q = b[f]!
    if (f < ordered) return (p - q) ** 2
    if (p === q) return 0
    return p === -1 || q === -1 ? neutral[f]! : 1
  })
}

export function covariance(a: Float64Array, b: Float64Array, h: Hyper, g: Geometry): number {
  const squared = squaredDistance(a, b, g).reduce(
    (sum, d, f) => sum + d / Math.exp(h.lengths[f]!) ** 2,
    0,
  )
  const r = Math.sqrt(squared)
  const root = Math.sqrt(5) * r
  return Math.exp(h.signal) * (1 + root + (5 * squared) / 3) * Math.exp(-root) + 1
}

/** K with the noise on its diagonal. */
export function gram(rows: readonly Float64Array[], h: Hyper, g: Geometry): number[][] {
  return rows.map((a, i) =>
    rows.map((b, j) => covariance(a, b, h, g) + (i === j ? Math.exp(h.noise) : 0)),
  )
}

/** Solves by Gauss-Jordan elimination with pivoting; also gives log |det|. */
export function solve(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): { readonly x: number[]; readonly logDeterminant: number } {
  const n = matrix.length
  const rows = matrix.map((row, i) => [...row, right[i]!])
  let logDeterminant = 0
  for (let k = 0; k < n; k++) {
    let top = k
    for (let i = k; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[top]![k]!)) top = i
    ;[rows[k], rows[top]] = [rows[top]!, rows[k]!]
    const pivot = rows[k]![k]!
    logDeterminant += Math.log(Math.abs(pivot))
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const share = rows[i]![k]! / pivot
      for (let j = k; j <= n; j++) rows[i]![j]! -= share * rows[k]![j]!
    }
  }
  return { x: rows.map((row, i) => row[n]! / row[i]!), logDeterminant }
}

export function predictDense(
  rows: readonly Float64Array[],
  targets: Float64Array,
  x: Float64Array,
  h: Hyper,
  g: Geometry,
): Reference {
  const k = gram(rows, h, g)
  const c = rows.map((row) => covariance(row, x, h, g))
  const alpha = solve(k, [...targets]).x
  const beta = solve(k, c).x
  return {
    mean: c.reduce((sum, v, i) => sum + v * alpha[i]!, 0),
    variance: covariance(x, x, h, g) - c.reduce((sum, v, i) => sum + v * beta[i]!, 0),
  }
}
