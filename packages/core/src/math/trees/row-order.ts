/** The rows of a feature by ascending value, and the place of every row in that order. */
export interface RowOrder {
  readonly rows: Uint32Array
  readonly placeOf: Uint32Array
  /**
   * With it, features of few distinct values are split by sums over these instead of by sorting: the
   * same splits in less time, but sums of fractions differ in their last bits.
   */
  readonly ranks?: Ranks
}

/** The distinct values of a feature. */
export interface Ranks {
  /** By row, the index of its value among the distinct ones. */
  readonly of: Int32Array
  /** Ascending. */
  readonly values: Float64Array
}

/** The orders of all features, which trees over the same columns share. */
export function rowOrders(columns: readonly Float64Array[]): readonly RowOrder[] {
  return columns.map((column) => {
    const rows = Uint32Array.from(column, (_, i) => i)
    rows.sort((a, b) => column[a]! - column[b]! || a - b)
    const placeOf = new Uint32Array(rows.length)
    rows.forEach((row, place) => (placeOf[row] = place))
    return { rows, placeOf }
  })
}

/** The same orders with the ranks of the values, for many rows: sorted as numbers, then counted. */
export function rankedOrders(columns: readonly Float64Array[]): readonly RowOrder[] {
  return columns.map((column) => {
    const n = column.length
    const values = column.slice().sort()
    let distinct = 0
    for (let i = 0; i < n; i++) {
      if (i === 0 || values[i] !== values[distinct - 1]) values[distinct++] = values[i]!
    }
    const ranks: Ranks = { of: new Int32Array(n), values: values.slice(0, distinct) }
    const places = new Uint32Array(distinct + 1)
    for (let row = 0; row < n; row++) {
      const rank = placeIn(ranks.values, column[row]!)
      ranks.of[row] = rank
      places[rank + 1]!++
    }
    for (let rank = 0; rank < distinct; rank++) places[rank + 1]! += places[rank]!
    const rows = new Uint32Array(n)
    const placeOf = new Uint32Array(n)
    for (let row = 0; row < n; row++) {
      const place = places[ranks.of[row]!]!++
      rows[place] = row
      placeOf[row] = place
    }
    return { rows, placeOf, ranks }
  })
}

/** Where a value stands among ascending ones, of which it is one. */
function placeIn(values: Float64Array, x: number): number {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

/** For how many values sums must have room: of a category, or of a feature of few distinct values. */
export function widestTally(
  counts: readonly number[],
  orders: readonly RowOrder[],
  rows: number,
  sums: number,
): number {
  let widest = 0
  for (const count of counts) widest = Math.max(widest, count)
  for (const { ranks } of orders) {
    if (fewDistinct(ranks, rows, sums)) widest = Math.max(widest, ranks.values.length)
  }
  return widest
}

/** Whether so many sums by distinct value are quicker than sorting the rows. */
export function fewDistinct(ranks: Ranks | undefined, rows: number, sums: number): ranks is Ranks {
  return ranks !== undefined && ranks.values.length * sums <= 8 * rows
}

/** Whether a feature is known to be the same in all of some rows. */
export function isConstant(
  ranks: Ranks | undefined,
  rows: Int32Array,
  from: number,
  to: number,
): boolean {
  if (ranks === undefined) return false
  const { of } = ranks
  const first = of[rows[from]!]!
  for (let i = from + 1; i < to; i++) if (of[rows[i]!] !== first) return false
  return true
}

/** Up to so many numbers are sorted by insertion, which is quicker than a call of the engine's sort. */
const few = 24
/** From this share of all places on it is quicker to mark places and to walk over all. */
const dense = 1 / 16

/**
 * Sorts places.
 * @param marks a zero for each place there is; zeros again afterwards
 */
export function sortPlaces(places: Uint32Array, marks: Uint32Array): void {
  if (places.length <= few) insertionSort(places)
  else if (places.length < dense * marks.length) places.sort()
  else markingSort(places, marks)
}

function insertionSort(places: Uint32Array): void {
  for (let i = 1; i < places.length; i++) {
    const place = places[i]!
    let at = i
    for (; at > 0 && places[at - 1]! > place; at--) places[at] = places[at - 1]!
    places[at] = place
  }
}

function markingSort(places: Uint32Array, marks: Uint32Array): void {
  const n = places.length
  for (let i = 0; i < n; i++) marks[places[i]!]!++
  for (let place = 0, i = 0; i < n; place++) {
    for (let left = marks[place]!; left > 0; left--) places[i++] = place
    marks[place] = 0
  }
}
