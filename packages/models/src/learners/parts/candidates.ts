import { compareInWasm } from './compare-wasm.ts'
import { compareNatively } from './compare-native.ts'
import type { PairKind } from './pair-kernel.ts'
import { type Candidates, createSieve } from './sieve.ts'

/** Rows of numbers that others are compared with. */
export interface RowSet {
  readonly rows: number
  readonly columns: number
  /** Row by row. */
  readonly data: Float32Array
}

/** What is compared, about a centre that is taken from all rows. */
export interface Comparison {
  readonly examples: RowSet
  readonly queries: RowSet
  readonly centre: Float64Array
  /** Takes products or distances of a query with `count` examples from `start` on, at `at` in `values`. */
  take(query: number, values: Float32Array, at: number, start: number, count: number): void
}

/** Examples with what is needed to compare them with any queries. */
export interface PreparedRows {
  readonly kind: PairKind
  readonly examples: RowSet
  /** The mean of the examples. */
  readonly centre: Float64Array
  /** By example its length about the centre. */
  readonly sizes: Float64Array
  /** The largest of them. */
  readonly reach: number
}

/** Below as many comparisons of numbers nothing pays, and for fewer queries packing does not. */
const leastWork = 200_000
const leastQueries = 4
/** From as many on it pays to load the native runtime: about half a second of the kernel. */
const nativeWork = 1e10
/** Largest sum that float32 is trusted with. */
const largest = 1e30

export function prepareRows(kind: PairKind, examples: RowSet): PreparedRows {
  const centre = centreOf(examples)
  const sizes = sizesOf(kind, examples, centre)
  return { kind, examples, centre, sizes, reach: largestOf(sizes) }
}

/**
 * For every query all examples that can be among its k nearest, found in float32: whatever is farther
 * than the k-th nearest by more than rounding can account for is left out. Exact distances of the rest
 * then give the same neighbours as those of all, on every engine.
 *
 * Products are of rows about a centre, because |a − b|² = |a|² + |b|² − 2 a·b loses what the rows have
 * in common. Sums of n products of float32 are, in any order, within n 2⁻²⁴ Σ|a b| of the exact ones
 * (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1), which is at most
 * a quarter of (|a| + |b|)² n 2⁻²⁴ each; a few more such shares are left for the rounding of the rows
 * about the centre.
 *
 * @param prepare gives the examples prepared, when it is worth it
 * @param engine which computes; by default the native runtime where it is there and there is much to do,
 *   else the kernel
 * @returns undefined where neither runs or pays, or numbers are too large for it
 */
export async function findCandidates(
  prepare: () => PreparedRows,
  examples: RowSet,
  queries: RowSet,
  k: number,
  engine?: 'native' | 'wasm',
): Promise<Candidates | undefined> {
  const { columns } = examples
  const work = examples.rows * queries.rows * columns
  if (work < leastWork || queries.rows < leastQueries) return undefined
  const { kind, centre, sizes, reach } = prepare()
  const querySizes = sizesOf(kind, queries, centre)
  if (!((reach + largestOf(querySizes)) ** 2 < largest)) return undefined
  const sieve = createSieve(
    k,
    querySizes.map((size) => 2 * boundOf(kind, columns, reach, size)),
  )
  // |a − b|² − |a|² = |b|² − 2 a·b
  const products = kind === 'product'
  const factor = products ? -2 : 1
  const offsets = products ? sizes.map((size) => size * size) : new Float64Array(sizes.length)
  const comparison: Comparison = {
    examples,
    queries,
    centre,
    take: (query, values, at, start, count) =>
      sieve.take(query, values, at, factor, offsets, start, count),
  }
  const native = products && (engine ?? (work < nativeWork ? 'wasm' : 'native')) === 'native'
  const done = (native && (await compareNatively(comparison))) || compareInWasm(kind, comparison)
  return done ? sieve.finish() : undefined
}

/** A bound of how wrong an approximate distance (squared for products) can be. */
function boundOf(kind: PairKind, columns: number, reach: number, size: number): number {
  const most = kind === 'product' ? (reach + size) ** 2 : reach + size
  return (columns + 16) * 2 ** -24 * most
}

function largestOf(sizes: Float64Array): number {
  let largestSize = 0
  for (const size of sizes) largestSize = Math.max(largestSize, size)
  return largestSize
}

function centreOf({ rows, columns, data }: RowSet): Float64Array {
  const centre = new Float64Array(columns)
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) centre[j]! += data[at]!
  }
  for (let j = 0; j < columns; j++) centre[j]! /= rows
  return centre
}

/** The lengths of the rows about the centre: Euclidean for products, else sums of absolute numbers. */
function sizesOf(kind: PairKind, set: RowSet, centre: Float64Array): Float64Array {
  const { rows, columns, data } = set
  const sizes = new Float64Array(rows)
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < columns; j++, at++) {
      const x = Math.fround(data[at]! - centre[j]!)
      sum += kind === 'product' ? x * x : Math.abs(x)
    }
    sizes[i] = kind === 'product' ? Math.sqrt(sum) : sum
  }
  return sizes
}
