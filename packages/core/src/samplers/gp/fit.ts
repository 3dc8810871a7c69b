import { minimizeLbfgs } from '../../math/lbfgs.ts'
import { createFactor, dot, inverseOf, packedLength } from '../../math/linalg.ts'
import { normalDraw } from '../../math/normal.ts'
import type { Rng } from '../../math/rng.ts'
import type { Geometry, Hyper } from './surrogate.ts'
import { exp, log } from '../../math/elementary.ts'
import { meanVariance } from './surrogate.ts'

/**
 * Maximum a posteriori fit of the kernel.
 *
 * Priors, all normal in the logarithm:
 * ln ℓ_f  N(√2 + ½ ln F - 3, 3), F features: where the log-normal density of C. Hvarfner, E. O.
 *         Hellsten and L. Nardi, "Vanilla Bayesian Optimization Performs Great in High Dimensions",
 *         ICML 2024, with the same spread, has its mode; for nominal features ½ ln(12 d) more, d their
 *         distance from none, since two random labels differ by more than two random coordinates
 * ln s²   N(0, 1)
 * ln σ²   N(ln 1e-4, 3²), with a floor
 */
export interface Prior {
  readonly lengths: Float64Array
  readonly lengthVariance: number
  readonly signal: number
  readonly signalVariance: number
  readonly noise: number
  readonly noiseVariance: number
  /** The negative logarithm of a further density; its slopes are added to the gradient. */
  readonly more?: (theta: Float64Array, gradient: Float64Array) => number
}

export function priorOf({ features, ordered, neutral }: Geometry): Prior {
  const length = Math.SQRT2 + 0.5 * log(Math.max(1, features)) - 3
  return {
    lengths: neutral.map((d, f) => (f < ordered ? length : length + 0.5 * log(12 * d))),
    lengthVariance: 3,
    signal: 0,
    signalVariance: 1,
    noise: log(1e-4),
    noiseVariance: 9,
  }
}

/** Bounds of ln ℓ, ln s² and ln σ². */
const lowest = { length: log(5e-3), signal: log(1e-2), noise: log(1e-8) }
const highest = { length: log(1e3), signal: log(1e2), noise: 0 }
/** Up to so many rows, further starts are affordable: two random ones, and the prior's mode. */
const affordable = { random: 120, mode: 240 }

/** Squared distances by feature of all pairs of rows, packed: pair (i, j), j < i, times features. */
function pairDistances(rows: readonly Float64Array[], geometry: Geometry): Float64Array {
  const { features, ordered, neutral } = geometry
  const n = rows.length
  const out = new Float64Array(packedLength(n) * features)
  let at = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const a = rows[i]!
      const b = rows[j]!
      for (let f = 0; f < features; f++) {
        const p = a[f]!
        const q = b[f]!
        if (f < ordered) out[at + f] = (p - q) * (p - q)
        else if (p === q) out[at + f] = 0
        else out[at + f] = p < 0 || q < 0 ? neutral[f]! : 1
      }
      at += features
    }
  }
  return out
}

/**
 * The negative log posterior density of the parameters (ln ℓ_1 … ln ℓ_F, ln s², ln σ²), up to a
 * constant, as a function that writes its gradient.
 */
export function negativeLogPosterior(
  rows: readonly Float64Array[],
  targets: Float64Array,
  geometry: Geometry,
  prior: Prior = priorOf(geometry),
): (theta: Float64Array, gradient: Float64Array) => number {
  const n = rows.length
  const { features } = geometry
  const distances = pairDistances(rows, geometry)
  const factor = createFactor(n)
  const row = new Float64Array(n)
  const slopes = new Float64Array(packedLength(n))
  const inverse = new Float64Array(packedLength(n))
  const white = new Float64Array(n)
  const alpha = new Float64Array(n)
  const weights = new Float64Array(features)
  const modes = prior.lengths
  return (theta, gradient) => {
    for (let f = 0; f < features; f++) weights[f] = exp(-2 * theta[f]!)
    const signal = exp(theta[features]!)
    const noise = exp(theta[features + 1]!)
    factor.truncate(0)
    let pair = 0
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const a = Math.sqrt(5 * dot(distances, pair * features, weights, 0, features))
        const e = signal * exp(-a)
        row[j] = e * (1 + a + (a * a) / 3) + meanVariance
        slopes[pair++] = (-5 / 6) * e * (1 + a)
      }
      pair++
      factor.append(row, signal + meanVariance + noise)
    }
    factor.whiten(targets, white)
    factor.unwhiten(white, alpha)
    inverseOf(factor, inverse)
    let value = 0.5 * (dot(white, 0, white, 0, n) + factor.logDeterminant())
    gradient.fill(0)
    // ½ tr((K⁻¹ - α αᵀ) ∂K): every pair counts twice, the diagonal once.
    let total = 0
    let trace = 0
    pair = 0
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const pull = inverse[pair]! - alpha[i]! * alpha[j]!
        const slope = pull * slopes[pair]!
        const at = pair * features
        for (let f = 0; f < features; f++) gradient[f]! += slope * distances[at + f]!
        pair++
      }
      const pull = inverse[pair]! - alpha[i]! * alpha[i]!
      trace += pull
      total += alpha[i]!
      pair++
    }
    for (let f = 0; f < features; f++) gradient[f]! *= -2 * weights[f]!
    let ones = 0
    pair = 0
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) ones += 2 * inverse[pair++]!
      ones += inverse[pair++]!
    }
    // The trace with K is n - yᵀα; what noise and mean add to K is taken off.
    const whole = n - dot(white, 0, white, 0, n)
    gradient[features] = 0.5 * (whole - noise * trace - meanVariance * (ones - total * total))
    gradient[features + 1] = 0.5 * noise * trace
    for (let f = 0; f < features; f++) {
      const d = theta[f]! - modes[f]!
      value += (0.5 * d * d) / prior.lengthVariance
      gradient[f]! += d / prior.lengthVariance
    }
    const s = theta[features]! - prior.signal
    const e = theta[features + 1]! - prior.noise
    value += (0.5 * s * s) / prior.signalVariance + (0.5 * e * e) / prior.noiseVariance
    gradient[features]! += s / prior.signalVariance
    gradient[features + 1]! += e / prior.noiseVariance
    if (prior.more !== undefined) value += prior.more(theta, gradient)
    return value
  }
}

/**
 * The likeliest parameters of those found by L-BFGS from an earlier optimum, from the prior's mode
 * and from two random points, as far as their number of rows lets that be; rounded to four decimals.
 */
export function fitHyper(
  rows: readonly Float64Array[],
  targets: Float64Array,
  geometry: Geometry,
  rng: Rng,
  earlier?: Hyper,
  prior: Prior = priorOf(geometry),
): Hyper {
  const { features } = geometry
  const f = negativeLogPosterior(rows, targets, geometry, prior)
  const vector = (lengths: Float64Array, signal: number, noise: number): Float64Array =>
    Float64Array.of(...lengths, signal, noise)
  const all = (length: number): Float64Array => new Float64Array(features).fill(length)
  const lower = vector(all(lowest.length), lowest.signal, lowest.noise)
  const upper = vector(all(highest.length), highest.signal, highest.noise)
  const mode = vector(prior.lengths, prior.signal, prior.noise)
  const starts: Float64Array[] = []
  if (earlier !== undefined) {
    starts.push(vector(earlier.lengths, earlier.signal, earlier.noise))
  }
  if (earlier === undefined || rows.length <= affordable.mode) starts.push(mode)
  if (rows.length <= affordable.random) {
    for (let k = 0; k < 2; k++) starts.push(mode.map((m) => m + normalDraw(rng)))
  }
  const options = {
    lower,
    upper,
    iterations: 50,
    gradientTolerance: 1e-3,
    valueTolerance: 1e-5,
  }
  const found = starts.map((start) => minimizeLbfgs(f, start, options))
  const best = found.reduce((a, b) => (b.value < a.value ? b : a))
  const x = best.x.map((v) => Math.round(v * 1e4) / 1e4)
  return { lengths: x.slice(0, features), signal: x[features]!, noise: x[features + 1]! }
}
