import { log } from '../../math/elementary.ts'
import { normalCdf } from '../../math/special.ts'

/** No kernel is narrower, as a share of the range (Watanabe's Delta). */
export const narrowest = 0.03

/** Log of the integral of exp(-((x - mean)/b)²/2) over [0, 1]. */
export function logNormaliser(mean: number, b: number): number {
  const mass = normalCdf((1 - mean) / b) - normalCdf(-mean / b)
  return log(b * Math.sqrt(2 * Math.PI) * mass)
}
