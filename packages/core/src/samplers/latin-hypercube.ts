import { AttuneError } from '../errors.ts'
import type { Rng } from '../math/rng.ts'
import { createRng } from '../math/rng.ts'
import type { PointSequence } from './point-sequence.ts'
import { sequenceSampler, studySequences } from './point-sequence.ts'
import type { Sampler } from './sampler.ts'

export interface LatinHypercubeOptions {
  /** Points of a block, best the number of trials of the study; default 64, at most 65,536. */
  readonly points?: number
}

const mostPoints = 65_536

/**
 * Latin hypercube sampling: of every block of `points` trials exactly one lies in each of `points`
 * equal parts of every parameter's scale, at a random place within it; which parts of different
 * parameters meet is random. Every block has permutations of its own, so that a study may be longer
 * than one block.
 *
 * With constraints trial `n` takes the n-th point that satisfies them: workers never share a point
 * and nothing is lost to rejection, but a block gives fewer trials than it has points, and they hit
 * the parts that are left of each scale about once instead of exactly once. In the same way a
 * conditional parameter is spread evenly over all trials, not over those in which it is active.
 *
 * Source: M. D. McKay, R. J. Beckman, W. J. Conover, "A comparison of three methods for selecting
 * values of input variables in the analysis of output from a computer code", Technometrics 21(2),
 * 1979. Cost: O(parameters) a proposal, O(parameters · points) a block.
 */
export function latinHypercube(options: LatinHypercubeOptions = {}): Sampler {
  const { points = 64 } = options
  if (!(Number.isInteger(points) && points >= 1 && points <= mostPoints)) {
    throw new AttuneError(
      'sampler/options',
      `latinHypercube: points is a whole number from 1 to ${mostPoints}, got ${points}.`,
    )
  }
  const sequences = studySequences((seed, dimension) => latinBlocks(seed, dimension, points))
  return sequenceSampler('latinHypercube', sequences, { points })
}

/** One Latin hypercube design after the other; the latest is kept. */
function latinBlocks(seed: number, dimension: number, points: number): PointSequence {
  const root = createRng(seed, 'latin hypercube')
  let latest = -1
  let columns: readonly Float64Array[] = []
  return {
    at(index) {
      const block = Math.floor(index / points)
      if (block !== latest) {
        const rng = root.fork(block)
        columns = Array.from({ length: dimension }, (_, j) => stratified(points, rng.fork(j)))
        latest = block
      }
      return Float64Array.from(columns, (column) => column[index % points] as number)
    },
  }
}

/** One number in each of `points` equal parts of (0, 1), in random order. */
function stratified(points: number, rng: Rng): Float64Array {
  const column = Float64Array.from({ length: points }, (_, part) => {
    // 32 bits within a part, so that no sum rounds into the next one.
    const within = (rng.uint32() + 0.5) * 2 ** -32
    return (part + within) / points
  })
  rng.shuffle(column)
  return column
}
