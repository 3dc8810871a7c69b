import type { Rng } from './rng.ts'
import { normalQuantile } from './special.ts'

/** A standard normal draw by the inverse CDF; |z| < 8.4. Uses two 32-bit words. */
export function normalDraw(rng: Rng): number {
  // A sign and 52 bits: midpoints of cells in (0, 1/2) are exact, those near 1 would round.
  const high = rng.uint32()
  const u = ((high >>> 6) * 0x4000000 + (rng.uint32() >>> 6) + 0.5) * 2 ** -53
  return (high & 1) === 0 ? normalQuantile(u) : -normalQuantile(u)
}
