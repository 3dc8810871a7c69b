import type { Prior } from '../gp/fit.ts'
import { priorOf } from '../gp/fit.ts'
import { exp, log } from '../../math/elementary.ts'
import type { Geometry } from '../gp/surrogate.ts'

/** Shape and scale of the priors on every length scale and on the noise variance. */
const length = { k: 2, theta: 1 }
const noise = { k: 1.1, theta: 1 / 30 }

/**
 * Gamma densities of the length scales and of the noise variance in place of the log-normal ones of
 * the Gaussian process sampler; the variance of the signal keeps its own. What is maximised is the
 * density of the quantity itself, not that of its logarithm: (k - 1) log z - z / θ.
 */
export function gammaPrior(geometry: Geometry): Prior {
  const { features } = geometry
  return {
    ...priorOf(geometry),
    lengths: new Float64Array(features).fill(log((length.k - 1) * length.theta)),
    lengthVariance: Number.POSITIVE_INFINITY,
    noise: log((noise.k - 1) * noise.theta),
    noiseVariance: Number.POSITIVE_INFINITY,
    more(logs, gradient) {
      let value = 0
      const add = (i: number, { k, theta }: { k: number; theta: number }): void => {
        const scaled = exp(logs[i]!) / theta
        value += scaled - (k - 1) * logs[i]!
        gradient[i]! += scaled - (k - 1)
      }
      for (let f = 0; f < features; f++) add(f, length)
      add(features + 1, noise)
      return value
    },
  }
}
