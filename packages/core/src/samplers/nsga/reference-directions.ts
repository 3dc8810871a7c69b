/**
 * Evenly spread directions on the simplex of `objectives` non-negative numbers that sum to 1: as
 * many as at most `limit` allows, and at least one an objective. Where no layer would reach inside
 * (fewer divisions than objectives) a second, shrunken layer fills the middle as far as it fits.
 *
 * Source: I. Das and J. E. Dennis, SIAM J. Optimization 8(3), 1998; two layers: K. Deb and H. Jain,
 * "NSGA-III", IEEE TEC 18(4), 2014, section IV-A.
 */
export function referenceDirections(objectives: number, limit: number): Float64Array[] {
  if (objectives === 1) return [Float64Array.of(1)]
  const outer = largestDivisions(objectives, limit)
  const directions = layer(objectives, outer)
  if (outer >= objectives) return directions
  const inner = Math.min(outer, largestDivisions(objectives, limit - directions.length))
  if (countDirections(objectives, inner) > limit - directions.length) return directions
  for (const direction of layer(objectives, inner)) {
    directions.push(direction.map((x) => (x + 1 / objectives) / 2))
  }
  return directions
}

/** C(divisions + objectives - 1, divisions). */
export function countDirections(objectives: number, divisions: number): number {
  let count = 1
  for (let i = 1; i <= divisions; i++) count = (count * (objectives - 1 + i)) / i
  return Math.round(count)
}

function largestDivisions(objectives: number, limit: number): number {
  let divisions = 1
  while (countDirections(objectives, divisions + 1) <= limit) divisions++
  return divisions
}

function layer(objectives: number, divisions: number): Float64Array[] {
  const directions: Float64Array[] = []
  const parts = new Float64Array(objectives)
  const walk = (k: number, left: number): void => {
    if (k === objectives - 1) {
      parts[k] = left / divisions
      directions.push(parts.slice())
      return
    }
    for (let part = 0; part <= left; part++) {
      parts[k] = part / divisions
      walk(k + 1, left - part)
    }
  }
  walk(0, divisions)
  return directions
}
