import { findCandidates, type PreparedRows, prepareRows, type RowSet } from './candidates.ts'
import type { Candidates } from './sieve.ts'
import { square } from '../../elementary.ts'

/** `cosine` is 1 minus the cosine of the angle; the rows must have length 1 then, or 0. */
export type Metric = 'euclidean' | 'manhattan' | 'cosine'

/** By query the nearest examples, the nearest first; of equal distances that which stands first. */
export interface Neighbours {
  readonly k: number
  readonly rows: Int32Array
  readonly distances: Float64Array
}

/** Queries that are looked up together, for the sake of memory. */
const batchNumbers = 16_000_000
const batchRows = 16_384

/** Examples among which neighbours are looked for. */
export interface RowIndex {
  /**
   * The k nearest examples of every query. Distances are added up in float64 over the float32 numbers,
   * so that the neighbours are the same on every engine, also where distances are equal.
   */
  nearest(queries: RowSet, k: number): Promise<Neighbours>
}

export function createRowIndex(metric: Metric, examples: RowSet): RowIndex {
  let prepared: PreparedRows | undefined
  const prepare = (): PreparedRows =>
    (prepared ??= prepareRows(metric === 'manhattan' ? 'distance' : 'product', examples))
  return {
    async nearest(queries, k) {
      const count = Math.min(k, examples.rows)
      const found = {
        k: count,
        rows: new Int32Array(queries.rows * count),
        distances: new Float64Array(queries.rows * count),
      }
      const { columns } = queries
      const batch = Math.max(1, Math.min(batchRows, Math.floor(batchNumbers / columns)))
      for (let start = 0; start < queries.rows; start += batch) {
        const rows = Math.min(batch, queries.rows - start)
        const data = queries.data.subarray(start * columns, (start + rows) * columns)
        const part = { rows, columns, data }
        const candidates = await findCandidates(prepare, examples, part, count)
        measure(metric, examples, part, candidates, start, found)
      }
      return found
    },
  }
}

/** Measures all candidates of the queries of a batch, which begins at `start`, exactly. */
function measure(
  metric: Metric,
  examples: RowSet,
  queries: RowSet,
  candidates: Candidates | undefined,
  start: number,
  found: Neighbours,
): void {
  const best = createBest(found)
  for (let query = 0; query < queries.rows; query++) {
    best.begin(start + query)
    const rows = candidates?.rows[query]
    const count = candidates === undefined ? examples.rows : candidates.count[query]!
    for (let c = 0; c < count; c++) {
      const row = rows === undefined ? c : rows[c]!
      best.take(row, sumOf(metric, queries, query, examples, row))
    }
    best.end(metric)
  }
}

/** What the distance grows with: the sum of squares, or of absolute differences. */
function sumOf(metric: Metric, a: RowSet, i: number, b: RowSet, j: number): number {
  const { columns } = a
  const x = a.data
  const y = b.data
  const p = i * columns
  const q = j * columns
  let sum = 0
  if (metric === 'manhattan') {
    for (let c = 0; c < columns; c++) sum += Math.abs(x[p + c]! - y[q + c]!)
    return sum
  }
  for (let c = 0; c < columns; c++) {
    const difference = x[p + c]! - y[q + c]!
    sum += difference * difference
  }
  return sum
}

/** Keeps the k smallest sums of a query in order. Rows are taken in ascending order. */
function createBest(found: Neighbours): {
  begin(query: number): void
  take(row: number, sum: number): void
  end(metric: Metric): void
} {
  const { k, rows, distances } = found
  let first = 0
  let count = 0
  return {
    begin(query) {
      first = query * k
      count = 0
    },
    take(row, sum) {
      if (count === k) {
        if (!(sum < distances[first + k - 1]!)) return
        count--
      }
      let at = first + count
      while (at > first && distances[at - 1]! > sum) {
        distances[at] = distances[at - 1]!
        rows[at] = rows[at - 1]!
        at--
      }
      distances[at] = sum
      rows[at] = row
      count++
    },
    end(metric) {
      for (let at = first; at < first + k; at++) {
        const sum = distances[at]!
        // Of rows of length 1, |a − b|² = 2 − 2 a·b.
        if (metric === 'cosine') distances[at] = sum / 2
        else if (metric === 'euclidean') distances[at] = Math.sqrt(sum)
      }
    },
  }
}

/** The rows scaled to length 1; rows of zeros stay. */
export function unitRows(data: Float32Array, columns: number): Float32Array {
  const result = new Float32Array(data.length)
  for (let at = 0; at < data.length; at += columns) {
    let sum = 0
    for (let j = 0; j < columns; j++) sum += square(data[at + j]!)
    const length = Math.sqrt(sum)
    if (length === 0) continue
    for (let j = 0; j < columns; j++) result[at + j] = data[at + j]! / length
  }
  return result
}
