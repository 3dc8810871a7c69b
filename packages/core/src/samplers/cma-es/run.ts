import type { Rng } from '../../math/rng.ts'
import type { Categorical } from './categorical.ts'
import { adaptLabels, createCategorical } from './categorical.ts'
import type { Coordinates, Point } from './coordinates.ts'
import type { Gaussian } from './gaussian.ts'
import { adapt, deviation, shrink } from './gaussian.ts'
import type { LearningRates } from './learning-rate.ts'
import { createLearningRates, damp, rememberGaussian } from './learning-rate.ts'
import { keepMargin } from './margin.ts'
import type { Standing } from './standing.ts'
import { byStanding, isBetter, resultless } from './standing.ts'
import type { Strategy } from './strategy.ts'
import { strategyOf } from './strategy.ts'
import type { Beginning } from './warm-start.ts'

/** A settled trial as a member of a generation. */
export interface Member {
  /** The draw of a member of ours, the configuration itself of a guest. */
  readonly point: Point
  readonly standing: Standing
  /** Drawn from the distribution of this generation, of the one before it, or by others. */
  readonly kind: 'drawn' | 'late' | 'guest'
  /** Which of its generation's directions it took; absent for all others. */
  readonly place?: number
}

/** One run of CMA-ES, from a beginning to the next restart. */
export interface Run {
  readonly index: number
  readonly strategy: Strategy
  readonly gaussian: Gaussian
  readonly categorical: Categorical
  readonly rates: LearningRates | undefined
  readonly startSigma: number
  generation: number
  evaluations: number
  /** Of the present generation, in the order in which they settled. */
  members: Member[]
  /** The directions of the present generation, once they have been asked for. */
  directions: readonly Float64Array[] | undefined
  best: Standing | undefined
  /** The best trial of others since the run began, until it has been injected. */
  guest: Member | undefined
  /** The best loss of each generation, Infinity where none completed. */
  readonly losses: number[]
}

export interface RunSettings {
  readonly margin: boolean
  readonly adaptRates: boolean
}

export function createRun(
  index: number,
  population: number,
  beginning: Beginning,
  coordinates: Coordinates,
  settings: RunSettings,
): Run {
  const { gaussian, chances } = beginning
  const run: Run = {
    index,
    strategy: strategyOf(Math.max(1, gaussian.n), population),
    gaussian,
    categorical: createCategorical(chances),
    rates: settings.adaptRates ? createLearningRates(gaussian.n) : undefined,
    startSigma: gaussian.sigma,
    generation: 0,
    evaluations: 0,
    members: [],
    directions: undefined,
    best: undefined,
    guest: undefined,
    losses: [],
  }
  if (settings.margin) keepMargin(gaussian, coordinates.axes, alphaOf(run, coordinates))
  return run
}

const alphaOf = ({ strategy }: Run, { axes, choices }: Coordinates): number =>
  1 / ((axes.length + choices.length) * strategy.population)

/**
 * Takes a member in; a full generation moves the distribution on. A generation without a single
 * result changes nothing.
 * @returns false when the distribution broke down, after which only a restart helps
 */
export function addMember(
  run: Run,
  member: Member,
  coordinates: Coordinates,
  settings: RunSettings,
): boolean {
  run.evaluations++
  run.members.push(member)
  if (run.members.length < run.strategy.population) return true
  const ranked = run.members.sort((a, b) => byStanding(a.standing, b.standing))
  run.members = []
  run.directions = undefined
  run.generation++
  if (ranked[0]!.standing.kind === resultless) return true
  inject(run, ranked)
  const best = ranked[0]!.standing
  if (run.best === undefined || isBetter(best, run.best)) run.best = best
  run.losses.push(best.kind === 0 ? best.first : Number.POSITIVE_INFINITY)
  return move(run, ranked, coordinates, settings)
}

/** A guest that is better than everything the run has found takes the place of the worst member. */
function inject(run: Run, ranked: Member[]): void {
  const { guest } = run
  if (guest === undefined) return
  const best = ranked[0]!.standing
  const rival = run.best !== undefined && isBetter(run.best, best) ? run.best : best
  run.guest = undefined
  if (!isBetter(guest.standing, rival)) return
  ranked.pop()
  ranked.unshift(guest)
}

function move(
  run: Run,
  ranked: readonly Member[],
  coordinates: Coordinates,
  settings: RunSettings,
): boolean {
  const { gaussian, strategy, categorical } = run
  if (gaussian.n > 0) {
    const before = run.rates === undefined ? undefined : rememberGaussian(gaussian)
    const steps = ranked.map(({ point, kind }) => ({
      x: kind === 'guest' ? shrink(gaussian, point.x) : point.x,
      clipped: kind !== 'drawn',
    }))
    if (!adapt(gaussian, strategy, steps)) return false
    if (before !== undefined && !damp(gaussian, before, run.rates!)) return false
    if (settings.margin) keepMargin(gaussian, coordinates.axes, alphaOf(run, coordinates))
  }
  const labels = ranked.slice(0, strategy.parents).map(({ point }) => point.labels)
  adaptLabels(categorical, strategy.weights.subarray(0, strategy.parents), labels)
  return true
}

/**
 * Whether a run has come to an end: its continuous coordinates have converged, the losses have long
 * been equal, the matrix is nearly singular, or there has long been no progress (N. Hansen,
 * "Benchmarking a BI-Population CMA-ES on the BBOB-2009 Function Testbed", GECCO 2009).
 * Ours: equal means within 1e-11 of what the run has gained, so that no unit is special.
 */
export function isFinished(run: Run, { axes }: Coordinates): boolean {
  const { gaussian, strategy, losses } = run
  const { n, lengths } = gaussian
  const continuous = axes.flatMap(({ count }, i) => (count === Number.POSITIVE_INFINITY ? [i] : []))
  const tiny = 1e-12 * run.startSigma
  if (continuous.length > 0 && continuous.every((i) => deviation(gaussian, i) < tiny)) return true
  if (n > 0 && lengths[n - 1]! > 1e7 * lengths[0]!) return true
  const flat = 10 + Math.ceil((30 * Math.max(1, n)) / strategy.population)
  if (losses.length >= flat && spread(losses.slice(-flat)) <= 1e-11 * gainOf(losses)) return true
  const long = Math.max(120 + (30 * n) / strategy.population, 0.2 * losses.length)
  return losses.length > long && stagnates(losses.slice(-Math.floor(long)))
}

/** How far the losses have come down; 0 when the first of them are infinite and the rest too. */
function gainOf(losses: readonly number[]): number {
  const first = losses.find(Number.isFinite)
  return first === undefined ? 0 : first - Math.min(first, losses[losses.length - 1]!)
}

function spread(losses: readonly number[]): number {
  const low = Math.min(...losses)
  const high = Math.max(...losses)
  return low === high ? 0 : high - low
}

/** Whether the median of the last 30 % is not better than that of the first 30 %. */
function stagnates(losses: readonly number[]): boolean {
  const part = Math.max(1, Math.floor(0.3 * losses.length))
  const middle = (some: number[]): number => some.sort((a, b) => a - b)[some.length >> 1]!
  return middle(losses.slice(-part)) >= middle(losses.slice(0, part))
}

/** The size of the next population and step, by the rules of BIPOP (Hansen 2009). */
export interface Restarts {
  readonly kind: 'bipop' | 'ipop'
  /** How often the large population has been doubled. */
  doublings: number
  large: number
  small: number
  /** Evaluations the present run may use; only small ones are limited. */
  limit: number
  /** Whether the present run is one with a small population. */
  isSmall: boolean
}

export const createRestarts = (kind: Restarts['kind']): Restarts => ({
  kind,
  doublings: 0,
  large: 0,
  small: 0,
  limit: Number.POSITIVE_INFINITY,
  isSmall: false,
})

/** Books a run that ended and says how the next one begins. */
export function nextRun(
  restarts: Restarts,
  ended: Run,
  population: number,
  rng: Rng,
): { readonly population: number; readonly sigmaFactor: number } {
  if (ended.index > 0) restarts[restarts.isSmall ? 'small' : 'large'] += ended.evaluations
  restarts.isSmall = restarts.kind === 'bipop' && restarts.small < restarts.large
  restarts.limit = Number.POSITIVE_INFINITY
  if (!restarts.isSmall) {
    restarts.doublings++
    return { population: population * 2 ** restarts.doublings, sigmaFactor: 1 }
  }
  restarts.limit = restarts.large / 2
  const share = 2 ** restarts.doublings / 2
  return {
    population: Math.max(population, Math.floor(population * share ** (rng.next() ** 2))),
    sigmaFactor: 10 ** (-2 * rng.next()),
  }
}
