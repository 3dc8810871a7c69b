import type { Rng } from '../../math/rng.ts'
import { crowdingDistances } from '../../analysis/crowding.ts'
import type { Member } from '../../analysis/member.ts'
import { memberFronts } from '../../analysis/member.ts'

/** Members that live on, with what tournaments between them go by; larger `room` is better. */
export interface Population {
  readonly members: readonly Member[]
  readonly fronts: Int32Array
  readonly room: Float64Array
}

/** Chooses at most `size` members. */
export type Survival = (members: readonly Member[], size: number, rng: Rng) => Population

/** The whole fronts that fit, and the places of the front of which only a part does. */
export function splitFronts(
  members: readonly Member[],
  size: number,
): { readonly fronts: Int32Array; readonly whole: number[]; readonly split: number[] } {
  const fronts = memberFronts(members)
  const sizes: number[] = []
  for (const front of fronts) sizes[front] = (sizes[front] ?? 0) + 1
  let count = 0
  let last = 0
  while (last < sizes.length && count + (sizes[last] ?? 0) <= size) count += sizes[last++] ?? 0
  const whole: number[] = []
  const split: number[] = []
  for (let i = 0; i < members.length; i++) {
    if (fronts[i]! < last) whole.push(i)
    else if (fronts[i] === last && count < size) split.push(i)
  }
  return { fronts, whole, split }
}

/**
 * Survival by front, then by crowding distance. The split front loses its most crowded member again
 * and again, with distances measured anew each time, which leaves it more even than one sort.
 *
 * Source: K. Deb et al., "NSGA-II", IEEE TEC 6(2), 2002; removal one by one: S. Kukkonen and
 * K. Deb, "Improved pruning of non-dominated solutions based on crowding distance", CEC 2006.
 */
export const crowdedSurvival: Survival = (members, size) => {
  const { fronts, whole, split } = splitFronts(members, size)
  const kept = [...split]
  while (whole.length + kept.length > size) {
    const distances = crowdingDistances(
      kept.map((i) => members[i]!.losses),
      new Int32Array(kept.length),
    )
    let worst = kept.length - 1
    for (let k = worst - 1; k >= 0; k--) if (distances[k]! < distances[worst]!) worst = k
    kept.splice(worst, 1)
  }
  const chosen = [...whole, ...kept].sort((a, b) => a - b)
  const chosenFronts = Int32Array.from(chosen, (i) => fronts[i]!)
  return {
    members: chosen.map((i) => members[i]!),
    fronts: chosenFronts,
    room: roomOf(
      chosen.map((i) => members[i]!),
      chosenFronts,
    ),
  }
}

function roomOf(members: readonly Member[], fronts: Int32Array): Float64Array {
  const room = new Float64Array(members.length)
  const feasible = members.flatMap((m, i) => (m.standing === 'feasible' ? [i] : []))
  const distances = crowdingDistances(
    feasible.map((i) => members[i]!.losses),
    feasible.map((i) => fronts[i]!),
  )
  feasible.forEach((i, k) => (room[i] = distances[k]!))
  return room
}
