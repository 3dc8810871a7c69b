/**
 * Sobol' sequences with the direction numbers of Joe and Kuo (2008), and their Owen-scrambled form.
 *
 * Notation: n index of a point; j dimension; v direction numbers, 32 bits a fraction. Points come in
 * Gray-code order (Antonov and Saleev 1979), so coordinate j of point n is the exclusive or of v[j][k]
 * over the bits k set in n ^ (n >> 1). The table holds bit-reversed fractions: the coarsest bit of a
 * coordinate is bit 0, where multiplication carries from coarse to fine, as scrambling needs.
 */

import { refuseOutside } from './bounds.ts'
import { absorbKey, emptyHash, finishHash, type HashKey } from './hash.ts'
import { sobolNumbers } from './sobol-numbers.ts'

/** Dimensions with direction numbers; `sobolPoint` has no more. */
export const maxSobolDimension = 256

/** Dimensions of `scrambledSobol`, those with direction numbers and the padded ones together. */
export const maxScrambledDimension = 4000

/** A randomised Sobol' sequence with random access. */
export interface ScrambledSobol {
  /**
   * The point of an index in 0 … 2^32 - 1, every coordinate strictly inside (0, 1).
   * @param out written and returned if given; otherwise a new array
   */
  at(index: number, out?: Float64Array): Float64Array
}

/**
 * A point of the plain Sobol' sequence; that of index 0 is the origin.
 * @param index in 0 … 2^32 - 1
 * @param dimension count of coordinates, 0 … 256
 * @param out written and returned if given; otherwise a new array
 * @returns coordinates in [0, 1), multiples of 2^-32
 * @throws AttuneError `usage` for an index or dimension out of range
 */
export function sobolPoint(index: number, dimension: number, out?: Float64Array): Float64Array {
  refuseOutside('dimension', dimension, maxSobolDimension)
  refuseOutside('index', index, 0xffffffff)
  const point = out ?? new Float64Array(dimension)
  const table = directions(dimension)
  const gray = index ^ (index >>> 1)
  for (let j = 0; j < dimension; j++) {
    point[j] = (reverseBits(coordinate(table, j, gray)) >>> 0) * 2 ** -32
  }
  return point
}

/**
 * A Sobol' sequence under nested uniform (Owen 1995) scrambling, keyed by the seed and, for each
 * coordinate, by its number alone: adding dimensions keeps the earlier coordinates. The first 2^k points
 * put exactly one into each of 2^k equal intervals of every coordinate, and keep the joint
 * equidistribution of the plain sequence.
 *
 * Scrambling is by hashing (S. Laine and T. Karras, "Stratified sampling for stochastic
 * transparency", 2011; B. Burley, "Practical hash-based Owen scrambling", JCGT 9(4), 2020, whose
 * multipliers are used), with four 32-bit keys a coordinate where Burley has one.
 *
 * Coordinates beyond 256 are padded: each is a van der Corput sequence in an order of its own,
 * nested-uniformly shuffled and scrambled. Each is stratified by itself like the others, but jointly
 * with any other coordinate it is no better than Latin hypercube sampling.
 * @param dimension count of coordinates, 0 … 4,000
 * @throws AttuneError `usage` for an index or dimension out of range, or a seed that is not finite
 */
export function scrambledSobol(seed: HashKey, dimension: number): ScrambledSobol {
  refuseOutside('dimension', dimension, maxScrambledDimension)
  const joint = Math.min(dimension, maxSobolDimension)
  const table = directions(joint)
  const scrambles = coordinateKeys(seed, 'scramble', 0, dimension)
  const shuffles = coordinateKeys(seed, 'shuffle', joint, dimension)

  return {
    at(index, out = new Float64Array(dimension)) {
      refuseOutside('index', index, 0xffffffff)
      const gray = index ^ (index >>> 1)
      for (let j = 0; j < joint; j++) {
        out[j] = centred(scramble(coordinate(table, j, gray), scrambles, j))
      }
      const reversed = reverseBits(index)
      for (let j = joint; j < dimension; j++) {
        const shuffled = reverseBits(scramble(reversed, shuffles, j - joint))
        out[j] = centred(scramble(shuffled, scrambles, j))
      }
      return out
    },
  }
}

/** The bit-reversed coordinate j, for a Gray-coded index. */
function coordinate(table: Int32Array, j: number, gray: number): number {
  let x = 0
  for (let rest = gray; rest !== 0; rest &= rest - 1) {
    x ^= table[32 * j + 31 - Math.clz32(rest & -rest)]!
  }
  return x
}

/**
 * A permutation of 32-bit words in which bit k of the result depends on bits 0 … k only: with the
 * coarsest bit lowest, a nested uniform scramble.
 */
function scramble(word: number, keys: Int32Array, at: number): number {
  let x = word
  x ^= Math.imul(x, 0x6c50b47c)
  x = Math.imul(x + keys[4 * at]!, keys[4 * at + 1]! | 1)
  x ^= Math.imul(x, 0xb82f1e52)
  x ^= Math.imul(x, 0xc7afe638)
  x = Math.imul(x + keys[4 * at + 2]!, keys[4 * at + 3]! | 1)
  return x ^ Math.imul(x, 0x8d22f6e6)
}

/** The middle of the cell of width 2^-32 that a bit-reversed coordinate names. */
function centred(x: number): number {
  return ((reverseBits(x) >>> 0) + 0.5) * 2 ** -32
}

function coordinateKeys(seed: HashKey, use: string, from: number, to: number): Int32Array {
  const root = absorbKey(absorbKey(emptyHash, seed), use)
  const keys = new Int32Array(4 * (to - from))
  for (let j = from; j < to; j++) keys.set(finishHash(absorbKey(root, j)), 4 * (j - from))
  return keys
}

let cachedDirections: Int32Array = new Int32Array(0)

/** Bit-reversed direction numbers, 32 a dimension: those of dimension j begin at 32 j. */
function directions(dimension: number): Int32Array {
  if (cachedDirections.length >= 32 * dimension) return cachedDirections
  const table = new Int32Array(32 * dimension)
  for (let k = 0; k < 32; k++) table[k] = 1 << k
  const rows = sobolNumbers.trim().split('\n')
  for (let j = 1; j < dimension; j++) {
    const [a = 0, ...m] = rows[j - 1]!.split(' ').map(Number)
    const degree = m.length
    const v = table.subarray(32 * j, 32 * (j + 1))
    for (let k = 0; k < 32; k++) {
      if (k < degree) {
        v[k] = reverseBits(m[k]! << (31 - k))
        continue
      }
      // The recurrence of the polynomial (Joe and Kuo 2008, section 2); reversed, it shifts left.
      let word = v[k - degree]! ^ (v[k - degree]! << degree)
      for (let i = 1; i < degree; i++) {
        if (((a >>> (degree - 1 - i)) & 1) === 1) word ^= v[k - i]!
      }
      v[k] = word
    }
  }
  cachedDirections = table
  return table
}

function reverseBits(word: number): number {
  let x = word
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1)
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2)
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4)
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8)
  return (x >>> 16) | (x << 16)
}
