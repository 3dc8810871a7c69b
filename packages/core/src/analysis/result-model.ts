import { AttuneError } from '../errors.ts'
import type { History } from '../journal/history.ts'
import type { HistoryView } from '../journal/view.ts'
import { liveView } from '../journal/view.ts'
import { inverseOf, packedLength } from '../math/linalg.ts'
import type { Rng } from '../math/rng.ts'
import { fitHyper } from '../samplers/gp/fit.ts'
import type { Layout } from '../samplers/gp/layout.ts'
import { createLayout } from '../samplers/gp/layout.ts'
import { featuresOf } from '../samplers/gp/models.ts'
import type { Observation } from '../samplers/gp/observations.ts'
import { capped, createObservations } from '../samplers/gp/observations.ts'
import type { Base, Hyper } from '../samplers/gp/surrogate.ts'
import { addRow, createBase } from '../samplers/gp/surrogate.ts'
import type { SearchSpace } from '../space/space.ts'
import type { LossScale } from './loss-scale.ts'
import { fitLossScale } from './loss-scale.ts'

export interface ResultModelOptions {
  /** The objective, by its place among those of the study; default 0. */
  readonly objective?: number
  /** Parameters of the kernel, taken as they are; default: fitted to the results. */
  readonly hyper?: Hyper
  /** Keys everything random; default 0. */
  readonly seed?: number
  /** With more results a part of them is used, as the sampler does (`capped`); default 400. */
  readonly maxResults?: number
  /** Only these trials, by number; default: all that have settled. */
  readonly trials?: readonly number[]
}

/**
 * The Gaussian process of the sampler `gp` on one objective, given the complete trials and nothing
 * else: what the sampler assumes about failed and pruned trials says nothing about the objective.
 * Other differences: the scale of the losses, see LossScale; and the parameters of the kernel are
 * fitted to a part of the results when there are many.
 */
export interface ResultModel {
  readonly layout: Layout
  readonly rows: readonly Observation[]
  readonly features: readonly Float64Array[]
  /** The losses of the rows, as they are. */
  readonly losses: Float64Array
  readonly scale: LossScale
  /** The losses in the scale of the model; infinite ones as the worst and best finite ones. */
  readonly targets: Float64Array
  readonly hyper: Hyper
  readonly base: Base
  /** With K = covariances and noise = L Lᵀ: L⁻¹ y, K⁻¹ y and the diagonal of K⁻¹. */
  readonly whitened: Float64Array
  readonly alpha: Float64Array
  readonly precision: Float64Array
}

/** The kernel's parameters are fitted to no more results than this, of which a fit takes 0.1 s. */
const fittedResults = 96
/** Fewer results say nothing about how they depend on parameters. */
export const fewestResults = 4

/**
 * Fits the model.
 * @throws AttuneError `study/config` when there are fewer than 4 complete trials with values of this
 *   space, or when their results are all the same; `usage` when there is no such objective
 */
export function fitResultModel(
  space: SearchSpace,
  history: History,
  rng: Rng,
  options: ResultModelOptions = {},
): ResultModel {
  const { objective = 0, maxResults = 400 } = options
  const layout = createLayout(space, new Set(history.discovered.keys()))
  const all = createObservations()(viewOf(history, options.trials), layout)
  // By number, so that nothing depends on which of two trials was quicker.
  const complete = all.filter(({ state }) => state === 'complete').sort((a, b) => a.trial - b.trial)
  refuseMissing(history, complete, objective)
  const rows = capped(complete, maxResults)
  const losses = Float64Array.from(rows, (row) => row.losses[objective]!)
  const scale = fitLossScale(losses)
  const targets = losses.map(scale.targetOf)
  const features = rows.map(({ codes }) => featuresOf(layout, codes))
  const hyper = options.hyper ?? fitTo(capped(rows, fittedResults))
  const base = createBase(hyper)
  for (const x of features) addRow(base, layout, x)
  const n = rows.length
  const whitened = new Float64Array(n)
  const alpha = new Float64Array(n)
  const inverse = new Float64Array(packedLength(n))
  base.factor.whiten(targets, whitened)
  base.factor.unwhiten(whitened, alpha)
  inverseOf(base.factor, inverse)
  const precision = alpha.map((_, i) => inverse[packedLength(i + 1) - 1]!)
  return { layout, rows, features, losses, scale, targets, hyper, base, whitened, alpha, precision }

  function fitTo(some: readonly Observation[]): Hyper {
    const kept = new Set(some)
    const isKept = (_: unknown, i: number): boolean => kept.has(rows[i]!)
    return fitHyper(features.filter(isKept), targets.filter(isKept), layout, rng)
  }
}

function viewOf(history: History, trials: readonly number[] | undefined): HistoryView {
  const view = liveView(history, -1)
  if (trials === undefined) return view
  return { ...view, settledCount: trials.length, settledAt: (i) => trials[i]! }
}

function refuseMissing(
  history: History,
  complete: readonly Observation[],
  objective: number,
): void {
  const { length } = history.config?.objectives ?? []
  if (!Number.isInteger(objective) || objective < 0 || objective >= length) {
    throw new AttuneError(
      'usage',
      `The study has ${length} objectives, counted from 0; there is no objective ${objective}.`,
    )
  }
  const { name } = history.config!.objectives[objective]!
  if (complete.length < fewestResults) {
    throw new AttuneError(
      'study/config',
      `A model of "${name}" needs at least ${fewestResults} complete trials with values of this space, the study has ${complete.length}. Run more trials.`,
    )
  }
  const finite = complete.map((row) => row.losses[objective]!).filter(Number.isFinite)
  if (finite.every((x) => x === finite[0])) {
    throw new AttuneError(
      'study/config',
      `A model of "${name}" needs results that differ, the study's ${complete.length} are all the same.`,
    )
  }
}
