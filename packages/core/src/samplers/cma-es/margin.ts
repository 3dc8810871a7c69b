import { normalCdf, normalQuantile } from '../../math/special.ts'
import { indexOfValue } from '../../space/distribution.ts'
import type { Axis } from './coordinates.ts'
import type { Gaussian } from './gaussian.ts'
import { deviation } from './gaussian.ts'

/**
 * Keeps the probability that a stepped coordinate leaves its present value above `alpha`, so that
 * the search cannot come to rest on one value while others are better: moves the mean and widens
 * the coordinate as little as that takes.
 *
 * Source: R. Hamano, S. Saito, M. Nomura, S. Shirakawa, "CMA-ES with Margin: Lower-Bounding Marginal
 * Probability for Mixed-Integer Black-Box Optimization", GECCO 2022, with their
 * alpha = 1 / (d λ).
 */
export function keepMargin(g: Gaussian, axes: readonly Axis[], alpha: number): void {
  axes.forEach((axis, i) => {
    if (axis.count === Number.POSITIVE_INFINITY) return
    const index = Math.max(0, indexOfValue(axis.distribution, axis.codec.decode(g.mean[i]!)))
    const [low, high] = axis.codec.cell(index)
    const spread = deviation(g, i)
    if (!(spread > 0)) return
    if (index === 0) g.mean[i] = high - Math.min(high - g.mean[i]!, reach(alpha) * spread)
    else if (index === axis.count - 1) {
      g.mean[i] = low + Math.min(g.mean[i]! - low, reach(alpha) * spread)
    } else keepBoth(g, i, low, high, spread, alpha)
  })
}

/** How many standard deviations away a threshold is that is crossed with probability `p`. */
const reach = (p: number): number => -normalQuantile(p)

/** For a value with neighbours on both sides: either is reached with alpha / 2 at least. */
function keepBoth(
  g: Gaussian,
  i: number,
  low: number,
  high: number,
  spread: number,
  alpha: number,
): void {
  const half = alpha / 2
  const below = normalCdf((low - g.mean[i]!) / spread)
  const above = normalCdf((g.mean[i]! - high) / spread)
  if (below >= half && above >= half) return
  const down = Math.max(half, below)
  const up = Math.max(half, above)
  const middle = 1 - below - above
  const excess = (1 - down - up - middle) / (down + up + middle - 3 * half)
  const toLow = reach(down + excess * (down - half))
  const toHigh = reach(up + excess * (up - half))
  const wanted = (high - low) / (toLow + toHigh)
  if (!(wanted > 0 && wanted < Number.POSITIVE_INFINITY)) return
  g.mean[i] = (low * toHigh + high * toLow) / (toLow + toHigh)
  g.scale[i] = (g.scale[i]! * wanted) / spread
}
