import { log } from '../../math/elementary.ts'
import type { Rng } from '../../math/rng.ts'
import { logSumExp } from '../../math/special.ts'
import { isActive } from '../../space/activity.ts'
import { isFeasible, isPossible } from '../../space/constraint.ts'
import type { Label } from '../../space/distribution.ts'
import { countValues, valueAt } from '../../space/distribution.ts'
import type { FlatParam, SearchSpace, Values } from '../../space/space.ts'
import { createAvoidance } from '../failure/avoidance.ts'
import type { FailureModel } from '../failure/failure-model.ts'
import { partialCodes } from '../failure/risk.ts'
import { featureCode } from '../../analysis/importance/features.ts'
import type { Estimators, Pool } from './pool.ts'
import type { Beliefs } from './prior.ts'
import type { Split } from './split.ts'

/** What decides between candidates. */
export interface Request {
  readonly space: SearchSpace
  readonly groups: readonly Pool[]
  /** Good trials against the rest. */
  readonly results: Split
  /** For every outcome constraint, trials that satisfied it against those that did not. */
  readonly outcomes: readonly Split[]
  readonly candidates: number
  readonly beliefs: Beliefs
  /** The power to which beliefs are raised, and the share of candidates drawn from them. */
  readonly trust: number
  readonly beliefShare: number
  /** Where trials fail, if that is known. */
  readonly failures: FailureModel | undefined
}

export interface Choice {
  readonly values: Record<string, Label>
  /** Sum over the groups of the logarithm that was maximised, apart from failures. */
  readonly score: number
  /** What was passed over because it is likely to fail, in words; else ''. */
  readonly avoided: string
}

/** Proposes group after group; undefined when no candidate of some group is feasible. */
export function chooseValues(request: Request, rng: Rng): Choice | undefined {
  const { space, groups } = request
  const values: Record<string, Label> = {}
  const settle = (): void => {
    for (const param of space.params) {
      if (countValues(param.distribution) === 1 && isActive(param, values)) {
        values[param.name] = valueAt(param.distribution, 0)
      }
    }
  }
  settle()
  let score = 0
  let avoided = ''
  for (const pool of groups) {
    if (!isActive(pool.params[0] as FlatParam, values)) continue
    const best = chooseOfGroup(request, pool, values, rng)
    if (best === undefined) return undefined
    Object.assign(values, best.values)
    score += best.score
    avoided ||= best.avoided
    settle()
  }
  return isFeasible(space, values) ? { values, score, avoided } : undefined
}

function chooseOfGroup(
  request: Request,
  pool: Pool,
  chosen: Readonly<Record<string, Label>>,
  rng: Rng,
): Choice | undefined {
  const { space, candidates, failures } = request
  const { draw, scoreOf } = candidatesOf(request, pool, rng)
  const riskOf = failures && riskOfGroup(failures, pool, chosen)
  const avoidance = createAvoidance(failures)
  const isConstrained = space.constraints.length > 0
  const point = new Float64Array(pool.params.length)
  let best: { readonly point: Float64Array; readonly score: number } | undefined
  let highest = Number.NEGATIVE_INFINITY
  let least = 0
  for (let c = 0; c < candidates; c++) {
    draw(point)
    // Most often nobody looks at values but those of the best.
    const values = isConstrained || riskOf !== undefined ? valuesAt(pool, point) : {}
    // Parameters that are not chosen yet leave a constraint undecided, which lets it pass.
    if (isConstrained && !isPossible(space, { ...chosen, ...values })) continue
    const score = scoreOf(point)
    const risk = riskOf?.(values) ?? 0
    const weighed = avoidance.weigh(score, risk)
    if (best !== undefined && !(weighed > highest)) continue
    best = { point: point.slice(), score }
    highest = weighed
    least = risk
  }
  if (best === undefined) return undefined
  const { score } = best
  return { values: valuesAt(pool, best.point), score, avoided: avoidance.explain(least) }
}

/** How candidates of a group are drawn, and what they are worth apart from failures. */
function candidatesOf(
  { results, outcomes, beliefs, trust, beliefShare }: Request,
  pool: Pool,
  rng: Rng,
): { draw(point: Float64Array): void; scoreOf(point: Float64Array): number } {
  const good = pool.estimators(0, results)
  const satisfied = outcomes.map((split, k) => pool.estimators(k + 1, split))
  const believed = pool.params.map(({ name }) => beliefs.get(name))
  const hasBeliefs = believed.some((belief) => belief !== undefined)
  return {
    draw(point) {
      good.better.sample(rng, point)
      if (!hasBeliefs || !(rng.next() < beliefShare)) return
      believed.forEach((belief, j) => {
        if (belief !== undefined) point[j] = belief.draw(rng.next())
      })
    },
    scoreOf(point) {
      // Without constraints the ratio itself has its maximum where the relative one has it.
      let score =
        satisfied.length === 0
          ? good.better.logDensity(point) - good.rest.logDensity(point)
          : relativeRatio(good, point)
      for (const estimators of satisfied) score += relativeRatio(estimators, point)
      if (!hasBeliefs) return score
      believed.forEach((belief, j) => {
        if (belief !== undefined) score += trust * belief.logDensity(point[j]!)
      })
      return score
    },
  }
}

function valuesAt({ params, columns }: Pool, point: Float64Array): Record<string, Label> {
  const values: Record<string, Label> = {}
  params.forEach(({ name }, j) => (values[name] = columns[j]!.dimension.valueOf(point[j]!)))
  return values
}

/** The probability of failing with these values of a group, whatever is chosen after it. */
function riskOfGroup(
  model: FailureModel,
  pool: Pool,
  chosen: Readonly<Record<string, Label>>,
): (values: Values) => number {
  const { features, probability } = model
  const codes = partialCodes(model, chosen)
  const own = features.flatMap((feature, j) => (pool.params.includes(feature.param) ? [j] : []))
  return (values) => {
    for (const j of own) codes[j] = featureCode(features[j]!, values)
    return probability(codes)
  }
}

/** Logarithm of better / (share · better + (1 - share) · rest), at most -log(share). */
function relativeRatio({ better, rest, share }: Estimators, point: Float64Array): number {
  const ratio = rest.logDensity(point) - better.logDensity(point)
  return -logSumExp([log(share), log(1 - share) + ratio])
}
