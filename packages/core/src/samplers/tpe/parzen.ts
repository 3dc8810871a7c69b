import type { Rng } from '../../math/rng.ts'
import { normalCdf, normalQuantile } from '../../math/special.ts'
import type { Dimension } from './dimension.ts'
import { exp, log } from '../../math/elementary.ts'
import { cellAt, positionOf } from './dimension.ts'

/**
 * A multivariate Parzen estimator over the dimensions of one group: a mixture of product kernels,
 * one a trial and one prior.
 *
 * Source: S. Watanabe, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components
 * and Their Roles for Better Empirical Performance", arXiv 2304.11127, sections 3.2 and 3.3.
 *
 * n  kernels of trials (kernel n is the prior)        d  dimensions
 * Continuous dimension: Gaussian truncated to [0, 1] with a bandwidth of its own, the larger
 * distance to its neighbours, at least 0.03 and at most 1.
 * Grid dimension: the mass of that Gaussian in each cell.   Choice: Aitchison-Aitken.
 * Prior kernel: mean 1/2, bandwidth 1; uniform over labels.
 * Densities are natural logarithms; scores of two estimators over the same group compare.
 * The arrays are kept and filled anew for every proposal.
 */
export interface Parzen {
  /** Takes these kernels. */
  fill(kernels: Kernels): void
  /** A draw from the mixture, as codes. */
  sample(rng: Rng, out: Float64Array): void
  /** Log density at a point of codes. */
  logDensity(point: Float64Array): number
}

export interface Kernels {
  /** Trial numbers, and by trial the place in `rows`, or -1 for trials that are no kernel. */
  readonly rows: Int32Array
  readonly places: Int32Array
  /** By dimension: the code of every trial, and all trials in the order of their coordinates. */
  readonly codes: readonly Float64Array[]
  readonly sorted: readonly (readonly number[])[]
  /** Relative weight of every row and of the prior; they are normalised here. */
  readonly weights: Float64Array
  readonly priorWeight: number
}

/** Kernels narrower than this share of the range are widened (Watanabe: Delta = 0.03). */
const minBandwidth = 0.03
/** Kernels so far below the largest add nothing to the sum in double precision. */
const negligible = -40
/** Mass tables kept for one mean of a grid. */
const maxTables = 500

/** What is kept for one dimension. */
interface Slot {
  readonly dimension: Dimension
  /** Mean and inverse bandwidth by kernel; for a choice the mean is the label's index. */
  mu: Float64Array
  inverse: Float64Array
  /** Grid: which of the tables in use each kernel has, and the tables in use. */
  tableOf: Int32Array
  used: Float64Array[]
  /** Grid: log masses of all cells by mean (cell + 1; 0 is the prior) and bandwidth. */
  readonly tables: Map<number, Float64Array>[]
  /** By trial: the mean and bandwidth last used and their log normaliser. */
  mean: Float64Array
  bandwidth: Float64Array
  logNorm: Float64Array
}

export function createParzen(dimensions: readonly Dimension[]): Parzen {
  const slots = dimensions.map(createSlot)
  let kernels: Kernels | undefined
  let n = 0
  let total = 1
  let constant = new Float64Array(64)
  let logs = new Float64Array(64)
  /** Grid: the log mass of the point's cell in every table in use. */
  let masses = new Float64Array(64)

  return {
    fill(given) {
      kernels = given
      n = given.rows.length
      if (constant.length <= n) {
        constant = new Float64Array(2 * n + 2)
        logs = new Float64Array(2 * n + 2)
        masses = new Float64Array(2 * n + 2)
      }
      total = given.priorWeight
      for (let i = 0; i < n; i++) total += given.weights[i]!
      for (let i = 0; i < n; i++) constant[i] = log(given.weights[i]! / total)
      constant[n] = log(given.priorWeight / total)
      slots.forEach((slot, j) => {
        reserve(slot, n, given.places.length)
        if (slot.dimension.kind === 'choice') fillChoice(slot, given, j)
        else fillOrdered(slot, given, j, constant)
      })
    },
    logDensity(x) {
      logs.set(constant.subarray(0, n + 1))
      slots.forEach((slot, j) => {
        const { kind } = slot.dimension
        if (kind === 'continuous') addGaussian(slot, x[j]!, logs, n)
        else if (kind === 'grid') addGrid(slot, x[j]!, logs, n, masses)
        else addChoice(slot, x[j]!, logs, n)
      })
      let top = Number.NEGATIVE_INFINITY
      for (let i = 0; i <= n; i++) if (logs[i]! > top) top = logs[i]!
      let sum = 0
      for (let i = 0; i <= n; i++) {
        const rest = logs[i]! - top
        if (rest > negligible) sum += exp(rest)
      }
      return top + log(sum)
    },
    sample(rng, out) {
      let rest = rng.next() * total
      let kernel = n
      for (let i = 0; i < n; i++) {
        rest -= kernels?.weights[i] ?? 0
        if (rest < 0) {
          kernel = i
          break
        }
      }
      slots.forEach((slot, j) => (out[j] = sampleSlot(slot, kernel, n, rng.next())))
    },
  }
}

function createSlot(dimension: Dimension): Slot {
  return {
    dimension,
    mu: new Float64Array(64),
    inverse: new Float64Array(64),
    tableOf: new Int32Array(64),
    used: [],
    tables: [],
    mean: new Float64Array(0),
    bandwidth: new Float64Array(0),
    logNorm: new Float64Array(0),
  }
}

function reserve(slot: Slot, n: number, trials: number): void {
  if (slot.mu.length <= n) {
    slot.mu = new Float64Array(2 * n + 2)
    slot.inverse = new Float64Array(2 * n + 2)
    slot.tableOf = new Int32Array(2 * n + 2)
  }
  if (slot.bandwidth.length >= trials) return
  // Forgotten normalisers are worked out again.
  slot.mean = new Float64Array(2 * trials)
  slot.bandwidth = new Float64Array(2 * trials)
  slot.logNorm = new Float64Array(2 * trials)
}

function fillChoice({ mu }: Slot, { rows, codes }: Kernels, j: number): void {
  const column = codes[j]!
  for (let i = 0; i < rows.length; i++) mu[i] = column[rows[i]!]!
}

/** Bandwidths by neighbours, then means and normalisers or mass tables. */
function fillOrdered(slot: Slot, kernels: Kernels, j: number, constant: Float64Array): void {
  const { dimension, mu, inverse } = slot
  const { places, rows } = kernels
  const column = kernels.codes[j]!
  const sorted = kernels.sorted[j]!
  const n = rows.length
  const grid = dimension.kind === 'grid'
  const index = new Map<Float64Array, number>()
  slot.used = []
  const next = (from: number): number => {
    let k = from
    while (k < sorted.length && places[sorted[k]!]! < 0) k++
    return k
  }
  const at = (k: number): number => positionOf(dimension, column[sorted[k]!]!)
  let left = Number.NEGATIVE_INFINITY
  for (let k = next(0); k < sorted.length;) {
    const after = next(k + 1)
    const trial = sorted[k]!
    const i = places[trial]!
    const x = at(k)
    const bandwidth = bandwidthOf(
      x,
      left,
      after < sorted.length ? at(after) : Number.POSITIVE_INFINITY,
    )
    left = x
    k = after
    mu[i] = x
    inverse[i] = 1 / bandwidth
    if (grid) {
      slot.tableOf[i] = useTable(slot, column[trial]!, bandwidth, index)
    } else {
      // A trial whose neighbours stayed keeps its normaliser.
      if (slot.bandwidth[trial] !== bandwidth || slot.mean[trial] !== x) {
        slot.mean[trial] = x
        slot.bandwidth[trial] = bandwidth
        slot.logNorm[trial] = logNormaliser(x, bandwidth)
      }
      constant[i] = constant[i]! - slot.logNorm[trial]!
    }
  }
  mu[n] = 0.5
  inverse[n] = 1
  if (grid) slot.tableOf[n] = useTable(slot, -1, 1, index)
  else constant[n] = constant[n]! - logNormaliser(0.5, 1)
}

/** The larger distance to the neighbours, of which the prior's mean is one. */
function bandwidthOf(x: number, before: number, after: number): number {
  const left = x > 0.5 && before < 0.5 ? 0.5 : before
  const right = x <= 0.5 && after > 0.5 ? 0.5 : after
  const below = left === Number.NEGATIVE_INFINITY ? 0 : x - left
  const above = right === Number.POSITIVE_INFINITY ? 0 : right - x
  return Math.min(1, Math.max(minBandwidth, below, above))
}

/** Log of the integral of exp(-((x - mean)/b)²/2) over [0, 1]. */
function logNormaliser(mean: number, b: number): number {
  const mass = normalCdf((1 - mean) / b) - normalCdf(-mean / b)
  return log(b * Math.sqrt(2 * Math.PI) * mass)
}

/** The place among the tables in use of the one for this mean; cell -1 stands for the prior. */
function useTable(slot: Slot, cell: number, b: number, index: Map<Float64Array, number>): number {
  const table = massTable(slot, cell, b)
  let place = index.get(table)
  if (place === undefined) {
    index.set(table, (place = slot.used.length))
    slot.used.push(table)
  }
  return place
}

function massTable({ tables, dimension }: Slot, cell: number, b: number): Float64Array {
  const byBandwidth = (tables[cell + 1] ??= new Map<number, Float64Array>())
  let table = byBandwidth.get(b)
  if (table !== undefined) return table
  if (byBandwidth.size >= maxTables) byBandwidth.clear()
  const { count, centres, edges } = dimension
  const mean = cell < 0 ? 0.5 : centres[cell]!
  table = new Float64Array(count)
  let low = normalCdf(-mean / b)
  const whole = normalCdf((1 - mean) / b) - low
  for (let i = 0; i < count; i++) {
    const high = normalCdf((edges[i + 1]! - mean) / b)
    table[i] = log(Math.max(1e-300, (high - low) / whole))
    low = high
  }
  byBandwidth.set(b, table)
  return table
}

function addGaussian({ mu, inverse }: Slot, x: number, logs: Float64Array, n: number): void {
  for (let i = 0; i <= n; i++) {
    const z = (x - mu[i]!) * inverse[i]!
    logs[i] = logs[i]! - 0.5 * z * z
  }
}

function addGrid(
  { tableOf, used }: Slot,
  x: number,
  logs: Float64Array,
  n: number,
  masses: Float64Array,
): void {
  for (let t = 0; t < used.length; t++) masses[t] = used[t]![x]!
  for (let i = 0; i <= n; i++) logs[i] = logs[i]! + masses[tableOf[i]!]!
}

/** Aitchison-Aitken with Watanabe's bandwidth (C - 1)/(n + C); the prior is uniform. */
function addChoice({ mu, dimension }: Slot, x: number, logs: Float64Array, n: number): void {
  const { count } = dimension
  const same = log((n + 1) / (n + count))
  const other = -log(n + count)
  for (let i = 0; i < n; i++) logs[i] = logs[i]! + (mu[i] === x ? same : other)
  logs[n] = logs[n]! - log(count)
}

/** The code that `u` in [0, 1) draws from one kernel; kernel n is the prior. */
function sampleSlot(slot: Slot, kernel: number, n: number, u: number): number {
  const { dimension } = slot
  const { kind, count } = dimension
  const mean = slot.mu[kernel]!
  if (kind === 'choice') {
    if (kernel === n) return Math.min(count - 1, Math.floor(u * count))
    const own = (n + 1) / (n + count)
    if (u < own) return mean
    const other = Math.min(count - 2, Math.floor(((u - own) / (1 - own)) * (count - 1)))
    return other >= mean ? other + 1 : other
  }
  const b = 1 / slot.inverse[kernel]!
  const low = normalCdf(-mean / b)
  const high = normalCdf((1 - mean) / b)
  const x = Math.min(1, Math.max(0, mean + b * normalQuantile(low + u * (high - low))))
  return kind === 'grid' ? cellAt(dimension, x) : x
}
