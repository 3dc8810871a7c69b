import { AttuneError } from '../../errors.ts'
import type { History } from '../../journal/history.ts'
import type { HistoryView } from '../../journal/view.ts'
import type { Rng } from '../../math/rng.ts'
import { isFeasible } from '../../space/constraint.ts'
import type { Label } from '../../space/distribution.ts'
import type { SearchSpace } from '../../space/space.ts'
import { feasibleDraw } from '../feasible-draw.ts'
import type { Sampler } from '../sampler.ts'
import { drawLabels } from './categorical.ts'
import { generationDirections } from './directions.ts'
import type { Point } from './coordinates.ts'
import type { Fold, Settings } from './fold.ts'
import { advance, createFold, freePlace, memoOf } from './fold.ts'
import { drawPoint, shrink, stretch } from './gaussian.ts'

export interface CmaEsOptions {
  /** First standard deviation, as a share of each range on its scale; default 1/6. */
  readonly sigma?: number
  /** Trials a generation; default null: 4 + ⌊2 ln d⌋ for d parameters. */
  readonly population?: number | null
  /** Whether ten or more earlier trials of others set the first distribution; default true. */
  readonly warmStart?: boolean
  /** Whether stepped parameters keep a chance to change; default true. */
  readonly margin?: boolean
  /** Smaller steps where results are noisy or rugged, at some cost elsewhere; default false. */
  readonly adaptRates?: boolean
  /** What follows when a run has converged; default `bipop`. */
  readonly restarts?: 'bipop' | 'ipop' | 'none'
}

const restartKinds = ['bipop', 'ipop', 'none']

/**
 * CMA-ES: samples a normal distribution whose mean, step size and covariance follow the better half
 * of each generation. For ten to some thousand trials of mostly numeric parameters that interact.
 *
 * Sources: N. Hansen, arXiv 1604.00772v2 (constants, negative weights); margin for stepped
 * parameters by R. Hamano et al. 2022; mirrored orthogonal members by H. Wang et al. 2019; unordered
 * choices by a categorical distribution beside the normal one, CatCMA, R. Hamano et al. 2024; warm
 * start by M. Nomura et al. 2021; `adaptRates` by M. Nomura et al. 2023; BIPOP restarts by N. Hansen
 * 2009. Ranges are [0, 1] on their scales; the first run begins in their middle with a deviation of
 * 1/6, so that they end at three deviations (the rule of Hansen's pycma). Ours: the first population
 * has 4 + ⌊2 ln d⌋ members instead of 4 + ⌊3 ln d⌋, since studies are short; larger ones come with
 * the restarts.
 *
 * Rules: points outside the continuous ranges are drawn again up to 10 times, then clamped; points
 * that break a constraint up to 100 times, then a uniform draw takes their place. Parameters that
 * are inactive keep their coordinate but are not in the configuration. Failed, pruned and
 * infeasible trials rank behind complete ones, in the order pruned, infeasible, failed. See Fold
 * for parallel, enqueued and foreign trials.
 *
 * Cost for d numeric parameters: O(d²) a proposal and O(d³) a generation.
 */
export function cmaEs(options: CmaEsOptions = {}): Sampler {
  const {
    sigma = 1 / 6,
    population = null,
    warmStart = true,
    margin = true,
    adaptRates = false,
    restarts = 'bipop',
  } = options
  const size = population === null || (Number.isInteger(population) && population >= 4)
  if (!(sigma > 0 && sigma <= 1) || !size || !restartKinds.includes(restarts)) {
    throw new AttuneError(
      'sampler/options',
      `cmaEs: 0 < sigma <= 1, a whole population >= 4 (or null) and restarts among ${restartKinds.join(', ')} must hold, got ${sigma}, ${population}, ${restarts}.`,
    )
  }
  const settings: Settings = { sigma, population, warmStart, margin, adaptRates, restarts }
  const folds = new WeakMap<History, Kept>()
  return {
    name: 'cmaEs',
    options: { ...settings },
    supports: { objectives: 'one', conditional: true, constraints: true, continuous: true },
    propose(space, { view, rng, seed }) {
      const fold = foldOf(folds, space, view, seed, settings)
      const member = freePlace(fold, view)
      const { point, values } = drawFeasible(fold, space, rng, directionOf(fold, member, seed))
      const { run } = fold
      const of = `${run.members.length} of ${run.strategy.population} results are in`
      const why = `cmaEs: run ${run.index}, generation ${run.generation}, step size ${run.gaussian.sigma.toPrecision(2)}, ${of}`
      return { values, why, memo: memoOf(fold, member, point) }
    },
  }
}

/** A fold with what it was made of; anything else makes a new one. */
interface Kept {
  readonly fold: Fold
  readonly params: SearchSpace['params']
  readonly era: number
  readonly order: HistoryView['order']
  readonly seed: number
}

function foldOf(
  folds: WeakMap<History, Kept>,
  space: SearchSpace,
  view: HistoryView,
  seed: number,
  settings: Settings,
): Fold {
  const { history, order } = view
  let kept = folds.get(history)
  if (
    kept === undefined ||
    kept.params !== space.params ||
    kept.era !== history.era ||
    kept.order !== order ||
    kept.seed !== seed ||
    kept.fold.settled > view.settledCount
  ) {
    const { params } = space
    kept = { fold: createFold(space, settings), params, era: history.era, order, seed }
    folds.set(history, kept)
  }
  advance(kept.fold, view, seed, settings)
  return kept.fold
}

/** The direction of a member; those beyond the population go where they like. */
function directionOf({ run }: Fold, member: number, seed: number): Float64Array | undefined {
  const { gaussian, strategy, index, generation } = run
  if (gaussian.n === 0) return undefined
  run.directions ??= generationDirections(strategy.population, gaussian.n, seed, index, generation)
  return run.directions[member]
}

const boxAttempts = 10
const attempts = 100

/** Draws from the present distribution until the constraints hold. */
function drawFeasible(
  fold: Fold,
  space: SearchSpace,
  rng: Rng,
  direction: Float64Array | undefined,
): { readonly point: Point; readonly values: Record<string, Label> } {
  const { coordinates, run } = fold
  const { axes, choices } = coordinates
  const point: Point = {
    x: new Float64Array(axes.length),
    labels: new Int32Array(choices.length),
  }
  for (let i = 0; i < attempts; i++) {
    drawInside(fold, rng, point.x, i === 0 ? direction : undefined)
    drawLabels(run.categorical, rng, point.labels)
    const values = coordinates.decode({ ...point, x: stretch(run.gaussian, point.x) })
    if (isFeasible(space, values)) return { point, values }
  }
  const values = feasibleDraw(space, rng)
  const drawn = coordinates.encode((name) => values[name])!
  const labels = drawn.labels.map((label) => Math.max(0, label))
  return { point: { x: shrink(run.gaussian, drawn.x), labels }, values }
}

function drawInside(
  { coordinates, run }: Fold,
  rng: Rng,
  x: Float64Array,
  direction: Float64Array | undefined,
): void {
  const { axes } = coordinates
  const isOut = (u: number, i: number): boolean =>
    axes[i]!.count === Number.POSITIVE_INFINITY && !(u >= 0 && u <= 1)
  for (let i = 0; i < boxAttempts; i++) {
    drawPoint(run.gaussian, rng, x, i === 0 ? direction : undefined)
    if (!x.some(isOut)) return
  }
  for (let i = 0; i < x.length; i++) if (isOut(x[i]!, i)) x[i] = Math.min(1, Math.max(0, x[i]!))
}
