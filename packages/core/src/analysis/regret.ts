import { AttuneError } from '../errors.ts'
import type { ObjectiveSpec } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { createRng } from '../math/rng.ts'
import type { Rng } from '../math/rng.ts'
import { normalCdf, normalQuantile } from '../math/special.ts'
import type { CriterionName } from '../samplers/gp/acquisition.ts'
import { createAcquisition, createCriterion } from '../samplers/gp/acquisition.ts'
import { lowest, takenKeys } from '../samplers/gp/propose.ts'
import type { Candidate } from '../samplers/gp/search.ts'
import { searchAcquisition } from '../samplers/gp/search.ts'
import type { Hyper, Surrogate } from '../samplers/gp/surrogate.ts'
import { createSurrogate } from '../samplers/gp/surrogate.ts'
import type { SearchSpace } from '../space/space.ts'
import type { ResultModel, ResultModelOptions } from './result-model.ts'
import { exp, log } from '../math/elementary.ts'
import { fitResultModel } from './result-model.ts'

export interface RegretOptions extends Omit<ResultModelOptions, 'objective'> {
  /** How sure the bound shall be if the model holds, in (0, 1); default 0.9. */
  readonly confidence?: number
  /** What β is divided by; default 1. Makarova et al. take 5. */
  readonly divisor?: number
}

export interface Regret {
  /** The best feasible trial, and its result in units of the objective. */
  readonly trial: number
  readonly best: number
  /** How much better than it a result may at most be, in units of the objective; 0 or more. */
  readonly bound: number
  /** The next trial, if it is where the most improvement is expected. */
  readonly next: {
    /** The probability that it improves on the best. */
    readonly probability: number
    /** By how much on average, in units of the objective; a trial that does not counts 0. */
    readonly gain: number
  }
  /** The number of results the model was given. */
  readonly results: number
  /** The parameters of the kernel. */
  readonly hyper: Hyper
}

const candidates = 512
const starts = 8
/** Equally likely outcomes over which a gain is averaged. */
const outcomes = 64

/** The number of complete trials from which a bound is given: 10, or two a parameter. */
export function fewestForRegret(parameters: number): number {
  return Math.max(10, 2 * parameters)
}

/**
 * An upper estimate of what further trials could gain: the simple regret of a study with one
 * objective under a Gaussian process of its complete trials (see ResultModel).
 *
 * Source: A. Makarova et al., "Automatic Termination for Hyperparameter Optimization", AutoML-Conf
 * 2022, section 3: min over trials of the upper confidence bound less min over the space of the
 * lower one, μ ± √β σ, with β = 2 ln(d t² π² / (6 δ)) for t results of d parameters at confidence
 * 1 - δ (N. Srinivas et al., ICML 2010, theorem 1, with d in the place of the number of points).
 *
 * Differences: (1) β is not divided by 5. With the division the bound failed in a quarter to a half of
 * studies of known functions, mostly early ones. (2) Losses are bent before the model is fitted
 * and both bounds are turned back, which keeps them bounds. (3) The lower bound is searched for as
 * the sampler searches, with gradients. (4) All complete trials take part, not the better half.
 *
 * What it cannot know: a function that the model does not fit, such as a narrow hole that no trial
 * came near (`diagnoseSurrogate` tells how well it fits); regions where all trials failed or were
 * pruned count as unknown; outcome constraints are not modelled, so that the bound may count on
 * what would turn out infeasible.
 *
 * Pure: the same space, history and options give the same numbers, whatever the order in which
 * trials finished. Cost: a fit and two searches, O(n³); 0.1 to 0.2 s for 200 results.
 *
 * @throws AttuneError `study/config` for several objectives, a space with nothing to choose, fewer
 *   than `fewestForRegret` complete trials, none that is feasible, or equal results; `usage` for
 *   options out of range
 */
export function estimateRegret(
  space: SearchSpace,
  history: History,
  options: RegretOptions = {},
): Regret {
  const { confidence = 0.9, divisor = 1, seed = 0 } = options
  checkOptions(confidence, divisor)
  const { name, direction } = onlyObjective(history)
  const rng = createRng(seed, 'regret')
  const model = fitResultModel(space, history, rng.fork('fit'), options)
  refuseFew(model, name)
  const { layout, rows, losses, scale, hyper } = model
  const t = rows.length
  const beta = 2 * log((layout.free.length * t * t * Math.PI ** 2) / (6 * (1 - confidence)))
  const look = createLook(space, model, Math.sqrt(beta / divisor))
  const place = rows.reduce(
    (best, row, i) => (!row.infeasible && !(losses[i]! >= losses[best]!) ? i : best),
    rows.findIndex((row) => !row.infeasible),
  )
  const loss = losses[place]!
  // Nothing is better than minus infinity.
  const done = loss === Number.NEGATIVE_INFINITY
  return {
    trial: rows[place]!.trial,
    best: direction === 'maximize' ? -loss : loss,
    bound: done ? 0 : Math.max(0, scale.lossOf(look.upper) - scale.lossOf(lowerBound(look, rng))),
    next: done ? { probability: 0, gain: 0 } : nextTrial(look, rng),
    results: t,
    hyper,
  }
}

/** The model at its rows, and what a search over the space needs. */
interface Look {
  readonly model: ResultModel
  readonly surrogate: Surrogate
  readonly width: number
  /** The least upper and lower bound among trials, and the least mean, of feasible ones if so said. */
  readonly upper: number
  readonly lower: number
  readonly goal: number
  /** The best configuration by a criterion, but for those whose keys are taken. */
  search(criterion: CriterionName, rng: Rng, taken: ReadonlySet<string>): Candidate | undefined
}

function createLook(space: SearchSpace, model: ResultModel, width: number): Look {
  const { layout, rows, features, base, whitened, hyper } = model
  const { means, deviations } = atRows(model)
  const feasible = rows.map((row) => !row.infeasible)
  const ofFeasible = (x: number, i: number): number => (feasible[i] ? x : Number.POSITIVE_INFINITY)
  const goal = least(means.map(ofFeasible))
  const surrogate = createSurrogate(base, layout, [whitened])
  const known = lowest(rows, means, feasible).map(({ codes }) => codes)
  return {
    model,
    surrogate,
    width,
    upper: least(means.map((m, i) => ofFeasible(m + width * deviations[i]!, i))),
    lower: least(means.map((m, i) => m - width * deviations[i]!)),
    goal,
    search(name, rng, taken) {
      const criterion = createCriterion(name, [goal], width)
      return searchAcquisition({
        space,
        layout,
        acquisition: createAcquisition({ surrogate, criterion }, []),
        rng,
        incumbents: known,
        tried: features,
        radius: 1,
        taken,
        scales: hyper.lengths.map(exp),
        candidates,
        starts,
      })
    },
  }
}

/**
 * Posterior means and standard deviations at the rows of K + σ²I = C: y - σ² C⁻¹ y, and
 * σ² - σ⁴ [C⁻¹]ᵢᵢ for the variance.
 */
function atRows({ targets, alpha, precision, hyper }: ResultModel): {
  readonly means: Float64Array
  readonly deviations: Float64Array
} {
  const noise = exp(hyper.noise)
  const means = targets.map((y, i) => y - noise * alpha[i]!)
  const deviations = precision.map((p) => Math.sqrt(noise * Math.max(1 - noise * p, 1e-6)))
  return { means, deviations }
}

function lowerBound(look: Look, rng: Rng): number {
  const found = look.search('LCB', rng.fork('bound'), new Set())
  return found === undefined ? look.lower : Math.min(look.lower, -found.value)
}

/** What the configuration of the most expected improvement promises. */
function nextTrial(look: Look, rng: Rng): Regret['next'] {
  const { model, surrogate, goal } = look
  const { layout, rows, scale } = model
  const tried = rows.map(({ codes }) => codes)
  const found = look.search('logEI', rng.fork('next'), takenKeys(layout, tried))
  if (found === undefined) return { probability: 0, gain: 0 }
  surrogate.predict(found.features)
  const mean = surrogate.means[0]!
  const deviation = Math.sqrt(surrogate.variance)
  const probability = normalCdf((goal - mean) / deviation)
  // The mean over the better outcomes, which are cut into equally likely parts.
  let gain = 0
  for (let k = 0; k < outcomes; k++) {
    const target = mean + deviation * normalQuantile((probability * (k + 0.5)) / outcomes)
    gain += Math.max(0, scale.lossOf(goal) - scale.lossOf(target)) / outcomes
  }
  return { probability, gain: probability > 0 ? probability * gain : 0 }
}

const least = (values: Float64Array): number => values.reduce((a, b) => Math.min(a, b))

function checkOptions(confidence: number, divisor: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new AttuneError('usage', `confidence must lie between 0 and 1, got ${confidence}.`)
  }
  if (!(divisor > 0 && divisor < Number.POSITIVE_INFINITY)) {
    throw new AttuneError('usage', `divisor must be a positive number, got ${divisor}.`)
  }
}

function onlyObjective(history: History): ObjectiveSpec {
  const objectives = history.config?.objectives ?? []
  const [only] = objectives
  if (only !== undefined && objectives.length === 1) return only
  throw new AttuneError(
    'study/config',
    `What is left to gain is estimated for one objective, the study has ${objectives.length}. Look at how its hypervolume converges instead.`,
  )
}

function refuseFew({ layout, rows }: ResultModel, name: string): void {
  if (layout.free.length === 0) {
    throw new AttuneError('study/config', 'No parameter of the space has more than one value.')
  }
  const wanted = fewestForRegret(layout.free.length)
  if (rows.length < wanted) {
    throw new AttuneError(
      'study/config',
      `What is left to gain in "${name}" can be told from ${wanted} complete trials on, the study has ${rows.length}. Run more trials.`,
    )
  }
  if (rows.every((row) => row.infeasible)) {
    throw new AttuneError(
      'study/config',
      `No trial satisfies the outcome constraints yet, so there is no best "${name}" to compare with.`,
    )
  }
}
