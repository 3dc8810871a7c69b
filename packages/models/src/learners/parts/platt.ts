import { exp, log, log1p } from '@attune/core/math'

/** Probability of the second class = 1 / (1 + e^(slope · score + offset)). */
export interface Sigmoid {
  readonly slope: number
  readonly offset: number
}

/** A sigmoid that takes scores as they are: probability 1 / (1 + e^−score). */
export const plainSigmoid: Sigmoid = { slope: -1, offset: 0 }

const smallestStep = 1e-10
const ridge = 1e-12

/**
 * Fits a sigmoid to scores: J. C. Platt, "Probabilistic outputs for support vector machines", 1999, by
 * Newton's method with backtracking as in H.-T. Lin, C.-J. Lin and R. C. Weng, "A note on Platt's
 * probabilistic outputs for support vector machines", 2007, algorithm 1.
 *
 * @param scores higher for the second class
 * @param positive by row, whether it is of the second class
 * @param weights by row
 */
export function fitSigmoid(
  scores: ArrayLike<number>,
  positive: ArrayLike<number | boolean>,
  weights: ArrayLike<number>,
): Sigmoid {
  let up = 0
  let down = 0
  for (let i = 0; i < scores.length; i++) {
    if (positive[i]) up += weights[i]!
    else down += weights[i]!
  }
  // Targets are kept from 0 and 1 as if one more row of either class had been seen.
  const high = (up + 1) / (up + 2)
  const low = 1 / (down + 2)
  let slope = 0
  let offset = log((down + 1) / (up + 1))
  let value = lossOf(scores, positive, weights, high, low, slope, offset)
  for (let iteration = 0; iteration < 100; iteration++) {
    let [h11, h22, h21, g1, g2] = [ridge, ridge, 0, 0, 0]
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!
      const { p, q } = sharesOf(score * slope + offset)
      const weight = weights[i]!
      const curvature = weight * p * q
      const gap = weight * ((positive[i] ? high : low) - p)
      h11 += score * score * curvature
      h22 += curvature
      h21 += score * curvature
      g1 += score * gap
      g2 += gap
    }
    if (Math.abs(g1) < 1e-5 && Math.abs(g2) < 1e-5) break
    const determinant = h11 * h22 - h21 * h21
    const along = -(h22 * g1 - h21 * g2) / determinant
    const across = -(h11 * g2 - h21 * g1) / determinant
    const descent = g1 * along + g2 * across
    let step = 1
    for (; step >= smallestStep; step /= 2) {
      const nextSlope = slope + step * along
      const nextOffset = offset + step * across
      const next = lossOf(scores, positive, weights, high, low, nextSlope, nextOffset)
      if (next < value + 1e-4 * step * descent) {
        slope = nextSlope
        offset = nextOffset
        value = next
        break
      }
    }
    if (step < smallestStep) break
  }
  return { slope, offset }
}

/** The probability that a sigmoid gives to a score. */
export function sigmoidAt({ slope, offset }: Sigmoid, score: number): number {
  return sharesOf(slope * score + offset).p
}

/** p = 1 / (1 + e^f) and q = 1 − p, without overflow or loss. */
function sharesOf(f: number): { readonly p: number; readonly q: number } {
  const e = exp(-Math.abs(f))
  const less = e / (1 + e)
  const more = 1 / (1 + e)
  return f >= 0 ? { p: less, q: more } : { p: more, q: less }
}

function lossOf(
  scores: ArrayLike<number>,
  positive: ArrayLike<number | boolean>,
  weights: ArrayLike<number>,
  high: number,
  low: number,
  slope: number,
  offset: number,
): number {
  let sum = 0
  for (let i = 0; i < scores.length; i++) {
    const f = scores[i]! * slope + offset
    const target = positive[i] ? high : low
    const rest = log1p(exp(-Math.abs(f)))
    sum += weights[i]! * (f >= 0 ? target * f + rest : (target - 1) * f + rest)
  }
  return sum
}
