import { normalDraw } from '../../math/normal.ts'
import type { Rng } from '../../math/rng.ts'
import type { SearchSpace } from '../../space/space.ts'
import { createAvoidance } from '../failure/avoidance.ts'
import type { FailureModel } from '../failure/failure-model.ts'
import { safeDraw } from '../failure/risk.ts'
import { feasibleDraw } from '../feasible-draw.ts'
import type { Draw, Proposal } from '../sampler.ts'
import { sobol } from '../sobol.ts'
import type { Acquisition } from './acquisition.ts'
import { createAcquisition, createCriterion } from './acquisition.ts'
import { explainPoint } from './explain.ts'
import { avoidFailures, riskOnFeatures, withoutExpectedFailures } from './failures.ts'
import type { GpOptions } from './gp.ts'
import { frontOf, hypervolumeAcquisition } from './hypervolume.ts'
import type { Layout } from './layout.ts'
import type { Fitted } from './memo.ts'
import { latestFits, memoOf } from './memo.ts'
import type { createModels, Model } from './models.ts'
import { featuresOf } from './models.ts'
import { createNovelty, recently } from './novelty.ts'
import type { Observation } from './observations.ts'
import { capped, pendingCodes } from './observations.ts'
import type { SearchInput } from './search.ts'
import { searchAcquisition } from './search.ts'
import type { Surrogate } from './surrogate.ts'
import { addRow, createSurrogate } from './surrogate.ts'
import type { Targets } from './targets.ts'
import { constraintTargets, objectiveTargets, scalarTargets } from './targets.ts'
import { exp, log } from '../../math/elementary.ts'
import { thompsonCandidate } from './thompson.ts'

export interface ModelInput {
  readonly space: SearchSpace
  readonly layout: Layout
  readonly observations: readonly Observation[]
  readonly draw: Draw
  readonly settings: Required<GpOptions>
  readonly model: ReturnType<typeof createModels>
  /** Where trials fail, if that is known. */
  readonly failures: FailureModel | undefined
}

const even = sobol()
/** While the search is stuck on one piece, one trial in this many is an even point. */
const evenEvery = 2

/** Fewer numeric parameters are searched everywhere from the start. */
const trustedFrom = 8

/** The proposal of the model; see `gp`. */
export function proposeByModel(input: ModelInput): Proposal {
  const { space, layout, draw, settings, failures } = input
  const { view, rng } = draw
  const { history } = view
  const objectives = history.config?.objectives ?? []
  const riskAt = riskOnFeatures(space, layout, failures)
  const told = withoutExpectedFailures(input.observations, layout, failures, riskAt)
  const used = capped(told, settings.maxObservations)
  const seen = input.observations.length
  const known = latestFits(view, layout)
  const fits = new Map<string, Fitted>()
  const modelOf = (key: string, targets: Targets): Model => {
    const stream = rng.fork('fit').fork(key)
    const made = input.model(history, key, layout, targets, known.get(key), seen, stream)
    fits.set(key, made.fitted)
    return made
  }
  const pending = pendingCodes(view, layout)
  const waiting = pending.map((codes) => featuresOf(layout, codes))

  const constraints = history.constraints.flatMap(({ source }, i) => {
    const targets = constraintTargets(used, i)
    if (targets.rows.length === 0) return []
    const { base, whitened } = modelOf(`constraint:${source}`, targets)
    return [createSurrogate(base, layout, [whitened])]
  })
  const anyFeasible = used.some((o) => o.state === 'complete' && !o.infeasible)
  const counts = (o: Observation): boolean => o.state !== 'failed' && !(anyFeasible && o.infeasible)
  const goal = goalOf()
  const features = used.map(({ codes }) => featuresOf(layout, codes))
  const novelty = goal.logarithmic ? createNovelty(used, features, waiting, layout) : undefined
  const repeats = novelty?.recentRepeats ?? 0
  if (repeats > recently / 2 && draw.trial % evenEvery === 0) {
    const values = safeDraw(space, failures, (even.propose(space, draw) as Proposal).values, rng)
    const why = `gp: even look, since ${repeats} of the last ${recently} results were those of a neighbour`
    return { values, why, memo: memoOf(fits, layout) }
  }
  const wanted = novelty === undefined ? goal.acquisition : sum(goal.acquisition, novelty)
  const positive = !goal.logarithmic && settings.acquisition === 'EI'
  const avoidance = createAvoidance(failures, positive)
  const search: SearchInput = {
    space,
    layout,
    acquisition: failures ? avoidFailures(wanted, riskAt, avoidance, positive) : wanted,
    rng: rng.fork('search'),
    incumbents: goal.incumbents.map(({ codes }) => codes),
    tried: [...features, ...waiting],
    radius: radiusOf(layout, used.length),
    taken: takenKeys(layout, [...input.observations.map(({ codes }) => codes), ...pending]),
    scales: goal.surrogate.hyper.lengths.map(exp),
    candidates: settings.candidates,
    starts: settings.starts,
  }
  const thompson = settings.acquisition === 'Thompson' && objectives.length !== 2
  const found = thompson
    ? thompsonCandidate(search, goal.surrogate, constraints, riskAt)
    : searchAcquisition(search)
  const memo = memoOf(fits, layout)
  if (found === undefined) {
    const why = 'gp: every configuration it met was tried before; drawn'
    return { values: feasibleDraw(space, rng.fork('anything')), why, memo }
  }
  const avoided = avoidance.explain(riskAt(found.features))
  const value = failures && !thompson ? wanted.value(found.features) : found.value
  goal.surrogate.predict(found.features)
  const like = explainPoint(goal.surrogate, layout, goal.trials)
  return {
    values: layout.valuesOf(found.codes, found.active),
    why: `gp: ${goal.what} ${value.toPrecision(3)}, ${like}${avoided}`,
    memo,
  }

  /** What is searched for. */
  function goalOf(): Goal {
    if (objectives.length === 2) return twoGoals()
    const one = objectives.length === 1
    const targets = one
      ? objectiveTargets(used, 0, 1)
      : scalarTargets(used, randomWeights(rng.fork('weights'), objectives.length))
    const made = modelOf(one ? `metric:${objectives[0]!.name}` : 'scalar', targets)
    const thompson = settings.acquisition === 'Thompson'
    const outcomes = waiting.length > 0 && !thompson ? settings.fantasies : 1
    const surrogate = imagine(made, outcomes, rng.fork('fantasies'))
    const candidates = targets.rows.map(counts)
    const fits = Array.from({ length: outcomes }, (_, s) => surrogate.fitted(s))
    // A pending trial may be the best by then, unless it might break a constraint.
    const best = fits.map((fit) =>
      fit.reduce(
        (a, b, i) => ((candidates[i] ?? constraints.length === 0) ? Math.min(a, b) : a),
        Number.POSITIVE_INFINITY,
      ),
    )
    const name = settings.acquisition === 'Thompson' ? 'logEI' : settings.acquisition
    const criterion = createCriterion(name, best, settings.kappa)
    const hopeless = constraints.length > 0 && !anyFeasible
    return {
      surrogate,
      acquisition: createAcquisition(hopeless ? undefined : { surrogate, criterion }, constraints),
      logarithmic: hopeless || name === 'logEI' || name === 'PI',
      what: hopeless ? 'log probability of feasibility' : thompson ? 'drawn gain' : whatOf[name],
      trials: targets.rows.map(({ trial }) => trial),
      incumbents: lowest(targets.rows, fits[0]!, candidates),
    }
  }

  function twoGoals(): Goal {
    const targets = [objectiveTargets(used, 0, 2), objectiveTargets(used, 1, 2)] as const
    const { rows } = targets[0]
    const surrogates = objectives.map(({ name }, k) =>
      imagine(modelOf(`metric:${name}`, targets[k]!), 1),
    ) as [Surrogate, Surrogate]
    const fits = surrogates.map((surrogate) => surrogate.fitted(0))
    const at = (i: number): [number, number] => [fits[0]![i]!, fits[1]![i]!]
    const candidates = rows.map(counts)
    const reference = fits.map((fit) => {
      const low = fit.reduce((a, b) => Math.min(a, b))
      const high = fit.reduce((a, b) => Math.max(a, b))
      return high + 0.1 * (high - low) + 1e-9
    }) as [number, number]
    const eligible = Array.from(fits[0]!, (_, i) => i).filter(
      (i) => candidates[i] ?? constraints.length === 0,
    )
    const front = frontOf(eligible.map(at))
    const [first, second] = surrogates
    const improvement = hypervolumeAcquisition([first, second], front, reference)
    const feasible = createAcquisition(undefined, constraints)
    const hopeless = constraints.length > 0 && !anyFeasible
    const on = new Set(front.map(([a, b]) => `${a},${b}`))
    const members = rows.filter((_, i) => candidates[i] && on.has(at(i).join()))
    return {
      surrogate: first,
      acquisition: hopeless || constraints.length > 0 ? sum(improvement, feasible) : improvement,
      logarithmic: true,
      what: hopeless ? 'log feasible hypervolume' : 'log expected hypervolume improvement',
      trials: rows.map(({ trial }) => trial),
      incumbents: spread(members),
    }
  }

  /** The surrogate of a model to which pending trials are added. */
  function imagine({ base, rows, whitened }: Model, outcomes: number, stream?: Rng): Surrogate {
    for (const x of waiting) addRow(base, layout, x)
    const imagined = Array.from({ length: outcomes }, (_, s) => {
      const white = new Float64Array(rows + waiting.length)
      white.set(whitened)
      // Zeros stand for the posterior mean.
      const draws = stream?.fork(s)
      if (draws !== undefined)
        for (let i = rows; i < white.length; i++) white[i] = normalDraw(draws)
      return white
    })
    return createSurrogate(base, layout, imagined)
  }
}

interface Goal {
  /** The surrogate that explains the proposal. */
  readonly surrogate: Surrogate
  readonly acquisition: Acquisition
  /** Whether the acquisition is a logarithm, to which that of a probability can be added. */
  readonly logarithmic: boolean
  readonly what: string
  /** The trials of the surrogate's rows. */
  readonly trials: readonly number[]
  readonly incumbents: readonly Observation[]
}

const whatOf = {
  logEI: 'log expected improvement',
  EI: 'expected improvement',
  PI: 'log probability of improvement',
  UCB: 'confidence bound',
  LCB: 'confidence bound',
} as const

/** Steps are taken from this many of the best. */
const incumbents = 5

export function lowest(
  rows: readonly Observation[],
  fit: Float64Array,
  candidates: readonly boolean[],
): Observation[] {
  return rows
    .map((_, i) => i)
    .filter((i) => candidates[i])
    .sort((a, b) => fit[a]! - fit[b]! || a - b)
    .slice(0, incumbents)
    .map((i) => rows[i]!)
}

/** At most a few of a front, evenly. */
function spread(members: readonly Observation[]): Observation[] {
  const count = Math.min(members.length, 2 * incumbents)
  return Array.from({ length: count }, (_, k) => members[Math.floor((k * members.length) / count)]!)
}

function sum(a: Acquisition, b: Acquisition): Acquisition {
  let rest = new Float64Array(0)
  return {
    value: (x) => a.value(x) + b.value(x),
    gradient(out) {
      if (rest.length !== out.length) rest = new Float64Array(out.length)
      a.gradient(out)
      b.gradient(rest)
      for (let f = 0; f < out.length; f++) out[f]! += rest[f]!
    },
  }
}

/**
 * The trust region of Vizier (X. Song et al., section 4.5): 0.2 and growing to all within 5 (d + 1)
 * observations, d numeric parameters.
 */
function radiusOf({ ordered }: Layout, count: number): number {
  return ordered < trustedFrom ? 1 : 0.2 + (0.3 * count) / (5 * (ordered + 1))
}

export function takenKeys(layout: Layout, tried: readonly Float64Array[]): Set<string> {
  const taken = new Set<string>()
  const active = new Uint8Array(layout.dimensions.length)
  for (const codes of tried) {
    layout.activate(codes, active)
    const key = layout.keyOf(codes, active)
    if (key !== undefined) taken.add(key)
  }
  return taken
}

/** Uniform on the simplex. */
function randomWeights(rng: Rng, count: number): number[] {
  const parts = Array.from({ length: count }, () => -log(1 - rng.next()) + 1e-12)
  const total = parts.reduce((a, b) => a + b, 0)
  return parts.map((x) => x / total)
}
