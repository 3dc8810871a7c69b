/**
 * Non-dominated sorting. `points` are rows of losses (smaller is better); gives each row the
 * number of its front, 0 for the best. A row with NaN comes after all fronts.
 *
 * Source: the fast non-dominated sort of K. Deb et al., "NSGA-II", IEEE TEC 6(2), 2002, section
 * III-A, with a sort by the first loss so that a row is only compared with rows before it.
 * Cost: O(m n²) at worst for n rows of m losses; O(n log n) for m <= 2.
 */
export function paretoFronts(points: readonly (readonly number[])[]): Int32Array {
  const fronts = new Int32Array(points.length)
  const whole = points.map((_, i) => i).filter((i) => !points[i]?.some(Number.isNaN))
  const order = whole.sort((a, b) => compareRows(points[a] as number[], points[b] as number[]))
  const members: (readonly number[])[][] = []
  for (const i of order) {
    const point = points[i] as readonly number[]
    // Fronts are ordered: a point dominated by no member of a front belongs there.
    let low = 0
    let high = members.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isDominatedByFront(point, members[middle] as (readonly number[])[])) low = middle + 1
      else high = middle
    }
    fronts[i] = low
    const front = members[low]
    if (front === undefined) members.push([point])
    else front.push(point)
  }
  points.forEach((point, i) => {
    if (point.some(Number.isNaN)) fronts[i] = members.length
  })
  return fronts
}

function isDominatedByFront(
  point: readonly number[],
  front: readonly (readonly number[])[],
): boolean {
  // With two losses the last member has the smallest second loss of its front.
  if (point.length <= 2) return dominates(front.at(-1) as readonly number[], point)
  return front.some((other) => dominates(other, point))
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  for (let k = 0; k < a.length; k++) {
    if (a[k] !== b[k]) return (a[k] as number) < (b[k] as number) ? -1 : 1
  }
  return 0
}

/** Whether `a` is nowhere worse than `b` and somewhere better; losses, smaller is better. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let better = false
  for (let k = 0; k < a.length; k++) {
    if ((a[k] as number) > (b[k] as number)) return false
    if ((a[k] as number) < (b[k] as number)) better = true
  }
  return better
}
