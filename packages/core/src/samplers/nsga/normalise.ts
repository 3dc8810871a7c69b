/**
 * Losses on the scale of their front: the ideal point becomes 0, and the plane through the extreme
 * points meets every axis at 1. Where no such plane exists the worst losses of the first front
 * become 1. Infinite losses become 0 and 1000.
 *
 * Source: K. Deb and H. Jain, "NSGA-III", IEEE TEC 18(4), 2014, section IV-B and algorithm 2.
 * Differences: extreme points are those of the given points, not remembered over generations.
 */
export function normalise(
  points: readonly (readonly number[])[],
  isFirst: readonly boolean[],
): Float64Array[] {
  const m = points[0]!.length
  const ideal = Float64Array.from({ length: m }, (_, k) => {
    const low = Math.min(...points.map((p) => p[k]!).filter(Number.isFinite))
    return Number.isFinite(low) ? low : 0
  })
  const moved = points.map((p) => Float64Array.from(p, (x, k) => x - ideal[k]!))
  const intercepts = interceptsOf(moved) ?? nadirOf(moved, isFirst)
  return moved.map((p) =>
    p.map((x, k) => (x === -Infinity ? 0 : Math.min(1000, Math.max(0, x / intercepts[k]!)))),
  )
}

/** The point nearest to each axis, by the achievement scalarising function. */
function extremePoints(points: readonly Float64Array[]): Float64Array[] {
  const m = points[0]!.length
  return Array.from({ length: m }, (_, axis) => {
    let best = points[0]!
    let least = Infinity
    for (const point of points) {
      let value = -Infinity
      for (let k = 0; k < m; k++) value = Math.max(value, point[k]! * (k === axis ? 1 : 1e6))
      if (value < least) [best, least] = [point, value]
    }
    return best
  })
}

/** Where the plane through the extreme points meets the axes; undefined if it meets one not. */
function interceptsOf(points: readonly Float64Array[]): Float64Array | undefined {
  const rows = extremePoints(points).map((p) => [...p, 1])
  const m = rows.length
  for (let column = 0; column < m; column++) {
    let pivot = column
    for (let r = column + 1; r < m; r++) {
      if (Math.abs(rows[r]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = r
    }
    const top = rows[pivot]!
    rows[pivot] = rows[column]!
    rows[column] = top
    if (!(Math.abs(top[column]!) > 1e-12)) return undefined
    for (let r = 0; r < m; r++) {
      if (r === column) continue
      const factor = rows[r]![column]! / top[column]!
      for (let k = column; k <= m; k++) rows[r]![k]! -= factor * top[k]!
    }
  }
  const intercepts = Float64Array.from(rows, (row, k) => row[k]! / row[m]!)
  return intercepts.every((x) => x > 1e-12 && Number.isFinite(x)) ? intercepts : undefined
}

function nadirOf(points: readonly Float64Array[], isFirst: readonly boolean[]): Float64Array {
  return Float64Array.from(points[0]!, (_, k) => {
    let worst = 0
    points.forEach((p, i) => {
      if (isFirst[i] && Number.isFinite(p[k]!)) worst = Math.max(worst, p[k]!)
    })
    return worst > 0 ? worst : 1
  })
}
