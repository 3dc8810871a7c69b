import { log1mExp, logDiffExp, logNormalCdf, logSumExp } from '../../math/special.ts'
import type { Acquisition } from './acquisition.ts'
import { logExpectedImprovement } from '../model/improvement.ts'
import { exp, log } from '../../math/elementary.ts'
import type { Surrogate } from './surrogate.ts'

const logRootTwoPi = 0.5 * log(2 * Math.PI)

/** The points that no other dominates, by ascending first loss; of equals the first. */
export function frontOf(points: readonly (readonly [number, number])[]): [number, number][] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
  const front: [number, number][] = []
  for (const [a, b] of sorted) if (front.length === 0 || b < front.at(-1)![1]) front.push([a, b])
  return front
}

/** The logarithm of an expected hypervolume improvement with its derivatives. */
export interface LogEhvi {
  value(mean: readonly [number, number], variance: readonly [number, number]): number
  readonly byMean: [number, number]
  readonly byVariance: [number, number]
}

/**
 * The exact expected hypervolume improvement of two independent normal losses, in the logarithm.
 *
 * What is not dominated yet is cut into strips by the first loss; in a strip from a to b with the
 * second loss below c a point improves by (length of the strip beyond it) × (height beyond it), so
 *
 *   EHVI = Σ (EI₁(b) - EI₁(a)) EI₂(c),   EI_k(t) = E max(0, t - Y_k)
 *
 * (K. Yang, M. Emmerich, A. Deutz, T. Bäck, "Efficient computation of expected hypervolume
 * improvement using box decomposition algorithms", J. Global Optimization 75, 2019, section 4,
 * regrouped). Every factor is kept as a logarithm, so that it guides far from the front too.
 * @param front as from `frontOf`, all points below the reference
 */
export function createLogEhvi(
  front: readonly (readonly [number, number])[],
  reference: readonly [number, number],
): LogEhvi {
  const strips = Array.from({ length: front.length + 1 }, (_, i) => ({
    from: i === 0 ? Number.NEGATIVE_INFINITY : front[i - 1]![0],
    to: i === front.length ? reference[0] : front[i]![0],
    below: i === 0 ? reference[1] : front[i - 1]![1],
  }))
  const terms = new Float64Array(strips.length)
  const lengths = new Float64Array(strips.length)
  const heights = new Float64Array(strips.length)
  const byMean: [number, number] = [0, 0]
  const byVariance: [number, number] = [0, 0]
  return {
    byMean,
    byVariance,
    value(mean, variance) {
      const deviation = [Math.sqrt(variance[0]), Math.sqrt(variance[1])] as const
      const improvement = (k: 0 | 1, t: number): number =>
        t === Number.NEGATIVE_INFINITY ? t : logExpectedImprovement(mean[k], deviation[k], t)
      const density = (k: 0 | 1, t: number): number =>
        t === Number.NEGATIVE_INFINITY
          ? t
          : -0.5 * ((t - mean[k]) / deviation[k]) ** 2 - logRootTwoPi
      const cumulative = (k: 0 | 1, t: number): number =>
        t === Number.NEGATIVE_INFINITY ? t : logNormalCdf((t - mean[k]) / deviation[k])
      strips.forEach(({ from, to, below }, i) => {
        const [more, less] = [improvement(0, to), improvement(0, from)]
        lengths[i] = less < more ? logDiffExp(more, less) : Number.NEGATIVE_INFINITY
        heights[i] = improvement(1, below)
        terms[i] = lengths[i]! + heights[i]!
      })
      const total = logSumExp(terms)
      byMean.fill(0)
      byVariance.fill(0)
      if (total === Number.NEGATIVE_INFINITY) return total
      strips.forEach(({ from, to, below }, i) => {
        const share = exp(terms[i]! - total)
        if (share === 0) return
        const [far, near] = [cumulative(0, to), cumulative(0, from)]
        byMean[0] -= share * exp(far + log1mExp(Math.min(0, near - far)) - lengths[i]!)
        const bent = exp(density(0, to) - lengths[i]!) - exp(density(0, from) - lengths[i]!)
        byVariance[0] += (share * bent) / (2 * deviation[0])
        byMean[1] -= share * exp(cumulative(1, below) - heights[i]!)
        byVariance[1] += (share * exp(density(1, below) - heights[i]!)) / (2 * deviation[1])
      })
      return total
    },
  }
}

/** The log expected hypervolume improvement of two surrogates over their front. */
export function hypervolumeAcquisition(
  surrogates: readonly [Surrogate, Surrogate],
  front: readonly (readonly [number, number])[],
  reference: readonly [number, number],
): Acquisition {
  const ehvi = createLogEhvi(front, reference)
  const byMean = new Float64Array(1)
  return {
    value(x) {
      const [a, b] = surrogates
      a.predict(x)
      b.predict(x)
      return ehvi.value([a.means[0]!, b.means[0]!], [a.variance, b.variance])
    },
    gradient(out) {
      out.fill(0)
      surrogates.forEach((surrogate, k) => {
        byMean[0] = ehvi.byMean[k]!
        surrogate.addGradient(byMean, ehvi.byVariance[k]!, out)
      })
    },
  }
}
