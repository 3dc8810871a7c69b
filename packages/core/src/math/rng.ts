/**
 * Keyed randomness: a stream is named by its keys, such as (study seed, trial number, purpose), and
 * never by how many numbers were drawn elsewhere. Same keys, same stream, in every engine.
 */

import { AttuneError } from '../errors.ts'
import { absorbKey, emptyHash, finishHash, type HashKey, type HashState } from './hash.ts'

export interface Rng {
  /** Uniform in [0, 1): a multiple of 2^-53. Uses two 32-bit words. */
  next(): number
  /** Uniform integer in 0 … 2^32 - 1. Uses one 32-bit word. */
  uint32(): number
  /**
   * Uniform integer in 0 … n - 1, without bias; uses a varying number of words.
   * @param n integer in 1 … 2^53
   * @throws AttuneError `usage` for any other n
   */
  int(n: number): number
  /** Puts the entries in random order, in place (Fisher-Yates). */
  shuffle<T>(array: Shuffleable<T>): void
  /**
   * The stream named by this stream's keys and one more: `createRng(a).fork(b)` is
   * `createRng(a, b)`, whatever was drawn before.
   */
  fork(key: HashKey): Rng
}

/** An array or typed array. */
export interface Shuffleable<T> {
  [index: number]: T
  readonly length: number
}

/**
 * Opens the stream named by the keys, in order: xoshiro128** 1.1 (D. Blackman and S. Vigna,
 * "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021), its 128 bits seeded by a
 * hash of the keys.
 * @param keys strings and finite numbers; 1 and '1' are different keys
 * @throws AttuneError `usage` for NaN and infinities
 */
export function createRng(...keys: HashKey[]): Rng {
  let path = emptyHash
  for (const key of keys) path = absorbKey(path, key)
  return rngOf(path)
}

function rngOf(path: HashState): Rng {
  let [a, b, c, d] = finishHash(path)
  // The generator never leaves the all-zero state.
  if ((a | b | c | d) === 0) d = 1

  function word(): number {
    const m = Math.imul(b, 5)
    const result = Math.imul((m << 7) | (m >>> 25), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }

  /** Uniform integer in 0 … 2^53 - 1. */
  function bits53(): number {
    const high = word() >>> 5
    return high * 0x4000000 + (word() >>> 6)
  }

  function int(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 53) {
      throw new AttuneError('usage', `n must be an integer in 1 … 2^53, but got ${n}.`, {
        details: { n: String(n) },
      })
    }
    const range = n <= 2 ** 32 ? 2 ** 32 : 2 ** 53
    const limit = range - (range % n)
    let draw: number
    do draw = n <= 2 ** 32 ? word() >>> 0 : bits53()
    while (draw >= limit)
    return draw % n
  }

  return {
    next: () => bits53() * 2 ** -53,
    uint32: () => word() >>> 0,
    int,
    shuffle(array) {
      for (let i = array.length - 1; i > 0; i--) {
        const j = int(i + 1)
        const held = array[i]!
        array[i] = array[j]!
        array[j] = held
      }
    },
    fork: (key) => rngOf(absorbKey(path, key)),
  }
}
