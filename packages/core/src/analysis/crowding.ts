/**
 * Crowding distance of every point within its front, larger where a point has more room; Infinity
 * at the ends of every loss. `points` are rows of losses, `fronts` the number of each row's front.
 *
 * Source: K. Deb et al., "NSGA-II", IEEE TEC 6(2), 2002, section III-B. Where a loss is infinite
 * distances do not exist; such gaps count nothing. Cost: O(m n log n).
 */
export function crowdingDistances(
  points: readonly (readonly number[])[],
  fronts: ArrayLike<number>,
): Float64Array {
  const distance = new Float64Array(points.length)
  const byFront = new Map<number, number[]>()
  for (let i = 0; i < points.length; i++) {
    const members = byFront.get(fronts[i]!)
    if (members === undefined) byFront.set(fronts[i]!, [i])
    else members.push(i)
  }
  const count = points[0]?.length ?? 0
  for (const members of byFront.values()) {
    for (let k = 0; k < count; k++) addGaps(points, members, k, distance)
  }
  return distance
}

/** Adds the distance of each member's neighbours in one loss, as a share of the whole range. */
function addGaps(
  points: readonly (readonly number[])[],
  members: number[],
  k: number,
  distance: Float64Array,
): void {
  const at = (place: number): number => points[members[place]!]![k]!
  members.sort((a, b) => {
    const [x, y] = [points[a]![k]!, points[b]![k]!]
    return x < y ? -1 : x > y ? 1 : a - b
  })
  const last = members.length - 1
  const range = at(last) - at(0)
  distance[members[0]!] = Infinity
  distance[members[last]!] = Infinity
  if (!(range > 0)) return
  for (let place = 1; place < last; place++) {
    const share = (at(place + 1) - at(place - 1)) / range
    if (share > 0) distance[members[place]!]! += share
  }
}
