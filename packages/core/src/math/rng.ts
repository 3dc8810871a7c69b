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
  return new Stream(path)
}

/**
 * A class, for every trial opens several streams and draws little from each: closures would cost more
 * than the numbers.
 */
class Stream implements Rng {
  readonly #path: HashState
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(path: HashState) {
    const start = finishHash(path)
    this.#path = path
    this.#a = start[0]
    this.#b = start[1]
    this.#c = start[2]
    // The generator never leaves the all-zero state.
    this.#d = (start[0] | start[1] | start[2] | start[3]) === 0 ? 1 : start[3]
  }

  #word(): number {
    const b = this.#b
    const m = Math.imul(b, 5)
    const c = this.#c ^ this.#a
    const d = this.#d ^ b
    this.#b = b ^ c
    this.#a ^= d
    this.#c = c ^ (b << 9)
    this.#d = (d << 11) | (d >>> 21)
    return Math.imul((m << 7) | (m >>> 25), 9)
  }

  /** Uniform integer in 0 … 2^53 - 1. */
  #bits53(): number {
    const upper = this.#word() >>> 5
    return upper * 0x4000000 + (this.#word() >>> 6)
  }

  next(): number {
    return this.#bits53() * 2 ** -53
  }

  uint32(): number {
    return this.#word() >>> 0
  }

  int(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 53) {
      throw new AttuneError('usage', `n must be an integer in 1 … 2^53, but got ${n}.`, {
        details: { n: String(n) },
      })
    }
    const range = n <= 2 ** 32 ? 2 ** 32 : 2 ** 53
    const limit = range - (range % n)
    let draw: number
    do draw = n <= 2 ** 32 ? this.#word() >>> 0 : this.#bits53()
    while (draw >= limit)
    return draw % n
  }

  shuffle<T>(array: Shuffleable<T>): void {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.int(i + 1)
      const held = array[i]!
      array[i] = array[j]!
      array[j] = held
    }
  }

  fork(key: HashKey): Rng {
    return new Stream(absorbKey(this.#path, key))
  }
}
