import type { Json } from '../errors.ts'
import { isFeasible } from '../space/constraint.ts'
import { decodePoint } from '../space/encode.ts'
import type { SearchSpace } from '../space/space.ts'
import { feasibleDraw } from './feasible-draw.ts'
import type { Sampler } from './sampler.ts'

/** Points of the unit cube in an order of their own, each to be had by its index alone. */
export interface PointSequence {
  /** The point of an index in 0 … 2^32 - 1, every coordinate strictly inside (0, 1). */
  at(index: number): Float64Array
}

/** The sequence of each study, and which of its points satisfy the constraints. */
export interface StudySequences {
  of(space: SearchSpace, seed: number): PointSequence
  /** The index of the `n`-th point that satisfies the constraints; undefined if none is found. */
  feasibleIndex(space: SearchSpace, seed: number, n: number): number | undefined
}

/** A sequence with the points that satisfy the constraints, found as far as was needed. */
interface Explored {
  readonly points: PointSequence
  readonly feasible: number[]
  next: number
}

const longest = 2 ** 32 - 1

/** Sequences opened by the seed of a study and its number of parameters, each once. */
export function studySequences(
  open: (seed: number, dimension: number) => PointSequence,
): StudySequences {
  const known = new WeakMap<SearchSpace['params'], Map<number, Explored>>()
  const exploredOf = (space: SearchSpace, seed: number): Explored => {
    let bySeed = known.get(space.params)
    if (bySeed === undefined) known.set(space.params, (bySeed = new Map()))
    let explored = bySeed.get(seed)
    if (explored === undefined) {
      explored = { points: open(seed, space.params.length), feasible: [], next: 0 }
      bySeed.set(seed, explored)
    }
    return explored
  }
  return {
    of: (space, seed) => exploredOf(space, seed).points,
    feasibleIndex(space, seed, n) {
      if (space.constraints.length === 0) return n
      const explored = exploredOf(space, seed)
      // A rule of n alone: what was asked for earlier must not decide how far is looked.
      const limit = Math.min(longest, 100_000 + 10_000 * n)
      while (explored.feasible.length <= n && explored.next < limit) {
        const index = explored.next++
        const values = decodePoint(space, explored.points.at(index))
        if (isFeasible(space, values)) explored.feasible.push(index)
      }
      const found = explored.feasible[n]
      return found !== undefined && found < limit ? found : undefined
    },
  }
}

/**
 * A sampler that gives trial `n` the n-th point that satisfies the constraints; where they refuse
 * nearly everything, a uniform draw instead.
 */
export function sequenceSampler(
  name: string,
  sequences: StudySequences,
  options?: { readonly [key: string]: Json },
): Sampler {
  return {
    name,
    ...(options === undefined ? {} : { options }),
    supports: { objectives: 'many', conditional: true, constraints: true, continuous: true },
    propose(space, { trial, seed, rng }) {
      const index = sequences.feasibleIndex(space, seed, trial)
      if (index === undefined) return { values: feasibleDraw(space, rng) }
      const point = sequences.of(space, seed).at(index)
      return { values: decodePoint(space, point), why: `${name}: point ${index}` }
    },
  }
}
