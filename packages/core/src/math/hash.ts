/**
 * Hashes that are identical in every engine: only 32-bit integer operations over UTF-16 code
 * units. They spread keys, they do not withstand an adversary.
 */

import { AttuneError } from '../errors.ts'

/** A number and its two halves, of which `high` holds sign and exponent. */
const word = new Float64Array([1])
const halves = new Int32Array(word.buffer)
const high = halves[1] === 0 ? 0 : 1

/** What randomness may be keyed by: any string, any finite number. */
export type HashKey = string | number

/** A 128-bit hash state: four 32-bit lanes. Absorbing a key makes a new state. */
export type HashState = readonly [number, number, number, number]

/** The state before any key: the first 128 fractional bits of pi. */
export const emptyHash: HashState = [0x243f6a88, 0x85a308d3 | 0, 0x13198a2e, 0x03707344]

/**
 * MurmurHash3_x86_32 (A. Appleby, 2011) of the UTF-16LE bytes of `text`.
 * @param seed 32-bit integer, default 0
 * @returns an integer in 0 … 2^32 - 1
 */
export function hash32(text: string, seed = 0): number {
  const length = text.length
  let h = seed | 0
  let i = 0
  for (; i + 1 < length; i += 2) {
    h ^= scatter(text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16))
    h = (Math.imul(rotate(h, 13), 5) + 0xe6546b64) | 0
  }
  if (i < length) h ^= scatter(text.charCodeAt(i))
  return finalize(h ^ (2 * length)) >>> 0
}

/**
 * A 64-bit fingerprint of a text, such as the source of a function.
 * @returns 16 lower-case hexadecimal digits
 */
export function hashText(text: string): string {
  const [a, b] = finishHash(absorbKey(emptyHash, text))
  return hex(a) + hex(b)
}

/**
 * Adds one key to a hash state. Keys are tagged and carry their length, so ('a', 'b'), ('ab') and
 * (1), ('1') differ; -0 equals 0. Keys that fit one block (numbers, strings of up to four code
 * units) never collide on the same state, since mixing one block in is a bijection.
 * @throws AttuneError `usage` for NaN and infinities
 */
export function absorbKey(state: HashState, key: HashKey): HashState {
  if (typeof key === 'string') return absorbText(state, key)
  if (!Number.isFinite(key)) {
    throw new AttuneError('usage', `A key must be a string or a finite number, but got ${key}.`, {
      details: { key: String(key) },
    })
  }
  word[0] = key === 0 ? 0 : key
  return absorbBlock(state, 1, halves[high]!, halves[1 - high]!, 0)
}

/** Mixes the four lanes with each other, so that every bit depends on every key: signed words. */
export function finishHash(state: HashState): HashState {
  let [a, b, c, d] = state
  a = (a + b + c + d) | 0
  b = finalize(a + b)
  c = finalize(a + c)
  d = finalize(a + d)
  a = finalize(a)
  a = (a + b + c + d) | 0
  return [a, (a + b) | 0, (a + c) | 0, (a + d) | 0]
}

function absorbText(state: HashState, text: string): HashState {
  const word = (i: number): number => (text.charCodeAt(i) & 0xffff) | (text.charCodeAt(i + 1) << 16)
  let mixed = absorbBlock(state, 2, text.length, word(0), word(2))
  for (let i = 4; i < text.length; i += 8) {
    mixed = absorbBlock(mixed, word(i), word(i + 2), word(i + 4), word(i + 6))
  }
  return mixed
}

/** One round of MurmurHash3_x86_128 (A. Appleby, 2011): four words into four lanes. */
function absorbBlock(state: HashState, w: number, x: number, y: number, z: number): HashState {
  let [a, b, c, d] = state
  a ^= Math.imul(rotate(Math.imul(w, 0x239b961b), 15), 0xab0e9789)
  a = (Math.imul((rotate(a, 19) + b) | 0, 5) + 0x561ccd1b) | 0
  b ^= Math.imul(rotate(Math.imul(x, 0xab0e9789), 16), 0x38b34ae5)
  b = (Math.imul((rotate(b, 17) + c) | 0, 5) + 0x0bcaa747) | 0
  c ^= Math.imul(rotate(Math.imul(y, 0x38b34ae5), 17), 0xa1e38b93)
  c = (Math.imul((rotate(c, 15) + d) | 0, 5) + 0x96cd1c35) | 0
  d ^= Math.imul(rotate(Math.imul(z, 0xa1e38b93), 18), 0x239b961b)
  d = (Math.imul((rotate(d, 13) + a) | 0, 5) + 0x32ac3b17) | 0
  return [a, b, c, d]
}

function scatter(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)
}

/** The finaliser of MurmurHash3: every input bit flips every output bit with probability ~1/2. */
function finalize(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
