import { exp, log } from '../../math/elementary.ts'
import type { Rng } from '../../math/rng.ts'
import { normalCdf, normalQuantile } from '../../math/special.ts'
import type { Column } from './column.ts'
import { cellAt } from './dimension.ts'
import { logNormaliser, narrowest } from './kernel.ts'

/**
 * A multivariate Parzen estimator over the dimensions of one group: a mixture of product kernels,
 * one a trial and one prior.
 *
 * Source: S. Watanabe, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components
 * and Their Roles for Better Empirical Performance", arXiv 2304.11127, sections 3.2 and 3.3.
 *
 * n  kernels of trials (kernel n is the prior)        d  dimensions
 * Continuous dimension: Gaussian truncated to [0, 1] with a bandwidth of its own, the larger
 * distance to its neighbours, at least `minBandwidth` and at most 1.
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
  /** Relative weight of every row and of the prior; they are normalised here. */
  readonly weights: Float64Array
  readonly priorWeight: number
  /** Kernels narrower than this share of the range are widened, by kind of the dimension. */
  readonly minBandwidth: Readonly<Record<'continuous' | 'grid', number>>
}

/** Kernels so far below the largest add nothing to the sum in double precision. */
const negligible = -40
/** Mass tables kept for one mean of a grid. */
const maxTables = 500

/** What is kept for one dimension. */
interface Slot {
  readonly column: Column
  /** Mean and inverse bandwidth by kernel; for a choice the mean is the label's index. */
  mu: Float64Array
  inverse: Float64Array
  /** In the order of the coordinate: the kernels and their coordinates and normalisers. */
  order: Int32Array
  positions: Float64Array
  norms: Float64Array
  /** Grid: which of the tables in use each kernel has, and the tables in use. */
  tableOf: Int32Array
  used: Float64Array[]
  /** Grid: log masses of all cells by mean (cell + 1; 0 is the prior) and bandwidth. */
  readonly tables: Map<number, Float64Array>[]
}

/** The columns are read whenever kernels are taken. */
export function createParzen(columns: readonly Column[]): Parzen {
  const slots = columns.map(createSlot)
  const continuous = slots.flatMap(({ column }, j) =>
    column.dimension.kind === 'continuous' ? [j] : [],
  )
  let weights = new Float64Array(0) as Float64Array
  let n = 0
  let total = 1
  let constant = new Float64Array(64)
  let logs = new Float64Array(64)
  /** Grid: the log mass of the point's cell in every table in use. */
  let masses = new Float64Array(64)
  /** The kernels that still count at a point; `logs` has their places. */
  let near = new Int32Array(64)

  /** The log density of the prior kernel, with its weight. */
  const logPrior = (x: Float64Array): number => {
    let sum = constant[n]!
    slots.forEach(({ column: { dimension }, tableOf, used }, j) => {
      if (dimension.kind === 'continuous') sum -= 0.5 * (x[j]! - 0.5) ** 2
      else if (dimension.kind === 'grid') sum += used[tableOf[n]!]![x[j]!]!
      else sum -= log(dimension.count)
    })
    return sum
  }

  return {
    fill(given) {
      weights = given.weights
      n = given.rows.length
      if (constant.length <= n) {
        constant = new Float64Array(2 * n + 2)
        logs = new Float64Array(2 * n + 2)
        masses = new Float64Array(2 * n + 2)
        near = new Int32Array(2 * n + 2)
      }
      total = given.priorWeight
      for (let i = 0; i < n; i++) total += weights[i]!
      for (let i = 0; i < n; i++) {
        const same = i > 0 && weights[i] === weights[i - 1]
        constant[i] = same ? constant[i - 1]! : log(weights[i]! / total)
      }
      constant[n] = log(given.priorWeight / total)
      for (const slot of slots) {
        reserve(slot, n)
        const { kind } = slot.column.dimension
        if (kind === 'choice') fillChoice(slot, given)
        else if (kind === 'grid') fillGrid(slot, given)
        else fillContinuous(slot, given, constant)
      }
    },
    logDensity(x) {
      const prior = logPrior(x)
      for (let i = 0; i < n; i++) {
        near[i] = i
        logs[i] = constant[i]!
      }
      // Every dimension only lowers a kernel, so that one far below the prior is out for good.
      let count = n
      const drop = (): void => {
        let kept = 0
        for (let k = 0; k < count; k++) {
          const log = logs[k]!
          if (log - prior <= negligible) continue
          near[kept] = near[k]!
          logs[kept++] = log
        }
        count = kept
      }
      for (let j = 0; j < continuous.length; j += 2) {
        const [a, b] = [continuous[j]!, continuous[j + 1]]
        if (b === undefined) addGaussian(slots[a]!, x[a]!, logs, near, count)
        else addGaussians(slots[a]!, x[a]!, slots[b]!, x[b]!, logs, near, count)
        drop()
      }
      slots.forEach((slot, j) => {
        const { kind } = slot.column.dimension
        if (kind === 'continuous') return
        if (kind === 'grid') addGrid(slot, x[j]!, logs, near, count, masses)
        else addChoice(slot, x[j]!, logs, near, count, n)
        drop()
      })
      let top = prior
      for (let k = 0; k < count; k++) if (logs[k]! > top) top = logs[k]!
      let sum = exp(prior - top)
      for (let k = 0; k < count; k++) {
        const rest = logs[k]! - top
        if (rest > negligible) sum += exp(rest)
      }
      return top + log(sum)
    },
    sample(rng, out) {
      let rest = rng.next() * total
      let kernel = n
      for (let i = 0; i < n; i++) {
        rest -= weights[i]!
        if (rest < 0) {
          kernel = i
          break
        }
      }
      slots.forEach((slot, j) => (out[j] = sampleSlot(slot, kernel, n, rng.next())))
    },
  }
}

function createSlot(column: Column): Slot {
  return {
    column,
    mu: new Float64Array(64),
    inverse: new Float64Array(64),
    order: new Int32Array(64),
    positions: new Float64Array(64),
    norms: new Float64Array(64),
    tableOf: new Int32Array(64),
    used: [],
    tables: [],
  }
}

function reserve(slot: Slot, n: number): void {
  if (slot.mu.length > n) return
  slot.mu = new Float64Array(2 * n + 2)
  slot.inverse = new Float64Array(2 * n + 2)
  slot.order = new Int32Array(2 * n + 2)
  slot.positions = new Float64Array(2 * n + 2)
  slot.norms = new Float64Array(2 * n + 2)
  slot.tableOf = new Int32Array(2 * n + 2)
}

function fillChoice({ mu, column }: Slot, { rows }: Kernels): void {
  for (let i = 0; i < rows.length; i++) mu[i] = column.codes[rows[i]!]!
}

/** Puts the kernels in the order of the coordinate. */
function sortKernels({ column, order, positions, norms }: Slot, { places }: Kernels): void {
  const { trials, count } = column
  const from = { positions: column.positions, norms: column.norms }
  let n = 0
  for (let k = 0; k < count; k++) {
    const place = places[trials[k]!]!
    if (place < 0) continue
    order[n] = place
    positions[n] = from.positions[k]!
    norms[n] = from.norms[k]!
    n++
  }
}

/** Means, bandwidths by neighbours and normalisers. */
function fillContinuous(slot: Slot, kernels: Kernels, constant: Float64Array): void {
  const { mu, inverse, order, positions, norms } = slot
  const least = kernels.minBandwidth.continuous
  const inverseLeast = 1 / least
  const n = kernels.rows.length
  sortKernels(slot, kernels)
  for (let k = 0; k < n; k++) {
    const i = order[k]!
    const x = positions[k]!
    mu[i] = x
    if (isDense(positions, k, n, least) && least === narrowest) {
      inverse[i] = inverseLeast
      constant[i] = constant[i]! - norms[k]!
    } else {
      const bandwidth = bandwidthOf(positions, k, n, least)
      inverse[i] = 1 / bandwidth
      constant[i] = constant[i]! - logNormaliser(x, bandwidth)
    }
  }
  mu[n] = 0.5
  inverse[n] = 1
  constant[n] = constant[n]! - logNormaliser(0.5, 1)
}

/** Means, bandwidths by neighbours and mass tables. */
function fillGrid(slot: Slot, kernels: Kernels): void {
  const { column, mu, inverse, order, positions, tableOf } = slot
  const least = kernels.minBandwidth.grid
  const n = kernels.rows.length
  sortKernels(slot, kernels)
  const index = new Map<Float64Array, number>()
  slot.used = []
  let lastCell = -1
  let lastBandwidth = 0
  let table = 0
  for (let k = 0; k < n; k++) {
    const i = order[k]!
    const bandwidth = isDense(positions, k, n, least) ? least : bandwidthOf(positions, k, n, least)
    // Many trials of a cell stand side by side, most of them with one bandwidth.
    const cell = column.codes[kernels.rows[i]!]!
    if (cell !== lastCell || bandwidth !== lastBandwidth) {
      table = useTable(slot, cell, bandwidth, index)
      lastCell = cell
      lastBandwidth = bandwidth
    }
    mu[i] = positions[k]!
    inverse[i] = 1 / bandwidth
    tableOf[i] = table
  }
  mu[n] = 0.5
  inverse[n] = 1
  tableOf[n] = useTable(slot, -1, 1, index)
}

/** Whether the k-th of n kernels has both neighbours so near that its bandwidth is the least. */
function isDense(positions: Float64Array, k: number, n: number, least: number): boolean {
  if (k === 0 || k === n - 1) return false
  const x = positions[k]!
  return x - positions[k - 1]! <= least && positions[k + 1]! - x <= least
}

/** The larger distance to the neighbours, of which the prior's mean is one. */
function bandwidthOf(positions: Float64Array, k: number, n: number, least: number): number {
  const x = positions[k]!
  const before = k === 0 ? Number.NEGATIVE_INFINITY : positions[k - 1]!
  const after = k === n - 1 ? Number.POSITIVE_INFINITY : positions[k + 1]!
  const left = x > 0.5 && before < 0.5 ? 0.5 : before
  const right = x <= 0.5 && after > 0.5 ? 0.5 : after
  const below = left === Number.NEGATIVE_INFINITY ? 0 : x - left
  const above = right === Number.POSITIVE_INFINITY ? 0 : right - x
  return Math.min(1, Math.max(least, below, above))
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

function massTable({ tables, column }: Slot, cell: number, b: number): Float64Array {
  const byBandwidth = (tables[cell + 1] ??= new Map<number, Float64Array>())
  let table = byBandwidth.get(b)
  if (table !== undefined) return table
  if (byBandwidth.size >= maxTables) byBandwidth.clear()
  const { count, centres, edges } = column.dimension
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

function addGaussian(
  { mu, inverse }: Slot,
  x: number,
  logs: Float64Array,
  near: Int32Array,
  count: number,
): void {
  for (let k = 0; k < count; k++) {
    const i = near[k]!
    const z = (x - mu[i]!) * inverse[i]!
    logs[k] = logs[k]! - 0.5 * z * z
  }
}

/** Two at once, so that the sums are read and written half as often. */
function addGaussians(
  a: Slot,
  x: number,
  b: Slot,
  y: number,
  logs: Float64Array,
  near: Int32Array,
  count: number,
): void {
  const [muA, inverseA, muB, inverseB] = [a.mu, a.inverse, b.mu, b.inverse]
  for (let k = 0; k < count; k++) {
    const i = near[k]!
    const z = (x - muA[i]!) * inverseA[i]!
    const w = (y - muB[i]!) * inverseB[i]!
    logs[k] = logs[k]! - 0.5 * (z * z + w * w)
  }
}

function addGrid(
  { tableOf, used }: Slot,
  x: number,
  logs: Float64Array,
  near: Int32Array,
  count: number,
  masses: Float64Array,
): void {
  for (let t = 0; t < used.length; t++) masses[t] = used[t]![x]!
  for (let k = 0; k < count; k++) logs[k] = logs[k]! + masses[tableOf[near[k]!]!]!
}

/** Aitchison-Aitken with Watanabe's bandwidth (C - 1)/(n + C) for n kernels of C labels. */
function addChoice(
  { mu, column }: Slot,
  x: number,
  logs: Float64Array,
  near: Int32Array,
  count: number,
  n: number,
): void {
  const labels = column.dimension.count
  const same = log((n + 1) / (n + labels))
  const other = -log(n + labels)
  for (let k = 0; k < count; k++) logs[k] = logs[k]! + (mu[near[k]!] === x ? same : other)
}

/** The code that `u` in [0, 1) draws from one kernel; kernel n is the prior. */
function sampleSlot(slot: Slot, kernel: number, n: number, u: number): number {
  const { dimension } = slot.column
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
