import { createRng } from '@attune/core'
import type { ClassTarget, Matrix, NumberTarget } from '../../src/matrix.ts'

/** Points in a square but not near its axes, the same for the same seed. */
export function points(rows: number, columns: number, seed: number = 1): Matrix {
  const rng = createRng('points', seed)
  const data = Float32Array.from(
    { length: rows * columns },
    () => (rng.next() < 0.5 ? -1 : 1) * (0.3 + 0.7 * rng.next()),
  )
  return { rows, columns, data }
}

/** By row whether the signs of the first two columns are alike. */
export function exclusiveOr(x: Matrix): ClassTarget {
  const codes = Int32Array.from({ length: x.rows }, (_, i) =>
    x.data[i * x.columns]! * x.data[i * x.columns + 1]! > 0 ? 1 : 0,
  )
  return { kind: 'classes', codes, labels: ['unlike', 'alike'] }
}

/** By row 100 + 50 times the product of the first two columns. */
export function products(x: Matrix): NumberTarget {
  const values = Float64Array.from(
    { length: x.rows },
    (_, i) => 100 + 50 * x.data[i * x.columns]! * x.data[i * x.columns + 1]!,
  )
  return { kind: 'numbers', values }
}
