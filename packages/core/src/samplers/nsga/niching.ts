import type { Rng } from '../../math/rng.ts'
import type { Member } from '../../analysis/member.ts'
import { normalise } from './normalise.ts'
import { referenceDirections } from './reference-directions.ts'
import type { Survival } from './survival.ts'
import { splitFronts } from './survival.ts'

/** Which reference direction a member is nearest to, and how far from it. */
interface Niche {
  readonly direction: number
  readonly distance: number
}

/**
 * Survival by front, then by niche: members of the split front are taken for the direction that
 * fewest survivors belong to, the nearest one first and then any.
 *
 * Source: K. Deb and H. Jain, "NSGA-III", IEEE TEC 18(4), 2014, sections IV-C to IV-E. Members
 * that are pruned or infeasible belong to no niche and survive in the order of their numbers.
 */
export const nichedSurvival: Survival = (members, size, rng) => {
  const { fronts, whole, split } = splitFronts(members, size)
  const places = [...whole, ...split].filter((i) => members[i]!.standing === 'feasible')
  const niches = nichesOf(members, places, fronts, size)
  const kept =
    niches.size > 0 && niches.has(split[0] ?? -1)
      ? fillNiches(niches, whole, split, size - whole.length, rng)
      : split.slice(0, size - whole.length)
  const chosen = [...whole, ...kept].sort((a, b) => a - b)
  const crowd = new Map<number, number>()
  for (const i of chosen) {
    const direction = niches.get(i)?.direction
    if (direction !== undefined) crowd.set(direction, (crowd.get(direction) ?? 0) + 1)
  }
  return {
    members: chosen.map((i) => members[i]!),
    fronts: Int32Array.from(chosen, (i) => fronts[i]!),
    // Members of crowded niches lose tournaments.
    room: Float64Array.from(chosen, (i) => -(crowd.get(niches.get(i)?.direction ?? -1) ?? 0)),
  }
}

function nichesOf(
  members: readonly Member[],
  places: readonly number[],
  fronts: Int32Array,
  size: number,
): ReadonlyMap<number, Niche> {
  const niches = new Map<number, Niche>()
  if (places.length === 0) return niches
  const points = normalise(
    places.map((i) => members[i]!.losses),
    places.map((i) => fronts[i] === 0),
  )
  const directions = directionsFor(points[0]!.length, size)
  points.forEach((point, k) => niches.set(places[k]!, nearestDirection(point, directions)))
  return niches
}

interface Directions {
  readonly size: number
  readonly list: readonly Float64Array[]
}
const known = new Map<number, Directions>()

/** One direction a member as far as they go; kept, since each generation asks for the same. */
function directionsFor(objectives: number, size: number): readonly Float64Array[] {
  let directions = known.get(objectives)
  if (directions?.size !== size) {
    directions = { size, list: referenceDirections(objectives, size) }
    known.set(objectives, directions)
  }
  return directions.list
}

function nearestDirection(point: Float64Array, directions: readonly Float64Array[]): Niche {
  let best = { direction: 0, distance: Infinity }
  let square = 0
  for (let k = 0; k < point.length; k++) square += point[k]! * point[k]!
  directions.forEach((w, direction) => {
    let dot = 0
    let norm = 0
    for (let k = 0; k < point.length; k++) {
      dot += point[k]! * w[k]!
      norm += w[k]! * w[k]!
    }
    const distance = Math.sqrt(Math.max(0, square - (dot * dot) / norm))
    if (distance < best.distance) best = { direction, distance }
  })
  return best
}

function fillNiches(
  niches: ReadonlyMap<number, Niche>,
  whole: readonly number[],
  split: readonly number[],
  count: number,
  rng: Rng,
): number[] {
  const crowd = new Map<number, number>()
  for (const i of whole) {
    const { direction } = niches.get(i)!
    crowd.set(direction, (crowd.get(direction) ?? 0) + 1)
  }
  const waiting = new Map<number, number[]>()
  for (const i of split) {
    const { direction } = niches.get(i)!
    const list = waiting.get(direction)
    if (list === undefined) waiting.set(direction, [i])
    else list.push(i)
  }
  const kept: number[] = []
  while (kept.length < count) {
    const least = Math.min(...[...waiting.keys()].map((d) => crowd.get(d) ?? 0))
    const emptiest = [...waiting.keys()].filter((d) => (crowd.get(d) ?? 0) === least)
    const direction = emptiest[rng.int(emptiest.length)]!
    const list = waiting.get(direction)!
    let pick = rng.int(list.length)
    if (least === 0) {
      for (let k = 0; k < list.length; k++) {
        if (niches.get(list[k]!)!.distance < niches.get(list[pick]!)!.distance) pick = k
      }
    }
    kept.push(list[pick]!)
    list.splice(pick, 1)
    if (list.length === 0) waiting.delete(direction)
    crowd.set(direction, least + 1)
  }
  return kept
}
