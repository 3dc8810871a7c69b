import type { ScrambledSobol } from '../math/sobol.ts'
import { scrambledSobol } from '../math/sobol.ts'
import { isFeasible } from '../space/constraint.ts'
import { decodePoint } from '../space/encode.ts'
import type { SearchSpace } from '../space/space.ts'
import { feasibleDraw } from './feasible-draw.ts'
import type { Sampler } from './sampler.ts'

/** Which points of the sequence satisfy the constraints, found as far as was needed. */
interface Sequence {
  readonly sobol: ScrambledSobol
  readonly feasible: number[]
  next: number
}

const sequences = new WeakMap<SearchSpace['params'], Map<number, Sequence>>()
const longest = 2 ** 32 - 1

function sequenceOf(space: SearchSpace, seed: number): Sequence {
  let bySeed = sequences.get(space.params)
  if (bySeed === undefined) sequences.set(space.params, (bySeed = new Map()))
  let sequence = bySeed.get(seed)
  if (sequence === undefined) {
    sequence = { sobol: scrambledSobol(seed, space.params.length), feasible: [], next: 0 }
    bySeed.set(seed, sequence)
  }
  return sequence
}

/** The `n`-th point of the study's scrambled Sobol' sequence that satisfies the constraints. */
export function feasibleSobolIndex(
  space: SearchSpace,
  seed: number,
  n: number,
): number | undefined {
  if (space.constraints.length === 0) return n
  const sequence = sequenceOf(space, seed)
  // A rule of n alone: what was asked for earlier must not decide how far is looked.
  const limit = Math.min(longest, 100_000 + 10_000 * n)
  while (sequence.feasible.length <= n && sequence.next < limit) {
    const index = sequence.next++
    const values = decodePoint(space, sequence.sobol.at(index))
    if (isFeasible(space, values)) sequence.feasible.push(index)
  }
  const found = sequence.feasible[n]
  return found !== undefined && found < limit ? found : undefined
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
  return {
    name: 'sobol',
    supports: { objectives: 'many', conditional: true, constraints: true, continuous: true },
    propose(space, { trial, seed, rng }) {
      const index = feasibleSobolIndex(space, seed, trial)
      if (index === undefined) return { values: feasibleDraw(space, rng) }
      const point = sequenceOf(space, seed).sobol.at(index)
      return { values: decodePoint(space, point), why: `sobol: point ${index}` }
    },
  }
}
