/** By query the rows that may be among its nearest. */
export interface Candidates {
  readonly count: Int32Array
  readonly rows: readonly Int32Array[]
}

/** Keeps, of every query, what is no farther than the k-th nearest so far and a margin. */
export interface Sieve {
  /** Takes the distances offsets[row] + factor · values[at + …] of `count` rows from `start` on. */
  take(
    query: number,
    values: Float32Array,
    at: number,
    factor: number,
    offsets: Float64Array,
    start: number,
    count: number,
  ): void
  finish(): Candidates
}

/** @param margins by query */
export function createSieve(k: number, margins: Float64Array): Sieve {
  const queries = margins.length
  const room = Math.max(32, 4 * k)
  const counts = new Int32Array(queries)
  const thresholds = new Float64Array(queries).fill(Infinity)
  const rows = Array.from({ length: queries }, () => new Int32Array(room))
  const distances = Array.from({ length: queries }, () => new Float64Array(room))

  function tighten(query: number): void {
    const count = counts[query]!
    if (count < k) return
    const kept = distances[query]!
    const ids = rows[query]!
    const threshold = kept.slice(0, count).sort()[k - 1]! + margins[query]!
    let next = 0
    for (let i = 0; i < count; i++) {
      if (kept[i]! > threshold) continue
      kept[next] = kept[i]!
      ids[next++] = ids[i]!
    }
    thresholds[query] = threshold
    counts[query] = next
    if (2 * next < kept.length) return
    // Many are as near as the k-th: those stay all.
    const wider = new Float64Array(2 * kept.length)
    wider.set(kept)
    distances[query] = wider
    const more = new Int32Array(2 * ids.length)
    more.set(ids)
    rows[query] = more
  }

  return {
    take(query, values, at, factor, offsets, start, count) {
      let threshold = thresholds[query]!
      let taken = counts[query]!
      let ids = rows[query]!
      let kept = distances[query]!
      for (let j = 0; j < count; j++) {
        const distance = offsets[start + j]! + factor * values[at + j]!
        if (distance > threshold) continue
        ids[taken] = start + j
        kept[taken++] = distance
        if (taken < kept.length) continue
        counts[query] = taken
        tighten(query)
        threshold = thresholds[query]!
        taken = counts[query]!
        ids = rows[query]!
        kept = distances[query]!
      }
      counts[query] = taken
    },
    finish() {
      for (let query = 0; query < queries; query++) tighten(query)
      return { count: counts, rows }
    },
  }
}
