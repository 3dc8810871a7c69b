import { exp, expAll } from '../../math/elementary.ts'
import { matern52 } from '../../math/kernels.ts'
import type { Factor } from '../../math/linalg.ts'
import { createFactor, dot } from '../../math/linalg.ts'

/**
 * Parameters of the kernel, k(x, x') = s² m(Σ_f d_f(x, x')² / ℓ_f²) + c², and of the noise σ²; m is
 * Matérn-5/2 and d_f the distance by one feature. The constant c² = 1 stands for an unknown mean.
 */
export interface Hyper {
  /** ln ℓ_f by feature. */
  readonly lengths: Float64Array
  /** ln s² and ln σ². */
  readonly signal: number
  readonly noise: number
}

/** The variance of the mean, which targets have by standardisation. */
export const meanVariance = 1

/** Which features are ordered and how far nominal ones are from none; see Layout. */
export interface Geometry {
  readonly features: number
  readonly ordered: number
  readonly neutral: Float64Array
}

/**
 * A Gaussian process given observations, evaluated at one point at a time: `predict` leaves the
 * prediction in the fields and what `addGradient` needs behind it.
 */
export interface Surrogate {
  /** The number of observations and imagined ones. */
  readonly size: number
  readonly hyper: Hyper
  /** Posterior means at the last point, one for each imagined outcome of what is pending. */
  readonly means: Float64Array
  /** Posterior variance at the last point, at least a millionth of the noise. */
  variance: number
  predict(x: Float64Array): void
  /** out += Σ_s byMean[s] ∂mean_s/∂x + byVariance ∂variance/∂x, for ordered features. */
  addGradient(byMean: Float64Array, byVariance: number, out: Float64Array): void
  /** Posterior means at the rows, of outcome `s`. */
  fitted(s: number): Float64Array
  /** The prior covariance of two points. */
  covariance(a: Float64Array, b: Float64Array): number
  /** The last point as the data see it: what two points share is the product of theirs. */
  readonly explained: Float64Array
  /** The scaled squared distance of the last point from a row, by feature. */
  distances(row: number, out: Float64Array): void
}

/** The parts that are kept while observations are added under the same parameters. */
export interface Base {
  readonly hyper: Hyper
  readonly factor: Factor
  /** Features with ordered ones divided by their lengths, a row each. */
  scaled: Float64Array
}

export function createBase(hyper: Hyper): Base {
  return { hyper, factor: createFactor(), scaled: new Float64Array(0) }
}

/** Adds one row of features to the factor. */
export function addRow(base: Base, geometry: Geometry, x: Float64Array): void {
  const { factor, hyper } = base
  const { features } = geometry
  const n = factor.size
  if (base.scaled.length < (n + 1) * features) {
    const old = base.scaled
    base.scaled = new Float64Array(2 * (n + 16) * features)
    base.scaled.set(old)
  }
  scale(x, hyper, geometry, base.scaled, n * features)
  const row = new Float64Array(n)
  const weights = weightsOf(hyper)
  const signal = exp(hyper.signal)
  squaredDistances(base.scaled, n * features, base.scaled, geometry, weights, row, n)
  for (let i = 0; i < n; i++) row[i] = signal * matern52(row[i]!) + meanVariance
  factor.append(row, signal + meanVariance + exp(hyper.noise))
}

/**
 * The posterior given targets.
 * @param whitened by outcome, L⁻¹ y
 */
export function createSurrogate(
  base: Base,
  geometry: Geometry,
  whitened: readonly Float64Array[],
): Surrogate {
  const { factor, hyper } = base
  const { features, ordered, neutral } = geometry
  const n = factor.size
  const { inverse } = factor
  const rows = base.scaled
  const outcomes = whitened.length
  const alphas = whitened.map((w) => {
    const alpha = new Float64Array(n)
    factor.unwhiten(w, alpha)
    return alpha
  })
  const weights = weightsOf(hyper)
  const scales = hyper.lengths.map((l) => exp(-l))
  const signal = exp(hyper.signal)
  const noise = exp(hyper.noise)
  const point = new Float64Array(features)
  const covariances = new Float64Array(n)
  const slopes = new Float64Array(n)
  const white = new Float64Array(n)
  const pull = new Float64Array(n)
  const means = new Float64Array(outcomes)
  const pair = [new Float64Array(features), new Float64Array(features)] as const
  const apart = new Float64Array(1)
  const surrogate: Surrogate = {
    size: n,
    hyper,
    means,
    variance: 0,
    predict(x) {
      scale(x, hyper, geometry, point, 0, scales)
      squaredDistances(point, 0, rows, geometry, weights, slopes, n)
      for (let i = 0; i < n; i++) covariances[i] = -Math.sqrt(5 * slopes[i]!)
      slopes.set(covariances)
      expAll(slopes, n)
      for (let i = 0; i < n; i++) {
        const a = -covariances[i]!
        const e = signal * slopes[i]!
        covariances[i] = e * (1 + a + (a * a) / 3) + meanVariance
        slopes[i] = (-5 / 6) * e * (1 + a)
      }
      for (let s = 0; s < outcomes; s++) means[s] = dot(covariances, 0, alphas[s]!, 0, n)
      let explained = 0
      for (let i = 0, start = 0; i < n; i++, start += i) {
        const w = dot(inverse, start, covariances, 0, i + 1)
        white[i] = w
        explained += w * w
      }
      surrogate.variance = Math.max(signal + meanVariance - explained, 1e-6 * noise)
    },
    addGradient(byMean, byVariance, out) {
      factor.unwhiten(white, pull)
      for (let i = 0; i < n; i++) {
        let weight = -2 * byVariance * pull[i]!
        for (let s = 0; s < outcomes; s++) weight += byMean[s]! * alphas[s]![i]!
        weight *= 2 * slopes[i]!
        const at = i * features
        for (let f = 0; f < ordered; f++) {
          out[f]! += weight * (point[f]! - rows[at + f]!) * scales[f]!
        }
      }
    },
    fitted(s) {
      const fit = new Float64Array(n)
      const { lower } = factor
      for (let i = 0, start = 0; i < n; i++, start += i) {
        fit[i] = dot(lower, start, whitened[s]!, 0, i + 1) - noise * alphas[s]![i]!
      }
      return fit
    },
    explained: white,
    covariance(a, b) {
      scale(a, hyper, geometry, pair[0], 0, scales)
      scale(b, hyper, geometry, pair[1], 0, scales)
      squaredDistances(pair[0], 0, pair[1], geometry, weights, apart, 1)
      return signal * matern52(apart[0]!) + meanVariance
    },
    distances(row, out) {
      const at = row * features
      for (let f = 0; f < features; f++) {
        const [p, q] = [point[f]!, rows[at + f]!]
        if (f < ordered) out[f] = (p - q) * (p - q)
        else if (p === q) out[f] = 0
        else out[f] = p < 0 || q < 0 ? weights[f]! * neutral[f]! : weights[f]!
      }
    },
  }
  return surrogate
}

/** 1 / ℓ² by feature. */
function weightsOf({ lengths }: Hyper): Float64Array {
  return lengths.map((l) => exp(-2 * l))
}

function scale(
  x: Float64Array,
  { lengths }: Hyper,
  { features, ordered }: Geometry,
  out: Float64Array,
  at: number,
  scales: Float64Array = lengths.map((l) => exp(-l)),
): void {
  for (let f = 0; f < features; f++) out[at + f] = f < ordered ? x[f]! * scales[f]! : x[f]!
}

/** Writes the scaled squared distances of the row of `a` that starts at `i` from the first `n` of `rows`. */
function squaredDistances(
  a: Float64Array,
  i: number,
  rows: Float64Array,
  { features, ordered, neutral }: Geometry,
  weights: Float64Array,
  out: Float64Array,
  n: number,
): void {
  for (let row = 0, j = 0; row < n; row++, j += features) {
    let sum = 0
    for (let f = 0; f < ordered; f++) {
      const d = a[i + f]! - rows[j + f]!
      sum += d * d
    }
    for (let f = ordered; f < features; f++) {
      const p = a[i + f]!
      const q = rows[j + f]!
      if (p !== q) sum += p < 0 || q < 0 ? weights[f]! * neutral[f]! : weights[f]!
    }
    out[row] = sum
  }
}
