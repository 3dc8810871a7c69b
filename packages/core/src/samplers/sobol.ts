import { scrambledSobol } from '../math/sobol.ts'
import type { SearchSpace } from '../space/space.ts'
import { sequenceSampler, studySequences } from './point-sequence.ts'
import type { Sampler } from './sampler.ts'

const sequences = studySequences(scrambledSobol)

/** The `n`-th point of the study's scrambled Sobol' sequence that satisfies the constraints. */
export function feasibleSobolIndex(
  space: SearchSpace,
  seed: number,
  n: number,
): number | undefined {
  return sequences.feasibleIndex(space, seed, n)
}

/**
 * Scrambled Sobol' search: the points of one Owen-scrambled low-discrepancy sequence, spread far
 * more evenly than random draws. Trial `n` takes the n-th point that satisfies the constraints, so
 * workers never share a point and nothing is lost to rejection.
 *
 * Source: I. M. Sobol' 1967; directions by S. Joe and F. Y. Kuo 2008; scrambling as B. Burley
 * 2020. No options. Cost: O(parameters), more with constraints.
 */
export function sobol(): Sampler {
  return sequenceSampler('sobol', sequences)
}
