import { log } from '../../math/elementary.ts'
import { normalCdf } from '../../math/special.ts'

/** No kernel is narrower, as a share of the range (Watanabe's Delta). */
export const narrowest = 0.03

/** What a normal distribution has beyond this is lost in rounding beside 1. */
const far = 8.5

/** Log of the integral of exp(-((x - mean)/b)²/2) over [0, 1]. */
export function logNormaliser(mean: number, b: number): number {
  const below = mean / b
  const above = (1 - mean) / b
  const mass = Math.min(below, above) > far ? 1 : normalCdf(above) - normalCdf(-below)
  return log(b * Math.sqrt(2 * Math.PI) * mass)
}
