import type { Rng } from '@attune/core'

/**
 * Which part every row goes to, for shares that add up to 1: each function gives, by row, the index
 * of a part.
 */

/**
 * Rows in random order, class by class: of every class each part gets its share, rounded up or down.
 * A class with a single row goes to a part with the largest share.
 *
 * @param codes by row, the class; any whole numbers
 */
export function assignStratified(
  codes: ArrayLike<number>,
  shares: readonly number[],
  rng: Rng,
): Int32Array {
  const parts = new Int32Array(codes.length)
  const given = new Float64Array(shares.length)
  let passed = 0
  // Small classes first: the large ones level out what their rounding leaves.
  const classes = [...rowsByCode(codes)].sort((a, b) => a[1].length - b[1].length || a[0] - b[0])
  for (const [, rows] of classes) {
    rng.shuffle(rows)
    passed += rows.length
    const counts = roundedShares(rows.length, shares, (p) => shares[p]! * passed - given[p]!)
    let at = 0
    for (let p = 0; p < shares.length; p++) {
      given[p]! += counts[p]!
      for (let k = 0; k < counts[p]!; k++) parts[rows[at++]!] = p
    }
  }
  return parts
}

/** @param lag how many rows a part should have more than it has, this class counted */
function roundedShares(
  count: number,
  shares: readonly number[],
  lag: (part: number) => number,
): Int32Array {
  // A share such as 0.1 is a little off in binary: 0.1 · 30 must be 3.
  const counts = Int32Array.from(shares, (share) => Math.floor(share * count + 1e-9))
  const left = count - counts.reduce((a, b) => a + b, 0)
  // Those that have room for one more within their share rounded up, and are farthest behind.
  const most = Math.max(...shares)
  const open = [...shares.keys()].filter((p) =>
    count === 1 ? shares[p]! > most - 1e-9 : shares[p]! * count - counts[p]! > 1e-9,
  )
  const behind = new Map(open.map((p) => [p, lag(p) - counts[p]!]))
  open.sort((a, b) => behind.get(b)! - behind.get(a)! || a - b)
  for (const p of open.slice(0, left)) counts[p]!++
  return counts
}

/**
 * Whole groups: the largest first, each to the part in which it leaves the rows, and of every class
 * the rows, closest to their shares (greedy, after the same idea as scikit-learn's
 * StratifiedGroupKFold; ours also knows unequal shares). Every part gets a group.
 *
 * @param groups by row, the group
 * @param classes by row, the class; without it only the rows are levelled out
 * @returns undefined when there are fewer groups than parts
 */
export function assignGroups(
  groups: ArrayLike<number>,
  classes: ArrayLike<number> | undefined,
  shares: readonly number[],
  rng: Rng,
): Int32Array | undefined {
  const members = [...rowsByCode(groups).values()]
  if (members.length < shares.length) return undefined
  rng.shuffle(members)
  members.sort((a, b) => b.length - a.length)
  const kinds = kindCounts(groups.length, classes)
  const state = shares.map(() => ({ groups: 0, counts: new Float64Array(kinds.totals.length) }))
  const parts = new Int32Array(groups.length)
  for (const [index, rows] of members.entries()) {
    const tally = kinds.tally(rows)
    const empty = state.filter((part) => part.groups === 0).length
    const mustFill = members.length - index <= empty
    let best = -1
    let bestCost = Infinity
    for (const [p, part] of state.entries()) {
      if (mustFill && part.groups > 0) continue
      const cost = costOf(tally, part.counts, kinds.totals, shares[p]!)
      if (cost < bestCost - 1e-12) [best, bestCost] = [p, cost]
    }
    const chosen = state[best]!
    chosen.groups++
    for (const [kind, count] of tally) chosen.counts[kind]! += count
    for (const row of rows) parts[row] = best
  }
  return parts
}

interface Kinds {
  /** Rows in all, then rows by class. */
  readonly totals: Float64Array
  tally(rows: readonly number[]): Map<number, number>
}

function kindCounts(rows: number, classes: ArrayLike<number> | undefined): Kinds {
  const places = new Map<number, number>()
  const totals = [rows]
  for (let i = 0; i < (classes?.length ?? 0); i++) {
    const code = classes![i]!
    const place = places.get(code) ?? places.size + 1
    places.set(code, place)
    totals[place] = (totals[place] ?? 0) + 1
  }
  return {
    totals: Float64Array.from(totals),
    tally(members) {
      const tally = new Map([[0, members.length]])
      if (classes === undefined) return tally
      for (const row of members) {
        const place = places.get(classes[row]!)!
        tally.set(place, (tally.get(place) ?? 0) + 1)
      }
      return tally
    },
  }
}

/** What the sum of squared distances from the shares grows by, each kind measured by its total. */
function costOf(
  tally: ReadonlyMap<number, number>,
  counts: Float64Array,
  totals: Float64Array,
  share: number,
): number {
  let cost = 0
  for (const [kind, count] of tally) {
    const before = counts[kind]! / totals[kind]! - share
    const after = before + count / totals[kind]!
    // By the share: a part that should be large has more room.
    cost += (after * after - before * before) / share
  }
  return cost
}

/**
 * The first rows to the first part, by rising values; equal values stay together, so that a part may
 * miss its share by half of those at its border.
 */
export function assignByOrder(order: ArrayLike<number>, shares: readonly number[]): Int32Array {
  const rows = Int32Array.from({ length: order.length }, (_, i) => i)
  rows.sort((a, b) => order[a]! - order[b]! || a - b)
  const parts = new Int32Array(order.length)
  let share = 0
  let start = 0
  for (let p = 0; p < shares.length; p++) {
    share += shares[p]!
    const end = p === shares.length - 1 ? rows.length : border(rows, order, share * rows.length)
    for (let k = start; k < end; k++) parts[rows[k]!] = p
    start = Math.max(start, end)
  }
  return parts
}

/** Where values change that is closest to a place. */
function border(rows: Int32Array, order: ArrayLike<number>, place: number): number {
  const at = Math.round(place)
  const changes = (k: number): boolean =>
    k <= 0 || k >= rows.length || order[rows[k - 1]!] !== order[rows[k]!]
  let away = 0
  while (!changes(at - away) && !changes(at + away)) away++
  return changes(at - away) ? Math.max(0, at - away) : at + away
}

function rowsByCode(codes: ArrayLike<number>): Map<number, number[]> {
  const rows = new Map<number, number[]>()
  for (let i = 0; i < codes.length; i++) {
    const found = rows.get(codes[i]!)
    if (found === undefined) rows.set(codes[i]!, [i])
    else found.push(i)
  }
  return rows
}
