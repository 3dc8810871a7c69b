import type { SearchSpace } from '../../space/space.ts'
import { createAvoidance } from '../failure/avoidance.ts'
import type { FailureModel } from '../failure/failure-model.ts'
import { feasibleDraw } from '../feasible-draw.ts'
import { createAcquisition } from '../gp/acquisition.ts'
import { explainPoint } from '../gp/explain.ts'
import { riskOnFeatures, withoutExpectedFailures } from '../gp/failures.ts'
import type { Layout } from '../gp/layout.ts'
import type { Fitted } from '../gp/memo.ts'
import { latestFits, memoOf } from '../gp/memo.ts'
import type { createModels, Model } from '../gp/models.ts'
import { featuresOf } from '../gp/models.ts'
import type { Observation } from '../gp/observations.ts'
import { capped, pendingCodes } from '../gp/observations.ts'
import { lowest, takenKeys } from '../gp/propose.ts'
import type { Candidate, PoolInput } from '../gp/search.ts'
import { drawCandidates } from '../gp/search.ts'
import type { Surrogate } from '../gp/surrogate.ts'
import { addRow, createSurrogate } from '../gp/surrogate.ts'
import type { Targets } from '../gp/targets.ts'
import { constraintTargets, targetsBy } from '../gp/targets.ts'
import type { Draw, Proposal } from '../sampler.ts'
import { drawSearchCandidates } from './candidates.ts'
import type { Forecast } from './criterion.ts'
import { gammaCriterion, normalCriterion } from './criterion.ts'
import type { GammaSettings } from './gamma.ts'
import type { PositiveScale } from './positive-scale.ts'
import { fitPositiveScale, positiveMean } from './positive-scale.ts'

export interface ModelInput {
  readonly space: SearchSpace
  readonly layout: Layout
  readonly observations: readonly Observation[]
  readonly draw: Draw
  readonly settings: GammaSettings
  readonly model: ReturnType<typeof createModels>
  /** Where trials fail, if that is known. */
  readonly failures: FailureModel | undefined
}

/** The proposal of the model; see `gamma`. */
export function proposeByGamma(input: ModelInput): Proposal {
  const { space, layout, draw, settings, failures } = input
  const { view, rng } = draw
  const { history } = view
  const riskAt = riskOnFeatures(space, layout, failures)
  const told = withoutExpectedFailures(input.observations, layout, failures, riskAt)
  const used = capped(told, settings.maxObservations)
  const known = latestFits(view, layout)
  const fits = new Map<string, Fitted>()
  const pending = pendingCodes(view, layout)
  const surrogateOf = (name: string, targets: Targets): Surrogate => {
    const key = `${settings.readings.includes('C') ? 'gamma prior' : 'gamma'}:${name}`
    const stream = rng.fork('fit').fork(name)
    const seen = input.observations.length
    const made = input.model(history, key, layout, targets, known.get(key), seen, stream)
    fits.set(key, made.fitted)
    return believing(made, layout, name.startsWith('metric:') ? pending : [])
  }

  const [objective] = history.config?.objectives ?? []
  const direction = objective?.direction ?? 'minimize'
  const targets = targetsBy((losses) => fitPositiveScale(losses, direction), used, 0, 1)
  const surrogate = surrogateOf(`metric:${objective?.name}`, targets)
  const constraints = history.constraints.flatMap(({ source }, i) => {
    const margins = constraintTargets(used, i)
    return margins.rows.length === 0 ? [] : [surrogateOf(`constraint:${source}`, margins)]
  })
  const anyFeasible = used.some((o) => o.state === 'complete' && !o.infeasible)
  const eligible = targets.rows.map((o) => o.state !== 'failed' && !(anyFeasible && o.infeasible))
  const fit = surrogate.fitted(0)
  const hopeless = constraints.length > 0 && !anyFeasible
  const goal = goalOf(settings, targets.warp, bestOf(fit, eligible, constraints.length === 0))
  const feasibility = createAcquisition(undefined, constraints)
  const avoidance = createAvoidance(failures)
  const worthOf = (x: Float64Array): number => {
    surrogate.predict(x)
    const feasible = constraints.length > 0 ? feasibility.value(x) : 0
    return hopeless ? feasible : goal.score(surrogate) + feasible
  }
  const score = (x: Float64Array): number => avoidance.weigh(worthOf(x), riskAt(x))

  const pool: PoolInput = {
    space,
    layout,
    rng: rng.fork('search'),
    incumbents: lowest(targets.rows, fit, eligible).map(({ codes }) => codes),
    tried: [],
    radius: 1,
    taken: takenKeys(layout, [...input.observations.map(({ codes }) => codes), ...pending]),
    candidates: settings.candidates,
  }
  const candidates = settings.readings.includes('B')
    ? drawSearchCandidates(pool, goodOf(targets.rows, eligible, settings.goodShare), settings)
    : drawCandidates(pool)
  const found = highest(candidates, score)
  const memo = memoOf(fits, layout)
  if (found === undefined) {
    const why = 'gamma: every configuration it met was tried before; drawn'
    return { values: feasibleDraw(space, rng.fork('anything')), why, memo }
  }
  const worth = worthOf(found.features)
  const trials = targets.rows.map(({ trial }) => trial)
  const what = hopeless ? 'log probability of feasibility' : goal.what
  const predicted = hopeless ? '' : ` of ${goal.describe(surrogate)}`
  const like = explainPoint(surrogate, layout, trials)
  return {
    values: layout.valuesOf(found.codes, found.active),
    why: `gamma: ${what} ${worth.toPrecision(3)}${predicted}, ${like}${avoidance.explain(riskAt(found.features))}`,
    memo,
  }
}

/**
 * The surrogate of a model, in which pending trials have ended as the model expects (the "kriging
 * believer" of D. Ginsbourger, R. Le Riche and L. Carraro, 2010).
 */
function believing(
  { base, rows, whitened }: Model,
  layout: Layout,
  pending: readonly Float64Array[],
): Surrogate {
  for (const codes of pending) addRow(base, layout, featuresOf(layout, codes))
  // Zeros stand for the posterior mean.
  const white = new Float64Array(rows + pending.length)
  white.set(whitened)
  return createSurrogate(base, layout, [white])
}

/** The lowest posterior mean among observations that count and, if they may, pending trials. */
function bestOf(fit: Float64Array, eligible: readonly boolean[], pendingCount: boolean): number {
  let best = Number.POSITIVE_INFINITY
  fit.forEach((mean, i) => {
    if ((eligible[i] ?? pendingCount) && mean < best) best = mean
  })
  return best
}

interface Goal {
  readonly what: string
  /** What is maximised, at the point last predicted. */
  score(surrogate: Surrogate): number
  /** The prediction in words. */
  describe(surrogate: Surrogate): string
}

function goalOf(settings: GammaSettings, scale: PositiveScale, best: number): Goal {
  const { acquisition, quantile } = settings
  const skewed = settings.distribution === 'gamma' && settings.readings.includes('A')
  const criterion = (skewed ? gammaCriterion : normalCriterion)(acquisition, scale.sign, quantile)
  const valueOf = (target: number): number => {
    const value = scale.level + scale.sign * scale.unit * target
    return skewed ? positiveMean(value, scale) : value
  }
  const incumbent = valueOf(best)
  const forecast = ({ means, variance }: Surrogate): Forecast => ({
    mean: valueOf(means[0]!),
    deviation: scale.unit * Math.sqrt(variance),
    best: incumbent,
  })
  return {
    what: whatOf[acquisition],
    score: (surrogate) => criterion(forecast(surrogate)),
    describe(surrogate) {
      if (!skewed) return 'a Gaussian'
      const { mean, deviation } = forecast(surrogate)
      return `a Gamma of shape ${((mean / deviation) ** 2).toPrecision(3)}`
    },
  }
}

const whatOf = {
  EI: 'log expected improvement',
  PI: 'log probability of improvement',
  quantile: 'optimistic quantile',
} as const

/** The codes of the best share of observations by their losses, at least one. */
function goodOf(
  rows: readonly Observation[],
  eligible: readonly boolean[],
  share: number,
): Float64Array[] {
  const losses = (i: number): number => rows[i]!.losses[0]!
  const order = rows
    .map((_, i) => i)
    .filter((i) => eligible[i])
    .sort((a, b) => (losses(a) < losses(b) ? -1 : losses(a) > losses(b) ? 1 : a - b))
  return order.slice(0, Math.ceil(share * order.length)).map((i) => rows[i]!.codes)
}

/** The candidate with the highest score, the first of equals. */
function highest(
  pool: readonly Candidate[],
  score: (x: Float64Array) => number,
): Candidate | undefined {
  let best: Candidate | undefined
  for (const candidate of pool) {
    candidate.value = score(candidate.features)
    if (best === undefined || candidate.value > best.value) best = candidate
  }
  return best
}
