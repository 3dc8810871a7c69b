import { AttuneError } from '../../errors.ts'
import type { History } from '../../journal/history.ts'
import type { HistoryView } from '../../journal/view.ts'
import type { Rng } from '../../math/rng.ts'
import { isActive } from '../../space/activity.ts'
import { isFeasible, isPossible } from '../../space/constraint.ts'
import type { Label } from '../../space/distribution.ts'
import { countValues, valueAt } from '../../space/distribution.ts'
import type { FlatParam, SearchSpace } from '../../space/space.ts'
import { feasibleDraw } from '../feasible-draw.ts'
import type { Draw, Proposal, Sampler } from '../sampler.ts'
import { sobol } from '../sobol.ts'
import type { Pool } from './pool.ts'
import { createPool } from './pool.ts'
import type { Ranking } from '../../analysis/ranking.ts'
import { isRankable } from '../../analysis/member.ts'
import { log } from '../../math/elementary.ts'
import { createRanking, rankPrefix } from '../../analysis/ranking.ts'

export interface TpeOptions {
  /** Trials of a scrambled Sobol' sequence before the model takes over; default 10. */
  readonly startupTrials?: number
  /** Points drawn from the density of good trials, of which the best ratio wins; default 24. */
  readonly candidates?: number
  /** Share of trials that counts as good; default 0.15. */
  readonly gamma?: number
}

/** At most this many trials serve as kernels. */
const maxKernels = 5000
/** Beyond it: the best trials, an even sample of the ranking, and the latest ones. */
const cappedGood = 750
const cappedLatest = 250
/** The sample is drawn anew each time the number of trials has grown by this factor. */
const stageGrowth = 1.05
/** How often candidates are drawn again when none satisfies the constraints. */
const rounds = 20

/**
 * Tree-structured Parzen estimator, multivariate, with conditional groups.
 *
 * Source: J. Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011; the
 * settings recommended by S. Watanabe, arXiv 2304.11127: linear split gamma = 0.15, weights of
 * good trials by expected improvement, bandwidths by neighbours with a floor of 0.03, prior kernel.
 * Parameters that are active under the same conditions form a group and are proposed jointly,
 * parents before children. Trials that are still running count as not good (constant liar), so
 * that parallel workers spread. Differences: the first trials are Sobol' points, and beyond 5,000
 * trials the kernels are the best 750, the latest 250 and 4,000 others spread evenly over the
 * ranking.
 *
 * Cost for n trials, d parameters: O(n d) a proposal with 24 candidates, n at most 5,000.
 */
export function tpe(options: TpeOptions = {}): Sampler {
  const { startupTrials = 10, candidates = 24, gamma = 0.15 } = options
  if (!(startupTrials >= 1) || !(candidates >= 1) || !(gamma > 0 && gamma < 1)) {
    throw new AttuneError(
      'sampler/options',
      `tpe: startupTrials >= 1, candidates >= 1 and 0 < gamma < 1 must hold, got ${startupTrials}, ${candidates}, ${gamma}.`,
    )
  }
  const start = sobol()
  const rank = createRanking()
  const models = new WeakMap<History, Model>()
  return {
    name: 'tpe',
    options: { startupTrials, candidates, gamma },
    supports: { objectives: 'many', conditional: true, constraints: true, continuous: true },
    propose(space, draw) {
      const ranking = rank(draw.view)
      const n = ranking.order.length
      if (n < startupTrials) {
        const { values } = start.propose(space, draw) as Proposal
        return { values, why: `tpe: even start, ${n} of ${startupTrials} results are in` }
      }
      let model = models.get(draw.view.history)
      const { config } = draw.view.history
      if (model === undefined || model.params !== space.params || model.config !== config) {
        model = createModel(draw.view.history, space)
        models.set(draw.view.history, model)
      }
      return proposeFrom(model, space, draw, ranking, { candidates, gamma })
    },
  }
}

/** The pools of a space's groups, kept from one proposal to the next. */
interface Model {
  readonly params: SearchSpace['params']
  /** A change of the study changes which trials are good. */
  readonly config: History['config']
  readonly groups: readonly Pool[]
  pending: readonly number[]
  sample: { readonly stage: number; readonly trials: readonly number[] }
}

function createModel(history: History, space: SearchSpace): Model {
  const groups = new Map<string, FlatParam[]>()
  for (const param of space.params) {
    if (countValues(param.distribution) === 1) continue
    // A parameter met while running stands alone: it may be missing where others are present.
    const alone = history.discovered.has(param.name) ? param.name : ''
    const key = JSON.stringify([param.when, alone])
    groups.set(key, [...(groups.get(key) ?? []), param])
  }
  return {
    params: space.params,
    config: history.config,
    groups: [...groups.values()].map((params) => createPool(history, params)),
    pending: [],
    sample: { stage: 0, trials: [] },
  }
}

function proposeFrom(
  model: Model,
  space: SearchSpace,
  draw: Draw,
  ranking: Ranking,
  settings: { readonly candidates: number; readonly gamma: number },
): Proposal {
  const { view } = draw
  const kernels = kernelTrials(model, view, ranking)
  const goodCount = Math.min(
    Math.ceil(settings.gamma * ranking.order.length),
    kernels.capped ? cappedGood : Number.POSITIVE_INFINITY,
  )
  const good = new Uint8Array(view.history.length)
  for (let i = 0; i < goodCount; i++) good[ranking.order[i] as number] = 1
  const weightOf = improvementWeights(ranking, goodCount)
  // A pending trial shows what it was given, a settled one also what it discovered.
  const refresh = [...model.pending, ...view.pending]
  for (const pool of model.groups) pool.sync(view, kernels.trials, refresh)
  model.pending = view.pending

  for (let round = 0; round < rounds; round++) {
    const rng = draw.rng.fork(round)
    const found = walk(model, space, rng, good, weightOf, settings.candidates)
    if (found !== undefined) {
      const why = `tpe: likeliest of ${settings.candidates} to be among the best ${goodCount} of ${ranking.order.length} (log ratio ${found.ratio.toFixed(2)})`
      return { values: found.values, why }
    }
  }
  return { values: feasibleDraw(space, draw.rng), why: 'tpe: no candidate was feasible; drawn' }
}

/** The trials that serve as kernels: all that are ranked and pending, or a part beyond the cap. */
function kernelTrials(
  model: Model,
  view: HistoryView,
  ranking: Ranking,
): { readonly trials: readonly number[]; readonly capped: boolean } {
  const { order } = ranking
  const pending = view.pending.filter((t) => view.history.details.get(t)?.suggested === true)
  if (order.length <= maxKernels) return { trials: [...order, ...pending], capped: false }
  const stage = Math.floor(log(view.settledCount / maxKernels) / log(stageGrowth))
  if (model.sample.stage !== stage || model.sample.trials.length === 0) {
    const settled = Math.min(view.settledCount, Math.ceil(maxKernels * stageGrowth ** stage))
    const ranked = rankPrefix(view, settled)
    const wanted = maxKernels - cappedGood - cappedLatest
    const step = Math.max(1, ranked.length / wanted)
    const trials = Array.from({ length: wanted }, (_, i) => ranked[Math.floor(i * step)])
    model.sample = { stage, trials: trials.filter((t) => t !== undefined) }
  }
  const chosen = new Uint8Array(view.history.length)
  const trials: number[] = []
  const take = (trial: number): void => {
    if (chosen[trial] === 1) return
    chosen[trial] = 1
    trials.push(trial)
  }
  model.sample.trials.forEach(take)
  for (let i = 0; i < cappedGood; i++) take(order[i] as number)
  for (let i = Math.max(0, view.settledCount - cappedLatest); i < view.settledCount; i++) {
    const trial = view.settledAt(i)
    if (isRankable(view.history, trial)) take(trial)
  }
  pending.forEach(take)
  return { trials, capped: true }
}

/** Watanabe, section 3.2: good trials weigh by how far they lie below the best of the rest. */
function improvementWeights(ranking: Ranking, goodCount: number): (trial: number) => number {
  const threshold = ranking.lossAt(goodCount)
  const weights = new Map<number, number>()
  let total = 0
  for (let i = 0; i < goodCount; i++) {
    const weight = threshold - ranking.lossAt(i)
    if (!Number.isFinite(weight)) return () => 1
    weights.set(ranking.order[i] as number, weight)
    total += weight
  }
  if (!(total > 0)) return () => 1
  return (trial) => weights.get(trial) ?? 0
}

/** Proposes group after group; undefined when no candidate of some group is feasible. */
function walk(
  model: Model,
  space: SearchSpace,
  rng: Rng,
  good: Uint8Array,
  weightOf: (trial: number) => number,
  candidates: number,
): { readonly values: Record<string, Label>; readonly ratio: number } | undefined {
  const values: Record<string, Label> = {}
  const settle = (): void => {
    for (const param of space.params) {
      if (countValues(param.distribution) === 1 && isActive(param, values)) {
        values[param.name] = valueAt(param.distribution, 0)
      }
    }
  }
  settle()
  let ratio = 0
  for (const pool of model.groups) {
    if (!isActive(pool.params[0] as FlatParam, values)) continue
    const best = bestCandidate(pool, space, values, rng, good, weightOf, candidates)
    if (best === undefined) return undefined
    Object.assign(values, best.values)
    ratio += best.ratio
    settle()
  }
  return isFeasible(space, values) ? { values, ratio } : undefined
}

function bestCandidate(
  pool: Pool,
  space: SearchSpace,
  chosen: Readonly<Record<string, Label>>,
  rng: Rng,
  good: Uint8Array,
  weightOf: (trial: number) => number,
  candidates: number,
): { readonly values: Record<string, Label>; readonly ratio: number } | undefined {
  const { better, rest } = pool.estimators(good, weightOf)
  const point = new Float64Array(pool.params.length)
  let best: { values: Record<string, Label>; ratio: number } | undefined
  for (let c = 0; c < candidates; c++) {
    better.sample(rng, point)
    const values: Record<string, Label> = {}
    pool.params.forEach(({ name }, j) => {
      values[name] = pool.dimensions[j]?.valueOf(point[j] as number) as Label
    })
    // Parameters that are not chosen yet leave a constraint undecided, which lets it pass.
    if (space.constraints.length > 0 && !isPossible(space, { ...chosen, ...values })) continue
    const ratio = better.logDensity(point) - rest.logDensity(point)
    if (best === undefined || ratio > best.ratio) best = { values, ratio }
  }
  return best
}
