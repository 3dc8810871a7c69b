import type { Rng } from '../../math/rng.ts'
import { normalCdf, normalQuantile } from '../../math/special.ts'
import type { Dimension } from './dimension.ts'
import { cellAt, positionOf } from './dimension.ts'

/**
 * A multivariate Parzen estimator over the dimensions of one group: a mixture of product kernels,
 * one a trial and one prior.
 *
 * Source: S. Watanabe, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components
 * and Their Roles for Better Empirical Performance", arXiv 2304.11127, sections 3.2 and 3.3.
 *
 * n  kernels of trials (kernel n is the prior)        d  dimensions
 * Continuous dimension: Gaussian truncated to [0, 1] with a bandwidth of its own.
 * Grid dimension: the mass of that Gaussian in each cell.   Choice: Aitchison-Aitken.
 * Prior kernel: mean 1/2, bandwidth 1; uniform over labels.
 * Densities are natural logarithms; scores of two estimators over the same group compare.
 */
export interface Parzen {
  /** A draw from the mixture, as codes. */
  sample(rng: Rng, out: Float64Array): void
  /** Log density at a point of codes. */
  logDensity(point: Float64Array): number
}

/** Kernels narrower than this share of the range are widened (Watanabe: Delta = 0.03). */
const minBandwidth = 0.03

/** Log masses of the cells of a grid under a truncated Gaussian, by (cell, bandwidth). */
export type MassTables = Map<number, Float64Array>[]

export interface ParzenParts {
  readonly dimensions: readonly Dimension[]
  /** Codes of kernel i in dimension j at codes[j][rows[i]]. */
  readonly codes: readonly Float64Array[]
  readonly rows: readonly number[]
  /** For ordered dimensions, the positions in `rows` sorted by coordinate; else empty. */
  readonly sorted: readonly (readonly number[])[]
  /** Relative weight of every row; they and the prior's are normalised here. */
  readonly weights: Float64Array
  readonly priorWeight: number
  /** Shared by the estimators of a group; filled as needed. */
  readonly tables: readonly MassTables[]
  readonly norms: NormCache
}

/** Remembers the normaliser of a Gaussian while its bandwidth stays. */
export interface NormCache {
  /** By dimension and row: the bandwidth last used and its log normaliser. */
  readonly bandwidth: Float64Array[]
  readonly logNorm: Float64Array[]
}

export function buildParzen(parts: ParzenParts): Parzen {
  const { dimensions, rows } = parts
  const n = rows.length
  const d = dimensions.length
  const mu = new Float64Array((n + 1) * d)
  const inverse = new Float64Array((n + 1) * d)
  const constant = logWeights(parts)
  const choiceLog = dimensions.map((dim) => choiceKernel(dim, n))
  const tables: Float64Array[][] = []
  dimensions.forEach((dim, j) => {
    if (dim.kind === 'choice') {
      rows.forEach((row, i) => (mu[i * d + j] = parts.codes[j]?.[row] as number))
      return
    }
    fillOrdered(parts, j, mu, inverse, constant, tables)
  })
  return {
    sample: (rng, out) => sample(parts, mu, inverse, choiceLog, rng, out),
    logDensity: (x) => logDensity(dimensions, mu, inverse, constant, choiceLog, tables, x),
  }
}

function logWeights({ weights, priorWeight, rows }: ParzenParts): Float64Array {
  const n = rows.length
  let total = priorWeight
  for (let i = 0; i < n; i++) total += weights[i] as number
  const logs = new Float64Array(n + 1)
  for (let i = 0; i < n; i++) logs[i] = Math.log((weights[i] as number) / total)
  logs[n] = Math.log(priorWeight / total)
  return logs
}

/** Log probabilities of the kernel's own label, of each other label, and of any under the prior. */
function choiceKernel({ kind, count }: Dimension, n: number): readonly [number, number, number] {
  if (kind !== 'choice') return [0, 0, 0]
  // The bandwidth (C - 1)/(n + C) of the source gives these.
  return [Math.log((n + 1) / (n + count)), Math.log(1 / (n + count)), -Math.log(count)]
}

/** Bandwidths by neighbours, then means, normalisers and mass tables of one ordered dimension. */
function fillOrdered(
  parts: ParzenParts,
  j: number,
  mu: Float64Array,
  inverse: Float64Array,
  constant: Float64Array,
  tables: Float64Array[][],
): void {
  const { dimensions, rows, codes } = parts
  const dim = dimensions[j] as Dimension
  const column = codes[j] as Float64Array
  const sorted = parts.sorted[j] as readonly number[]
  const n = rows.length
  const d = dimensions.length
  const at = (k: number): number =>
    positionOf(dim, column[rows[sorted[k] as number] as number] as number)
  const bandwidthCache = parts.norms.bandwidth[j] as Float64Array
  const normCache = parts.norms.logNorm[j] as Float64Array
  const table: Float64Array[] = new Array<Float64Array>(n + 1)
  let before = Number.NaN
  for (let k = 0; k < n; k++) {
    const i = sorted[k] as number
    const row = rows[i] as number
    const x = at(k)
    let after = k + 1 < n ? at(k + 1) : Number.NaN
    let left = before
    // The prior's mean is a neighbour as well.
    if (x <= 0.5 && !(after < 0.5)) after = 0.5
    if (x > 0.5 && !(left > 0.5)) left = 0.5
    const gap = Math.max(Number.isNaN(left) ? 0 : x - left, Number.isNaN(after) ? 0 : after - x)
    const bandwidth = Math.min(1, Math.max(minBandwidth, gap))
    before = x
    mu[i * d + j] = x
    inverse[i * d + j] = 1 / bandwidth
    if (dim.kind === 'grid') {
      table[i] = massTable(parts.tables[j] as MassTables, dim, column[row] as number, bandwidth)
      continue
    }
    if (bandwidthCache[row] !== bandwidth) {
      bandwidthCache[row] = bandwidth
      normCache[row] = logNormaliser(x, bandwidth)
    }
    constant[i] = (constant[i] as number) - (normCache[row] as number)
  }
  mu[n * d + j] = 0.5
  inverse[n * d + j] = 1
  if (dim.kind === 'grid') {
    table[n] = massTable(parts.tables[j] as MassTables, dim, -1, 1)
    tables[j] = table
  } else constant[n] = (constant[n] as number) - logNormaliser(0.5, 1)
}

/** Log of the integral of exp(-((x - mean)/b)²/2) over [0, 1]. */
function logNormaliser(mean: number, b: number): number {
  const mass = normalCdf((1 - mean) / b) - normalCdf(-mean / b)
  return Math.log(b * Math.sqrt(2 * Math.PI) * mass)
}

/** `cell` -1 stands for the prior, whose mean is 1/2. */
function massTable(tables: MassTables, dim: Dimension, cell: number, b: number): Float64Array {
  const byBandwidth = (tables[cell + 1] ??= new Map<number, Float64Array>())
  let table = byBandwidth.get(b)
  if (table !== undefined) return table
  if (byBandwidth.size > 500) byBandwidth.clear()
  const mean = cell < 0 ? 0.5 : (dim.centres[cell] as number)
  table = new Float64Array(dim.count)
  const start = normalCdf(-mean / b)
  const whole = normalCdf((1 - mean) / b) - start
  let low = start
  for (let i = 0; i < dim.count; i++) {
    const high = normalCdf(((dim.edges[i + 1] as number) - mean) / b)
    table[i] = Math.log(Math.max(1e-300, (high - low) / whole))
    low = high
  }
  byBandwidth.set(b, table)
  return table
}

/** Kernels so far below the largest add nothing to the sum in double precision. */
const negligible = -40

function logDensity(
  dimensions: readonly Dimension[],
  mu: Float64Array,
  inverse: Float64Array,
  constant: Float64Array,
  choiceLog: readonly (readonly [number, number, number])[],
  tables: readonly Float64Array[][],
  x: Float64Array,
): number {
  const d = dimensions.length
  const n = constant.length - 1
  const logs = scratch(n + 1)
  logs.set(constant)
  for (let j = 0; j < d; j++) {
    const kind = (dimensions[j] as Dimension).kind
    const xj = x[j] as number
    if (kind === 'continuous') {
      for (let i = 0, at = j; i <= n; i++, at += d) {
        const z = (xj - mu[at]!) * inverse[at]!
        logs[i] = logs[i]! - 0.5 * z * z
      }
    } else if (kind === 'grid') {
      const table = tables[j]!
      for (let i = 0; i <= n; i++) logs[i] = logs[i]! + table[i]![xj]!
    } else {
      const [same, other, prior] = choiceLog[j]!
      for (let i = 0, at = j; i < n; i++, at += d) {
        logs[i] = logs[i]! + (mu[at] === xj ? same : other)
      }
      logs[n] = logs[n]! + prior
    }
  }
  let top = Number.NEGATIVE_INFINITY
  for (let i = 0; i <= n; i++) if (logs[i]! > top) top = logs[i]!
  let sum = 0
  for (let i = 0; i <= n; i++) {
    const rest = logs[i]! - top
    if (rest > negligible) sum += Math.exp(rest)
  }
  return top + Math.log(sum)
}

let buffer = new Float64Array(1024)
function scratch(length: number): Float64Array {
  if (buffer.length < length) buffer = new Float64Array(length * 2)
  return buffer.subarray(0, length)
}

function sample(
  parts: ParzenParts,
  mu: Float64Array,
  inverse: Float64Array,
  choiceLog: readonly (readonly [number, number, number])[],
  rng: Rng,
  out: Float64Array,
): void {
  const { dimensions, rows, weights, priorWeight } = parts
  const n = rows.length
  const d = dimensions.length
  let total = priorWeight
  for (let i = 0; i < n; i++) total += weights[i] as number
  let rest = rng.next() * total
  let kernel = n
  for (let i = 0; i < n; i++) {
    rest -= weights[i] as number
    if (rest < 0) {
      kernel = i
      break
    }
  }
  dimensions.forEach((dim, j) => {
    const u = rng.next()
    const mean = mu[kernel * d + j] as number
    if (dim.kind === 'choice') {
      const own =
        kernel === n ? 0 : Math.exp((choiceLog[j] as readonly [number, number, number])[0])
      out[j] =
        kernel < n && u < own
          ? mean
          : otherLabel((u - own) / (1 - own), kernel < n ? mean : -1, dim.count)
      return
    }
    const b = 1 / (inverse[kernel * d + j] as number)
    const low = normalCdf(-mean / b)
    const high = normalCdf((1 - mean) / b)
    const x = Math.min(1, Math.max(0, mean + b * normalQuantile(low + u * (high - low))))
    out[j] = dim.kind === 'grid' ? cellAt(dim, x) : x
  })
}

/** A label drawn evenly among those other than `own` (-1: among all) by a number in [0, 1). */
function otherLabel(u: number, own: number, count: number): number {
  const among = own < 0 ? count : count - 1
  const label = Math.min(among - 1, Math.floor(u * among))
  return own >= 0 && label >= own ? label + 1 : label
}
