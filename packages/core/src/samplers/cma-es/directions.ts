import { normalDraw } from '../../math/normal.ts'
import type { Rng } from '../../math/rng.ts'
import { createRng } from '../../math/rng.ts'

/**
 * Directions in blocks of n that are orthogonal to one another, each alone uniform on the sphere.
 */
export function orthogonalDirections(count: number, n: number, rng: Rng): Float64Array[] {
  const rows: Float64Array[] = []
  while (rows.length < count) {
    const from = rows.length - (rows.length % n)
    const row = Float64Array.from({ length: n }, () => normalDraw(rng))
    const full = lengthOf(row)
    // Twice, since one pass leaves rounding errors behind.
    for (let pass = 0; pass < 2; pass++) {
      for (let k = from; k < rows.length; k++) {
        const other = rows[k]!
        let along = 0
        for (let i = 0; i < n; i++) along += row[i]! * other[i]!
        for (let i = 0; i < n; i++) row[i] = row[i]! - along * other[i]!
      }
    }
    const rest = lengthOf(row)
    if (rest > 1e-8 * full) rows.push(row.map((x) => x / rest))
  }
  return rows
}

function lengthOf(v: Float64Array): number {
  let sum = 0
  for (const x of v) sum += x * x
  return Math.sqrt(sum)
}

/**
 * The directions of a generation of a run, the same for all that ask: orthogonal ones, then
 * their opposites, so that few members cover the space more evenly than independent ones would (H.
 * Wang, M. Emmerich, T. Bäck, "Mirrored Orthogonal Sampling for Covariance Matrix Adaptation
 * Evolution Strategies", Evolutionary Computation, 2019). Where both of a pair are selected their
 * steps cancel out and the step size shrinks the sooner, which suits searches of some hundred trials.
 * Ours: both are weighed as they rank instead of the better of a pair alone, and each draws its own
 * distance.
 */
export function generationDirections(
  count: number,
  n: number,
  seed: number,
  run: number,
  generation: number,
): Float64Array[] {
  const rng = createRng(seed, 'cmaEs directions', run, generation)
  const half = orthogonalDirections(Math.ceil(count / 2), n, rng)
  // The opposites last: where all results are equal the first half is selected, which cancels nothing.
  return [...half, ...half.map((row) => row.map((x) => -x))].slice(0, count)
}
