import type { History } from '../journal/history.ts'
import { createRng } from '../math/rng.ts'
import { normalQuantile } from '../math/special.ts'
import { mean, ranks } from '../math/stats.ts'
import type { Hyper } from '../samplers/gp/surrogate.ts'
import type { SearchSpace } from '../space/space.ts'
import type { ResultModel, ResultModelOptions } from './result-model.ts'
import { log } from '../math/elementary.ts'
import { fitResultModel } from './result-model.ts'

/** How well a surrogate predicts each result it was not given; a row a trial, by number. */
export interface SurrogateDiagnosis {
  readonly trials: Int32Array
  /**
   * Results in units of the objective: as they are, the median that the others predict, and the ends
   * of its central 95 %.
   */
  readonly observed: Float64Array
  readonly predicted: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  /** The same in the scale of the model, where predictions are normal and less is better. */
  readonly targets: Float64Array
  readonly means: Float64Array
  readonly deviations: Float64Array
  /** (target - mean) / deviation; standard normal if the model holds. */
  readonly residuals: Float64Array
  /** ln p(target | the others). */
  readonly logDensities: Float64Array
  readonly summary: DiagnosisSummary
  /** The parameters of the kernel. */
  readonly hyper: Hyper
}

export interface DiagnosisSummary {
  readonly results: number
  /**
   * The share of the variance of the targets that predictions explain; 1 for perfect ones, 0 for
   * those of the mean, below for worse. With fewer than about 20 results it says little: the kernel
   * was fitted to all of them, and even pure noise can reach 0.7 with 10.
   */
  readonly r2: number
  /**
   * Spearman's rank correlation of results and predictions; NaN when either are all the same. Below
   * 0 where nothing can be predicted: without a high result the mean of the others is lower.
   */
  readonly rankCorrelation: number
  /** The root mean square error in units of the objective, of finite results. */
  readonly rmse: number
  /** The mean log density of the targets; that of always predicting their mean is about -1.42. */
  readonly logDensity: number
  /** By level, the share of results in the central interval of that probability. */
  readonly calibration: { readonly levels: Float64Array; readonly shares: Float64Array }
}

const calibrationLevels = Float64Array.from({ length: 19 }, (_, k) => (k + 1) / 20)
const wide = normalQuantile(0.975)
const logRootTwoPi = 0.5 * log(2 * Math.PI)

/**
 * Leave-one-out predictions of one objective by the Gaussian process of its complete trials (see
 * ResultModel), in closed form: each result is predicted from all others, with the parameters of the
 * kernel and the scale of the losses as all results made them.
 *
 * Source: S. Sundararajan and S. S. Keerthi, "Predictive Approaches for Choosing Hyperparameters in
 * Gaussian Processes", Neural Computation 13(5), 2001; C. E. Rasmussen and C. K. I. Williams,
 * "Gaussian Processes for Machine Learning", 2006, equations 5.10 to 5.12: with K holding the noise,
 * mean yᵢ - [K⁻¹y]ᵢ / [K⁻¹]ᵢᵢ and variance 1 / [K⁻¹]ᵢᵢ. Cost: the fit, O(n³).
 *
 * @throws AttuneError `study/config` when there are fewer than 4 complete trials with values of this
 *   space, or when their results are all the same; `usage` when there is no such objective
 */
export function diagnoseSurrogate(
  space: SearchSpace,
  history: History,
  options: ResultModelOptions = {},
): SurrogateDiagnosis {
  const { objective = 0, seed = 0 } = options
  const rng = createRng(seed, 'diagnosis')
  const model = fitResultModel(space, history, rng.fork('fit'), options)
  const { rows, losses, targets, alpha, precision, scale, hyper } = model
  const sign = history.config?.objectives[objective]?.direction === 'maximize' ? -1 : 1
  const means = targets.map((y, i) => y - alpha[i]! / precision[i]!)
  const deviations = precision.map((p) => 1 / Math.sqrt(p))
  const residuals = targets.map((y, i) => (y - means[i]!) / deviations[i]!)
  const logDensities = residuals.map((z, i) => -logRootTwoPi - log(deviations[i]!) - 0.5 * z * z)
  const resultAt = (z: number): Float64Array =>
    means.map((m, i) => sign * scale.lossOf(m + sign * z * deviations[i]!))
  const observed = losses.map((loss) => sign * loss)
  const predicted = resultAt(0)
  return {
    trials: Int32Array.from(rows, ({ trial }) => trial),
    observed,
    predicted,
    low: resultAt(-wide),
    high: resultAt(wide),
    targets,
    means,
    deviations,
    residuals,
    logDensities,
    summary: {
      results: rows.length,
      r2: explained(model, means),
      rankCorrelation: rankCorrelation(observed, predicted),
      rmse: rootMeanSquare(observed, predicted),
      logDensity: mean(logDensities),
      calibration: { levels: calibrationLevels.slice(), shares: sharesWithin(residuals) },
    },
    hyper,
  }
}

function explained({ targets }: ResultModel, means: Float64Array): number {
  const centre = mean(targets)
  const error = targets.map((y, i) => (y - means[i]!) ** 2)
  return 1 - mean(error) / mean(targets.map((y) => (y - centre) ** 2))
}

function rootMeanSquare(observed: Float64Array, predicted: Float64Array): number {
  const errors = observed.map((x, i) => (x - predicted[i]!) ** 2)
  return Math.sqrt(mean(errors.filter((_, i) => Number.isFinite(observed[i]!))))
}

function sharesWithin(residuals: Float64Array): Float64Array {
  return calibrationLevels.map((level) => {
    const reach = normalQuantile(0.5 + level / 2)
    return residuals.filter((z) => Math.abs(z) <= reach).length / residuals.length
  })
}

/** Spearman's, of pairs; NaN when one of the series is constant. */
export const rankCorrelation = (a: Float64Array, b: Float64Array): number =>
  correlation(ranks(a), ranks(b))

/** Pearson's; NaN when one of the series is constant. */
function correlation(a: Float64Array, b: Float64Array): number {
  const [ma, mb] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - ma, b[i]! - mb]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return ab / Math.sqrt(aa * bb)
}
