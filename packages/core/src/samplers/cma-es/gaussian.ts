import { symmetricEigen } from '../../math/eigen.ts'
import { normalDraw } from '../../math/normal.ts'
import type { Rng } from '../../math/rng.ts'
import { exp, log } from '../../math/elementary.ts'
import type { Strategy } from './strategy.ts'

/**
 * The normal distribution N(mean, sigma² C) of a run. What is evaluated is a draw whose distance from
 * the mean is stretched by `scale`; the distribution learns from the draw itself.
 */
export interface Gaussian {
  readonly n: number
  readonly mean: Float64Array
  sigma: number
  /** C, n rows of n entries. */
  covariance: Float64Array
  /** The diagonal A: 1 for continuous coordinates; kept large enough for stepped ones by the margin. */
  readonly scale: Float64Array
  readonly sigmaPath: Float64Array
  readonly path: Float64Array
  /** Row `j` is the j-th principal axis of C, `lengths` the standard deviations along them. */
  vectors: Float64Array
  lengths: Float64Array
  generations: number
}

/** A ranked member: its coordinates, and whether its step may be too long for a true sample. */
export interface Step {
  readonly x: Float64Array
  readonly clipped: boolean
}

/** A distribution with this mean and covariance sigma² · covariance (default: the identity). */
export function createGaussian(
  mean: Float64Array,
  sigma: number,
  covariance?: Float64Array,
): Gaussian {
  const n = mean.length
  const identity = new Float64Array(n * n)
  for (let i = 0; i < n; i++) identity[i * n + i] = 1
  const gaussian: Gaussian = {
    n,
    mean: mean.slice(),
    sigma,
    covariance: covariance ?? identity,
    scale: new Float64Array(n).fill(1),
    sigmaPath: new Float64Array(n),
    path: new Float64Array(n),
    vectors: identity.slice(),
    lengths: new Float64Array(n).fill(1),
    generations: 0,
  }
  if (covariance !== undefined) decompose(gaussian)
  return gaussian
}

/** The distribution with mean m and covariance S, S split so that its shape has determinant 1. */
export function gaussianOf(mean: Float64Array, covariance: Float64Array): Gaussian {
  const n = mean.length
  const sigma = geometricDeviation(symmetricEigen(covariance, n).values)
  return createGaussian(
    mean,
    sigma,
    covariance.map((c) => c / (sigma * sigma)),
  )
}

function geometricDeviation(variances: Float64Array): number {
  let sum = 0
  for (const variance of variances) sum += log(Math.max(variance, Number.MIN_VALUE))
  return exp(sum / (2 * Math.max(1, variances.length)))
}

/** Draws a point into `x`; with a direction (of length 1) only its distance is drawn. */
export function drawPoint(g: Gaussian, rng: Rng, x: Float64Array, direction?: Float64Array): void {
  const { n, mean, vectors, lengths, sigma } = g
  const normal = Float64Array.from({ length: n }, () => normalDraw(rng))
  const distance = direction === undefined ? 1 : lengthOf(normal)
  x.fill(0)
  for (let j = 0; j < n; j++) {
    const z = (direction ?? normal)[j]! * distance * lengths[j]!
    for (let i = 0; i < n; i++) x[i] = x[i]! + z * vectors[j * n + i]!
  }
  for (let i = 0; i < n; i++) x[i] = mean[i]! + sigma * x[i]!
}

/** The point that a draw stands for. */
export function stretch({ mean, scale }: Gaussian, x: Float64Array): Float64Array {
  return x.map((u, i) => (scale[i] === 1 ? u : mean[i]! + scale[i]! * (u - mean[i]!)))
}

/** The draw that stands for a point; the mean where the point has no coordinate. */
export function shrink({ mean, scale }: Gaussian, x: Float64Array): Float64Array {
  return x.map((u, i) => {
    if (Number.isNaN(u)) return mean[i]!
    return scale[i] === 1 ? u : mean[i]! + (u - mean[i]!) / scale[i]!
  })
}

/** Standard deviation of one stretched coordinate. */
export function deviation(g: Gaussian, i: number): number {
  return g.sigma * g.scale[i]! * Math.sqrt(g.covariance[i * g.n + i]!)
}

/** C^(-1/2) y into `out`. */
function whiten(g: Gaussian, y: Float64Array, out: Float64Array): void {
  const { n, vectors, lengths } = g
  out.fill(0)
  for (let j = 0; j < n; j++) {
    let along = 0
    for (let i = 0; i < n; i++) along += vectors[j * n + i]! * y[i]!
    along /= lengths[j]!
    for (let i = 0; i < n; i++) out[i] = out[i]! + along * vectors[j * n + i]!
  }
}

function lengthOf(v: Float64Array): number {
  let sum = 0
  for (const x of v) sum += x * x
  return Math.sqrt(sum)
}

/**
 * One generation of CMA-ES: the mean, both paths, the step size and the covariance move towards the
 * better members (Hansen, arXiv 1604.00772v2, equations 38-47). Steps that no sample of this
 * distribution took are shortened to the length sqrt(n) + 2n / (n + 2) in its metric (N. Hansen,
 * "Injecting External Solutions Into CMA-ES", arXiv 1110.4181).
 * @param steps one a weight, best first
 * @returns false when the covariance is no longer one, after which the distribution is of no use
 */
export function adapt(g: Gaussian, s: Strategy, steps: readonly Step[]): boolean {
  const { n, mean, sigmaPath, path } = g
  const white = new Float64Array(n)
  const longest = Math.sqrt(n) + (2 * n) / (n + 2)
  const squares: number[] = []
  const ys = steps.map(({ x, clipped }) => {
    const y = x.map((xi, i) => (xi - mean[i]!) / g.sigma)
    whiten(g, y, white)
    let length = lengthOf(white)
    if (clipped && length > longest) {
      const shorter = longest / length
      for (let i = 0; i < n; i++) y[i] = y[i]! * shorter
      length = longest
    }
    squares.push(length * length)
    return y
  })
  const shift = new Float64Array(n)
  for (let k = 0; k < s.parents; k++) {
    for (let i = 0; i < n; i++) shift[i] = shift[i]! + s.weights[k]! * ys[k]![i]!
  }
  for (let i = 0; i < n; i++) mean[i] = mean[i]! + g.sigma * shift[i]!

  whiten(g, shift, white)
  const keep = 1 - s.sigmaRate
  const gain = Math.sqrt(s.sigmaRate * (2 - s.sigmaRate) * s.muEff)
  for (let i = 0; i < n; i++) sigmaPath[i] = keep * sigmaPath[i]! + gain * white[i]!
  g.generations++
  const expected = Math.sqrt(1 - keep ** (2 * g.generations))
  const pathLength = lengthOf(sigmaPath)
  const moderate = pathLength / expected < (1.4 + 2 / (n + 1)) * s.chi ? 1 : 0
  const pathGain = moderate * Math.sqrt(s.pathRate * (2 - s.pathRate) * s.muEff)
  for (let i = 0; i < n; i++) path[i] = (1 - s.pathRate) * path[i]! + pathGain * shift[i]!

  const factors = s.weights.map((w, k) =>
    w >= 0 ? w : (w * n) / Math.max(squares[k]!, Number.MIN_VALUE),
  )
  const total = s.weights.reduce((a, b) => a + b, 0)
  const stall = (1 - moderate) * s.pathRate * (2 - s.pathRate)
  const old = 1 + s.rankOne * stall - s.rankOne - s.rankMu * total
  const c = g.covariance
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rankMu = 0
      for (let k = 0; k < ys.length; k++) rankMu += factors[k]! * ys[k]![i]! * ys[k]![j]!
      const entry = old * c[i * n + j]! + s.rankOne * path[i]! * path[j]! + s.rankMu * rankMu
      c[i * n + j] = entry
      c[j * n + i] = entry
    }
  }
  g.sigma *= exp(Math.min(1, (s.sigmaRate / s.sigmaDamping) * (pathLength / s.chi - 1)))
  return decompose(g)
}

/** Brings the principal axes up to date; false when the matrix is not positive definite. */
export function decompose(g: Gaussian): boolean {
  if (
    !(g.sigma > 0 && g.sigma < Number.POSITIVE_INFINITY) ||
    !g.covariance.every(Number.isFinite)
  ) {
    return false
  }
  const { values, vectors } = symmetricEigen(g.covariance, g.n)
  if (g.n > 0 && !(values[0]! > 0)) return false
  g.vectors = vectors
  g.lengths = values.map(Math.sqrt)
  return true
}
