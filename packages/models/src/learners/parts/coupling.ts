/** Probabilities of pairs are kept this far from 0 and 1. */
export const smallestShare = 1e-7

/**
 * Class probabilities from those of all pairs of classes: the second way of T.-F. Wu, C.-J. Lin and
 * R. C. Weng, "Probability estimates for multi-class classification by pairwise coupling", 2004: the p
 * with sum 1 for which Σ (r_ji p_i − r_ij p_j)² is least. Its conditions Q p = b e are solved through
 * (Q + e eᵀ) p ∝ e, which is positive definite, instead of by iteration.
 *
 * @param pairs probabilities of the first class of the pairs (0, 1), (0, 2), …, (1, 2), …
 * @param out by class, filled
 */
export function couplePairs(pairs: ArrayLike<number>, classes: number, out: Float64Array): void {
  const width = classes + 1
  const system = new Float64Array(classes * width).fill(1)
  let pair = 0
  for (let i = 0; i < classes; i++) {
    for (let j = i + 1; j < classes; j++, pair++) {
      const first = Math.min(1 - smallestShare, Math.max(smallestShare, pairs[pair]!))
      const second = 1 - first
      system[i * width + i]! += second * second
      system[j * width + j]! += first * first
      system[i * width + j]! -= first * second
      system[j * width + i]! -= first * second
    }
  }
  eliminate(system, classes)
  let sum = 0
  for (let i = 0; i < classes; i++) {
    // The solution is not negative; rounding may make it so.
    out[i] = Math.max(0, system[i * width + classes]!)
    sum += out[i]!
  }
  for (let i = 0; i < classes; i++) out[i]! /= sum
}

/** Gauss and Jordan's elimination without exchanges, which a positive definite matrix does not need. */
function eliminate(system: Float64Array, n: number): void {
  const width = n + 1
  for (let i = 0; i < n; i++) {
    const pivot = system[i * width + i]!
    for (let c = i; c < width; c++) system[i * width + c]! /= pivot
    for (let r = 0; r < n; r++) {
      const factor = system[r * width + i]!
      if (r === i || factor === 0) continue
      for (let c = i; c < width; c++) system[r * width + c]! -= factor * system[i * width + c]!
    }
  }
}
