import { log } from '../../math/elementary.ts'
import { normalCdf, normalQuantile } from '../../math/special.ts'
import type { Column } from './column.ts'
import { cellAt } from './dimension.ts'
import { logNormaliser, narrowest } from './kernel.ts'

/** The kernels of a mixture. */
export interface Kernels {
  /** The row of every kernel in the columns, and by row the kernel's place here, or -1 for none. */
  readonly rows: Int32Array
  readonly places: Int32Array
  /** Relative weight of every kernel and of the prior; the mixture normalises them. */
  readonly weights: Float64Array
  readonly priorWeight: number
  /** Kernels narrower than this share of the range are widened, by kind of the dimension. */
  readonly minBandwidth: Readonly<Record<'continuous' | 'grid', number>>
}

/** Mass tables kept for one mean of a grid. */
const maxTables = 500

/** What is kept for one dimension of a mixture; kernel n is the prior. */
export interface Slot {
  readonly column: Column
  /** Mean and inverse bandwidth by kernel; for a choice the mean is the label's index. */
  mu: Float64Array
  inverse: Float64Array
  /** In the order of the coordinate: the kernels and their coordinates and normalisers. */
  order: Int32Array
  positions: Float64Array
  norms: Float64Array
  /** Continuous: the largest bandwidth but the prior's, and whether the kernels are in that order. */
  widest: number
  isSorted: boolean
  /** Grid: which of the tables in use each kernel has, and the tables in use. */
  tableOf: Int32Array
  used: Float64Array[]
  /** Grid: log masses of all cells by mean (cell + 1; 0 is the prior) and bandwidth. */
  readonly tables: Map<number, Float64Array>[]
  /** Choice: log probability of the kernel's own label and of each other. */
  own: number
  other: number
}

export function createSlot(column: Column): Slot {
  const none = { numbers: new Float64Array(0), places: new Int32Array(0) }
  return {
    column,
    mu: none.numbers,
    inverse: none.numbers,
    order: none.places,
    positions: none.numbers,
    norms: none.numbers,
    widest: 1,
    isSorted: false,
    tableOf: none.places,
    used: [],
    tables: [],
    own: 0,
    other: 0,
  }
}

/** Takes the kernels over; those of a continuous dimension add their normalisers to `constant`. */
export function fillSlot(slot: Slot, kernels: Kernels, constant: Float64Array): void {
  reserve(slot, kernels.rows.length)
  const { kind } = slot.column.dimension
  if (kind === 'choice') fillChoice(slot, kernels)
  else if (kind === 'grid') fillGrid(slot, kernels)
  else fillContinuous(slot, kernels, constant)
}

function reserve(slot: Slot, n: number): void {
  if (slot.mu.length > n) return
  const size = Math.max(64, 2 * n + 2)
  slot.mu = new Float64Array(size)
  slot.inverse = new Float64Array(size)
  slot.order = new Int32Array(size)
  slot.positions = new Float64Array(size)
  slot.norms = new Float64Array(size)
  slot.tableOf = new Int32Array(size)
}

/** Aitchison-Aitken with Watanabe's bandwidth (C - 1)/(n + C) for n kernels of C labels. */
function fillChoice(slot: Slot, { rows }: Kernels): void {
  const { mu, column } = slot
  const { codes } = column
  const n = rows.length
  const labels = column.dimension.count
  for (let i = 0; i < n; i++) mu[i] = codes[rows[i]!]!
  slot.own = log((n + 1) / (n + labels))
  slot.other = -log(n + labels)
}

/** Puts the kernels in the order of the coordinate, and infinity behind the last. */
function sortKernels({ column, order, positions, norms }: Slot, { places }: Kernels): void {
  const { rows, count } = column
  const from = { positions: column.positions, norms: column.norms }
  let n = 0
  for (let k = 0; k < count; k++) {
    const place = places[rows[k]!]!
    if (place < 0) continue
    order[n] = place
    positions[n] = from.positions[k]!
    norms[n] = from.norms[k]!
    n++
  }
  positions[n] = Number.POSITIVE_INFINITY
}

/** Means, bandwidths by neighbours and normalisers. */
function fillContinuous(slot: Slot, kernels: Kernels, constant: Float64Array): void {
  const { mu, inverse, order, positions, norms } = slot
  const least = kernels.minBandwidth.continuous
  const n = kernels.rows.length
  // The normalisers at hand are those of the narrowest kernels.
  const known = least === narrowest
  const inverseLeast = 1 / least
  sortKernels(slot, kernels)
  slot.widest = least
  slot.isSorted = true
  let before = Number.NEGATIVE_INFINITY
  for (let k = 0; k < n; k++) {
    const i = order[k]!
    const x = positions[k]!
    const after = positions[k + 1]!
    mu[i] = x
    if (i !== k) slot.isSorted = false
    if (known && isDense(before, x, after, least)) {
      inverse[i] = inverseLeast
      constant[i] = constant[i]! - norms[k]!
    } else {
      const bandwidth = bandwidthOf(before, x, after, least)
      if (bandwidth > slot.widest) slot.widest = bandwidth
      inverse[i] = 1 / bandwidth
      constant[i] = constant[i]! - logNormaliser(x, bandwidth)
    }
    before = x
  }
  mu[n] = 0.5
  inverse[n] = 1
  constant[n] = constant[n]! - logNormaliser(0.5, 1)
}

/** Means, bandwidths by neighbours and mass tables. */
function fillGrid(slot: Slot, kernels: Kernels): void {
  const { column, mu, inverse, order, positions, tableOf } = slot
  const { codes } = column
  const least = kernels.minBandwidth.grid
  const n = kernels.rows.length
  sortKernels(slot, kernels)
  const index = new Map<Float64Array, number>()
  slot.used = []
  let before = Number.NEGATIVE_INFINITY
  let last = { x: Number.NaN, bandwidth: 0, inverse: 0, table: 0 }
  for (let k = 0; k < n; k++) {
    const i = order[k]!
    const x = positions[k]!
    const after = positions[k + 1]!
    const bandwidth = isDense(before, x, after, least)
      ? least
      : bandwidthOf(before, x, after, least)
    // Many trials of a cell stand side by side, most of them with one bandwidth.
    if (x !== last.x || bandwidth !== last.bandwidth) {
      const table = useTable(slot, codes[kernels.rows[i]!]!, bandwidth, index)
      last = { x, bandwidth, inverse: 1 / bandwidth, table }
    }
    mu[i] = x
    inverse[i] = last.inverse
    tableOf[i] = last.table
    before = x
  }
  mu[n] = 0.5
  inverse[n] = 1
  tableOf[n] = useTable(slot, -1, 1, index)
}

/** Whether both neighbours of a kernel are so near that its bandwidth is the least. */
function isDense(before: number, x: number, after: number, least: number): boolean {
  return x - before <= least && after - x <= least
}

/** The larger distance to the neighbours, of which the prior's mean is one; infinite: there is none. */
function bandwidthOf(before: number, x: number, after: number, least: number): number {
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

/** The code that `u` in [0, 1) draws from one kernel; kernel n is the prior. */
export function sampleSlot(slot: Slot, kernel: number, n: number, u: number): number {
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
