import { scrambledHalton } from '../math/halton.ts'
import { sequenceSampler, studySequences } from './point-sequence.ts'
import type { Sampler } from './sampler.ts'

const sequences = studySequences(scrambledHalton)

/**
 * Scrambled Halton search: the points of one low-discrepancy sequence, each coordinate in a prime
 * base of its own with randomly permuted digits. Even for any number of trials, where Sobol' points
 * are best at powers of two; in more than some ten parameters Sobol' points are the more even ones.
 * Trial `n` takes the n-th point that satisfies the constraints, so workers never share a point and
 * nothing is lost to rejection.
 *
 * Source: J. H. Halton 1960; permutations as A. B. Owen, arXiv 1706.02808, 2017. No options. Cost:
 * O(parameters), more with constraints.
 */
export function halton(): Sampler {
  return sequenceSampler('halton', sequences)
}
