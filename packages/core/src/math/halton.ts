/**
 * Halton sequences (J. H. Halton, "On the efficiency of certain quasi-random sequences of points in
 * evaluating multi-dimensional integrals", Numerische Mathematik 2, 1960) with randomly permuted
 * digits.
 *
 * Notation: n index of a point; b base of a coordinate, the j-th prime for the j-th one; a_k the
 * digits of n in base b from the lowest, so that the radical inverse of n is the sum of
 * a_k b^(-k-1). A coordinate has as many digits as fit 50 bits, more than any index needs; those
 * after the digits of n are zeros.
 */

import { refuseOutside } from './bounds.ts'
import type { HashKey } from './hash.ts'
import type { Rng } from './rng.ts'
import { createRng } from './rng.ts'

/** A randomised Halton sequence with random access. */
export interface ScrambledHalton {
  /**
   * The point of an index in 0 … 2^32 - 1, every coordinate strictly inside (0, 1).
   * @param out written and returned if given; otherwise a new array
   */
  at(index: number, out?: Float64Array): Float64Array
}

/** Dimensions of `scrambledHalton`. */
export const maxHaltonDimension = 4000

/** What stands in place of a digit; rank 0 is the lowest of the index. */
type DigitMap = (digit: number, rank: number) => number

/** Cells of a coordinate at most: the middle of a cell is a double well away from its edges. */
const mostCells = 2 ** 50

/**
 * The radical inverse of an index: its digits, mirrored at the point.
 * @param index in 0 … 2^32 - 1
 * @param base integer in 2 … 2^16
 * @param digitMap what replaces each digit, also the zeros after the last; default: the digit itself
 * @param within where in its cell of the finest digit the point lies; default: 0, its lower edge
 * @returns in [0, 1), correctly rounded
 */
export function radicalInverse(
  index: number,
  base: number,
  digitMap?: DigitMap,
  within = 0,
): number {
  const cells = cellsOf(base)
  let cell = 0
  let rest = index
  for (let rank = 0, weight = 1; weight < cells; rank++, weight *= base) {
    const quotient = Math.floor(rest / base)
    const digit = rest - quotient * base
    cell = cell * base + (digitMap === undefined ? digit : digitMap(digit, rank))
    rest = quotient
  }
  return (cell + within) / cells
}

/**
 * A Halton sequence in which every digit of every coordinate goes through a uniformly random
 * permutation of its own, keyed by the seed, the coordinate and the rank of the digit: adding
 * dimensions keeps the earlier coordinates. Any b^k points in a row put exactly one into each of
 * b^k equal intervals of the coordinate of base b, and the like holds for the boxes of several
 * coordinates. Since late coordinates have large bases, the first points are there no more than a
 * Latin hypercube sample.
 *
 * Source: A. B. Owen, "A randomized Halton algorithm in R", arXiv 1706.02808, 2017. Difference: a
 * coordinate is the middle of its cell, so that it never lies on an edge.
 *
 * Cost: O(50 / log2 b) a coordinate, and time and memory for as much of the permutations as the
 * indices so far have needed.
 * @param dimension count of coordinates, 0 … 4,000
 * @throws AttuneError `usage` for an index or dimension out of range, or a seed that is not finite
 */
export function scrambledHalton(seed: HashKey, dimension: number): ScrambledHalton {
  refuseOutside('dimension', dimension, maxHaltonDimension)
  const root = createRng(seed, 'halton')
  const coordinates = firstPrimes(dimension).map((base, j) => coordinate(base, root.fork(j)))
  return {
    at(index, out = new Float64Array(dimension)) {
      refuseOutside('index', index, 0xffffffff)
      for (let j = 0; j < dimension; j++) out[j] = coordinates[j]!(index)
      return out
    },
  }
}

/** The coordinate of one base, by the index of the point. */
function coordinate(base: number, rng: Rng): (index: number) => number {
  const permutations: ((digit: number) => number)[] = []
  const permuted: DigitMap = (digit, rank) =>
    (permutations[rank] ??= permutation(base, rng.fork(rank)))(digit)
  return (index) => radicalInverse(index, base, permuted, 0.5)
}

/** A uniformly random permutation of the digits of a base, drawn (Fisher-Yates) as far as asked. */
function permutation(base: number, rng: Rng): (digit: number) => number {
  const images: number[] = []
  const moved = new Map<number, number>()
  return (digit) => {
    for (let i = images.length; i <= digit; i++) {
      const j = i + rng.int(base - i)
      images.push(moved.get(j) ?? j)
      moved.set(j, moved.get(i) ?? i)
      moved.delete(i)
    }
    return images[digit]!
  }
}

/** The largest power of a base that is not above 2^50. */
function cellsOf(base: number): number {
  let cells = base
  while (cells * base <= mostCells) cells *= base
  return cells
}

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) {
    const last = primes.find((p) => p * p > n || n % p === 0)
    if (last === undefined || last * last > n) primes.push(n)
  }
  return primes
}
