import { exp, expm1, log } from '@attune/core/math'

/**
 * Functions that `Math` has too, but leaves their last bits to the engine: with these and those of
 * `@attune/core/math` the same seed gives the same numbers in Node and in every browser.
 */

export const square = (x: number): number => x * x

/**
 * base^exponent: by multiplication for whole exponents below 2^31, else e^(exponent · ln base), whose
 * relative error is some |exponent · ln base| units in the last place; NaN of a negative base then.
 */
export function power(base: number, exponent: number): number {
  if (exponent !== (exponent | 0)) return exp(exponent * log(base))
  let result = 1
  let factor = base
  for (let left = Math.abs(exponent); left > 0; left >>= 1) {
    if ((left & 1) === 1) result *= factor
    factor *= factor
  }
  return exponent < 0 ? 1 / result : result
}

/** (e^x - e^-x) / (e^x + e^-x), to some units in the last place. */
export function tanh(x: number): number {
  const less = expm1(-2 * Math.abs(x))
  const size = -less / (less + 2)
  return x < 0 ? -size : x === 0 ? x : size
}

/** (1 + cos πp) / 2 for p in 0 … 1: from 1 down to 0 in half a wave. */
export function halfWave(p: number): number {
  const part = square(sine((Math.PI / 2) * Math.min(p, 1 - p)))
  return p <= 0.5 ? 1 - part : part
}

/** By its series, of which 9 terms are exact to a double for x in 0 … π/4. */
function sine(x: number): number {
  const z = x * x
  let sum = 1
  for (let n = 16; n >= 2; n -= 2) sum = 1 - (z / (n * (n + 1))) * sum
  return x * sum
}
