import type { Rng } from '@attune/core'

/**
 * By row the fold it is held out in, 0 … folds − 1. Rows of a class are spread evenly, in random order.
 * @param classOf by row its class, a whole number from 0
 */
export function stratifiedFolds(classOf: ArrayLike<number>, folds: number, rng: Rng): Uint8Array {
  const order = Int32Array.from({ length: classOf.length }, (_, i) => i)
  rng.shuffle(order)
  const next: number[] = []
  const fold = new Uint8Array(classOf.length)
  for (const row of order) {
    const k = classOf[row]!
    // A class begins where the one before it would, so the first rows of rare classes are spread, too.
    const at = next[k] ?? k
    fold[row] = at % folds
    next[k] = at + 1
  }
  return fold
}
