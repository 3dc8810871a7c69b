import type { Coordinates, Point } from './coordinates.ts'
import type { Gaussian } from './gaussian.ts'
import { createGaussian, gaussianOf } from './gaussian.ts'

/** Share of earlier trials that count as promising. */
const gamma = 0.1
/** Standard deviation around each of them, of the ranges. */
const prior = 0.1
/** With fewer earlier trials than one promising one there is nothing to learn from. */
export const leastEarlier: number = 1 / gamma

export interface Beginning {
  readonly gaussian: Gaussian
  readonly chances: readonly Float64Array[]
}

/** A distribution around a mean with equal chances for all labels. */
export function plainBeginning(
  coordinates: Coordinates,
  mean: Float64Array,
  sigma: number,
): Beginning {
  return {
    gaussian: createGaussian(mean, sigma),
    chances: coordinates.choices.map(({ count }) => new Float64Array(count).fill(1 / count)),
  }
}

/**
 * The normal distribution nearest to kernels around the best tenth of earlier trials.
 *
 * Source: M. Nomura, S. Watanabe, Y. Akimoto, Y. Ozaki, M. Onishi, "Warm Starting CMA-ES for
 * Hyperparameter Optimization", AAAI 2021, with gamma = alpha = 0.1. Ours: labels
 * begin with their frequencies among those trials, smoothed by one trial in all; a coordinate that
 * no such trial has keeps the plain mean and deviation.
 * @param earlier best first, at least `leastEarlier`
 */
export function warmBeginning(
  coordinates: Coordinates,
  earlier: readonly Point[],
  sigma: number,
): Beginning {
  const best = earlier.slice(0, Math.floor(gamma * earlier.length))
  const n = coordinates.axes.length
  const mean = new Float64Array(n).fill(0.5)
  const covariance = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const known = best.map(({ x }) => x[i]!).filter((u) => !Number.isNaN(u))
    if (known.length > 0) mean[i] = known.reduce((a, b) => a + b, 0) / known.length
    covariance[i * n + i] = known.length > 0 ? prior * prior : sigma * sigma
  }
  for (const { x } of best) {
    const off = x.map((u, i) => (Number.isNaN(u) ? 0 : u - mean[i]!))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        covariance[i * n + j] = covariance[i * n + j]! + (off[i]! * off[j]!) / best.length
      }
    }
  }
  const chances = coordinates.choices.map(({ count }, k) => {
    const row = new Float64Array(count).fill(1 / count)
    let total = 1
    for (const { labels } of best) {
      const label = labels[k]!
      if (label < 0) continue
      row[label] = row[label]! + 1
      total++
    }
    return row.map((p) => p / total)
  })
  return { gaussian: n === 0 ? createGaussian(mean, sigma) : gaussianOf(mean, covariance), chances }
}
