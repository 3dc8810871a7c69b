import type { Feature } from '../../analysis/importance/features.ts'
import { featureCode } from '../../analysis/importance/features.ts'
import { normalDraw } from '../../math/normal.ts'
import type { Rng } from '../../math/rng.ts'
import { assemble } from '../../space/activity.ts'
import { isFeasible } from '../../space/constraint.ts'
import type { Label } from '../../space/distribution.ts'
import { contains, countValues, indexOfValue } from '../../space/distribution.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { FlatParam, SearchSpace, Values } from '../../space/space.ts'
import { feasibleDraw } from '../feasible-draw.ts'

export interface SearchParts {
  readonly score: (codes: Float64Array) => number
  /** Good configurations to start from; values that are none of the space are drawn again. */
  readonly starts: readonly Values[]
  /** Random configurations to begin with. */
  readonly candidates: number
  readonly rng: Rng
}

export interface Candidate {
  readonly values: Record<string, Label>
  readonly score: number
  /** The start it was reached from; undefined for random ones. */
  readonly start: number | undefined
}

/** Random configurations that local search starts from as well. */
const randomStarts = 5
/** Steps of one local search at most. */
const maxSteps = 30
/** Neighbours of a number: draws around it on its scale. */
const draws = 4
const deviations = [0.2, 0.05]

/**
 * Configurations of high score: the best of random ones, and where local search by single changes
 * leads from them and from the starts (Hutter, Hoos and Leyton-Brown 2011, section 4.3). From best
 * to worst; all of them feasible.
 */
export function searchSpace(
  space: SearchSpace,
  features: readonly Feature[],
  { score, starts, candidates, rng }: SearchParts,
): Candidate[] {
  const codes = new Float64Array(features.length)
  const rate = (values: Record<string, Label>, start: number | undefined): Candidate => {
    features.forEach((feature, j) => (codes[j] = featureCode(feature, values)))
    return { values, score: score(codes), start }
  }
  const found: Candidate[] = []
  const random = rng.fork('random')
  for (let i = 0; i < candidates; i++) found.push(rate(feasibleDraw(space, random), undefined))
  found.sort((a, b) => b.score - a.score)
  const repaired = starts.flatMap((values, i) => {
    const whole = repair(space, values, rng.fork('repair').fork(i))
    return whole === undefined ? [] : [rate(whole, i)]
  })
  const origins = [...repaired, ...found.slice(0, randomStarts)]
  origins.forEach((origin, i) => {
    found.push(climb(space, origin, rate, rng.fork('climb').fork(i)))
  })
  return found.sort((a, b) => b.score - a.score)
}

/** A configuration of an earlier space made whole; undefined when that breaks a constraint. */
function repair(space: SearchSpace, values: Values, rng: Rng): Record<string, Label> | undefined {
  const whole = assemble(space, (param) => kept(param, values, rng))
  return isFeasible(space, whole) ? whole : undefined
}

function kept({ name, distribution }: FlatParam, values: Values, rng: Rng): Label {
  const value = values[name]
  if (value !== undefined && contains(distribution, value)) return value
  return sharedCodec(distribution).decode(rng.next())
}

/** Takes the best of all single changes as long as that is better. */
function climb(
  space: SearchSpace,
  origin: Candidate,
  rate: (values: Record<string, Label>, start: number | undefined) => Candidate,
  rng: Rng,
): Candidate {
  let here = origin
  for (let step = 0; step < maxSteps; step++) {
    let best = here
    for (const values of neighbours(space, here.values, rng.fork(step))) {
      const there = rate(values, origin.start)
      if (there.score > best.score) best = there
    }
    if (best === here) return here
    here = best
  }
  return here
}

/** Feasible configurations that differ in one parameter, and in what that makes active. */
function* neighbours(
  space: SearchSpace,
  values: Values,
  rng: Rng,
): Generator<Record<string, Label>> {
  for (const param of space.params) {
    const value = values[param.name]
    if (value === undefined) continue
    for (const other of alternatives(param, value, rng)) {
      const changed = assemble(space, (p) => (p === param ? other : kept(p, values, rng)))
      if (isFeasible(space, changed)) yield changed
    }
  }
}

/** Few labels: all others. Numbers: draws around the value, and its neighbours on the grid. */
function alternatives({ distribution }: FlatParam, value: Label, rng: Rng): Set<Label> {
  const codec = sharedCodec(distribution)
  const count = countValues(distribution)
  const found = new Set<Label>()
  if (count === 1) return found
  if (distribution.kind === 'choice' && !distribution.ordered) {
    for (const label of distribution.choices) found.add(label)
  } else {
    const u = codec.encode(value)
    for (const deviation of deviations) {
      for (let i = 0; i < draws; i++) found.add(codec.decode(u + deviation * normalDraw(rng)))
    }
    if (count < Number.POSITIVE_INFINITY) {
      const index = indexOfValue(distribution, value)
      for (const i of [index - 1, index + 1]) {
        const [low, high] = i >= 0 && i < count ? codec.cell(i) : [u, u]
        found.add(codec.decode((low + high) / 2))
      }
    }
  }
  found.delete(value)
  return found
}
