/** A point of the plane. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** Which half of a convex hull: below all points, or above. */
export type HullSide = 'lower' | 'upper'

/**
 * The lower or upper half of the convex hull, from left to right: A. M. Andrew, "Another efficient
 * algorithm for convex hulls in two dimensions", Information Processing Letters 9(5), 1979. No three
 * vertices lie on a line. Points beyond ±1e150 are left out, where products would overflow, and those
 * that are no numbers. Cost: O(n log n).
 */
export function hullChain(points: readonly Point[], side: HullSide): Point[] {
  return chainOf(usable(points), side)
}

/** The chain of usable points in any order. */
function chainOf(points: readonly Point[], side: HullSide): Point[] {
  const sign = side === 'lower' ? 1 : -1
  const sorted = points.toSorted((a, b) => a.x - b.x || sign * (a.y - b.y))
  const chain: Point[] = []
  for (const point of sorted) {
    // Of points above one another only the outermost, which comes first, can be a vertex.
    if (chain.at(-1)?.x === point.x) continue
    while (chain.length >= 2 && sign * turn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop()
    chain.push(point)
  }
  return chain
}

/** Positive when the way a → b → c turns left, zero when it is straight. */
function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

const usable = (points: readonly Point[]): Point[] =>
  points.filter(({ x, y }) => Math.abs(x) <= 1e150 && Math.abs(y) <= 1e150)

/**
 * An approximate half hull: the range of x is cut into strips of equal width, each gives its
 * outermost point, and with the outermost points at both ends of the range they make the hull
 * (J. L. Bentley, M. G. Faust and F. P. Preparata, "Approximation algorithms for convex hulls",
 * Communications of the ACM 25(1), 1982, here for one side). It lies inside the true hull, and no
 * point is further outside it, measured along x, than the width of a strip. Cost: O(n + k log k).
 * @param strips k, an integer of at least 1
 */
export function stripHull(points: readonly Point[], strips: number, side: HullSide): Point[] {
  const kept = usable(points)
  if (kept.length === 0) return []
  const sign = side === 'lower' ? 1 : -1
  const outer = (a: Point | undefined, b: Point): Point =>
    a === undefined || sign * (b.y - a.y) < 0 ? b : a
  let low = kept[0]!
  let high = kept[0]!
  for (const point of kept) {
    if (point.x < low.x || (point.x === low.x && sign * (point.y - low.y) < 0)) low = point
    if (point.x > high.x || (point.x === high.x && sign * (point.y - high.y) < 0)) high = point
  }
  const width = (high.x - low.x) / strips
  const best: (Point | undefined)[] = Array.from({ length: strips })
  for (const point of kept) {
    const strip = width > 0 ? Math.min(strips - 1, Math.floor((point.x - low.x) / width)) : 0
    best[strip] = outer(best[strip], point)
  }
  return chainOf([low, ...best.filter((point) => point !== undefined), high], side)
}

/**
 * Half hulls one inside the other: the vertices of the hull are taken away and the hull of the rest
 * is the next layer ("onion peeling": B. Chazelle, "On the convex layers of a planar set", IEEE
 * Transactions on Information Theory 31(4), 1985, here for one side). Fewer layers are returned
 * when the points are used up. Cost: O(layers · n log n).
 */
export function onionLayers(points: readonly Point[], layers: number, side: HullSide): Point[][] {
  const found: Point[][] = []
  let rest = usable(points)
  while (found.length < layers && rest.length > 0) {
    const layer = chainOf(rest, side)
    found.push(layer)
    const gone = new Set(layer)
    rest = rest.filter((point) => !gone.has(point))
  }
  return found
}

/**
 * Where the slope of a half hull changes its sign, which is at its extreme vertex; in the middle of
 * an edge that is level.
 * @param hull as `hullChain` returns it, at least one vertex
 */
export function slopeSignChange(hull: readonly Point[], side: HullSide): number {
  const j = extremeVertex(hull, side)
  const next = hull[j + 1]
  return next !== undefined && next.y === hull[j]!.y ? (hull[j]!.x + next.x) / 2 : hull[j]!.x
}

/** The index of the lowest vertex of a lower hull, the highest of an upper one; the first of equals. */
export function extremeVertex(hull: readonly Point[], side: HullSide): number {
  let best = 0
  for (let i = 1; i < hull.length; i++) {
    const better = side === 'lower' ? hull[i]!.y < hull[best]!.y : hull[i]!.y > hull[best]!.y
    if (better) best = i
  }
  return best
}
