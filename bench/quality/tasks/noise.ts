/** Which of a row's training seeds evaluation `i` of the run with seed `s` sees: a 32-bit hash. */
export function noiseHash(s: number, i: number): number {
  let x = (Math.imul(s, 0x9e3779b1) + Math.imul(i, 0x85ebca77) + 0x165667b1) >>> 0
  x ^= x >>> 16
  x = Math.imul(x, 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  x ^= x >>> 16
  return x >>> 0
}
