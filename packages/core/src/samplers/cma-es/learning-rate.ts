import { symmetricEigen } from '../../math/eigen.ts'
import type { Gaussian } from './gaussian.ts'
import { exp, log } from '../../math/elementary.ts'
import { decompose } from './gaussian.ts'

/** What is known of how much signal the updates of one part of the distribution carry. */
interface Rate {
  eta: number
  readonly beta: number
  readonly mean: Float64Array
  square: number
}

export interface LearningRates {
  readonly mean: Rate
  readonly covariance: Rate
}

const signal = 1.4
const change = 0.1

export function createLearningRates(n: number): LearningRates {
  const rate = (beta: number, size: number): Rate => ({
    eta: 1,
    beta,
    mean: new Float64Array(size),
    square: 0,
  })
  return { mean: rate(0.1, n), covariance: rate(0.03, n * n) }
}

/** What a distribution was before a generation. */
export interface Before {
  readonly mean: Float64Array
  readonly sigma: number
  readonly covariance: Float64Array
  readonly vectors: Float64Array
  readonly lengths: Float64Array
}

export const rememberGaussian = (g: Gaussian): Before => ({
  mean: g.mean.slice(),
  sigma: g.sigma,
  covariance: g.covariance.slice(),
  vectors: g.vectors,
  lengths: g.lengths,
})

/**
 * Takes only a part of a generation's update, so large that the signal-to-noise ratio of the updates
 * stays constant: slow on noisy and rugged objectives, where a step says little.
 *
 * Source: M. Nomura, Y. Akimoto, I. Ono, "CMA-ES with Learning Rate Adaptation: Can CMA-ES with
 * Default Population Size Solve Multimodal and Noisy Problems?", GECCO 2023, with their
 * constants (1.4; 0.1; 0.1 for the mean, 0.03 for the covariance).
 * @returns false when the covariance is no longer one
 */
export function damp(g: Gaussian, before: Before, rates: LearningRates): boolean {
  const { n } = g
  const root = inverseRoot(before, n)
  const shift = new Float64Array(n)
  for (let i = 0; i < n; i++) shift[i] = g.mean[i]! - before.mean[i]!
  const difference = new Float64Array(n * n)
  const [now, then] = [g.sigma * g.sigma, before.sigma * before.sigma]
  for (let i = 0; i < n * n; i++) {
    difference[i] = now * g.covariance[i]! - then * before.covariance[i]!
  }
  const localShift = multiply(root, shift, n, 1)
  const local = multiply(multiply(root, difference, n, n), root, n, n).map((x) => x * Math.SQRT1_2)
  const earlier = rates.mean.eta
  adaptRate(rates.mean, localShift)
  adaptRate(rates.covariance, local)
  const { eta } = rates.covariance
  for (let i = 0; i < n; i++) {
    g.mean[i] = before.mean[i]! + rates.mean.eta * shift[i]!
  }
  const whole = difference.map((d, i) => then * before.covariance[i]! + eta * d)
  if (!whole.every(Number.isFinite)) return false
  const { values } = symmetricEigen(whole, n)
  if (!(values[0]! > 0)) return false
  const sigma = exp(values.reduce((sum, v) => sum + log(v), 0) / (2 * n))
  g.covariance = whole.map((x) => x / (sigma * sigma))
  // Otherwise the step size would lose its fit to a mean that now moves faster or slower.
  g.sigma = (sigma * earlier) / rates.mean.eta
  return decompose(g)
}

function adaptRate(rate: Rate, update: Float64Array): void {
  const { beta, mean } = rate
  let length = 0
  let square = 0
  for (let i = 0; i < mean.length; i++) {
    mean[i] = (1 - beta) * mean[i]! + beta * update[i]!
    length += mean[i]! * mean[i]!
    square += update[i]! * update[i]!
  }
  rate.square = (1 - beta) * rate.square + beta * square
  const noise = rate.square - length
  if (!(noise > 0)) return
  const ratio = (length - (beta / (2 - beta)) * rate.square) / noise
  const push = Math.max(-1, Math.min(1, ratio / (signal * rate.eta) - 1))
  rate.eta = Math.min(1, rate.eta * exp(Math.min(change * rate.eta, beta) * push))
}

/** The symmetric root of the inverse of sigma² C. */
function inverseRoot({ sigma, vectors, lengths }: Before, n: number): Float64Array {
  const root = new Float64Array(n * n)
  for (let k = 0; k < n; k++) {
    const factor = 1 / (sigma * lengths[k]!)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        root[i * n + j] = root[i * n + j]! + factor * vectors[k * n + i]! * vectors[k * n + j]!
      }
    }
  }
  return root
}

/** The product of an n × n matrix and one of n rows and `columns` columns. */
function multiply(a: Float64Array, b: Float64Array, n: number, columns: number): Float64Array {
  const product = new Float64Array(n * columns)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!
      for (let j = 0; j < columns; j++) {
        product[i * columns + j] = product[i * columns + j]! + factor * b[k * columns + j]!
      }
    }
  }
  return product
}
