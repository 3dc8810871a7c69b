import type { Rng } from '@attune/core'
import { log } from '@attune/core/math'

/** Fills with normal numbers of mean 0: the polar method (G. Marsaglia and T. Bray, 1964). */
export function fillNormal(rng: Rng, into: Float32Array, sd: number): void {
  const { length } = into
  for (let i = 0; i < length; i += 2) {
    let u: number
    let v: number
    let square: number
    do {
      // A multiple of 2^-31 in [-1, 1).
      u = rng.uint32() * 2 ** -31 - 1
      v = rng.uint32() * 2 ** -31 - 1
      square = u * u + v * v
    } while (square >= 1 || square === 0)
    const factor = sd * Math.sqrt((-2 * log(square)) / square)
    into[i] = u * factor
    if (i + 1 < length) into[i + 1] = v * factor
  }
}

/** Fills with uniform numbers in [-limit, limit). */
export function fillUniform(rng: Rng, into: Float32Array, limit: number): void {
  for (let i = 0; i < into.length; i++) into[i] = (rng.next() * 2 - 1) * limit
}

/**
 * Fills with what numbers are multiplied by in dropout: 0 with probability `rate`, rounded to a
 * multiple of 2^-16, and else what keeps the mean at 1. Uses a 32-bit word for two of them.
 */
export function fillMask(rng: Rng, into: Float32Array, rate: number): void {
  // At least one of 65 536 is kept, so that the factor stays finite.
  const dropped = Math.min(Math.round(rate * 65_536), 65_535)
  const kept = 65_536 / (65_536 - dropped)
  const { length } = into
  for (let i = 0; i < length; i += 2) {
    const word = rng.uint32()
    into[i] = (word & 0xffff) >= dropped ? kept : 0
    if (i + 1 < length) into[i + 1] = word >>> 16 >= dropped ? kept : 0
  }
}
