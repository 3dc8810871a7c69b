import { AttuneError } from '../errors.ts'
import { jointSpace } from '../journal/discovered.ts'
import type { History } from '../journal/history.ts'
import { stateCode } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import { exp } from '../math/elementary.ts'
import { createRng } from '../math/rng.ts'
import { normalQuantile } from '../math/special.ts'
import { argsort } from '../math/stats.ts'
import type { Hyper } from '../samplers/gp/surrogate.ts'
import { fewestForRegret } from './regret.ts'
import type { ResultModel, ResultModelOptions } from './result-model.ts'
import { fitResultModel } from './result-model.ts'

/** What a model of all results expects of a trial when it is run again. */
export interface ExpectedResult {
  /** The median, in units of the objective. */
  readonly value: number
  /** The ends of the central 95 %. */
  readonly low: number
  readonly high: number
}

/** Results that the model is given. */
const most = 100
const wide = normalQuantile(0.975)

/**
 * What to expect of a trial when it is run again, by the Gaussian process of the complete trials (see
 * ResultModel) with this trial among them. The best of many noisy results is mostly a lucky one, which
 * the model tells from its neighbours.
 *
 * Source: C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine Learning", 2006, equations
 * 2.25 and 2.26 at an input of the data: with K holding the noise σ², the mean is yᵢ - σ² [K⁻¹y]ᵢ and the
 * variance of a new result 2σ² - σ⁴ [K⁻¹]ᵢᵢ. The noise is fitted anew, see `withNoise`. Cost: a
 * fit and 21 models of 100 results, some 0.2 s.
 *
 * @returns undefined when the model does not know the trial, or has too few or only equal results
 */
export function expectedResult(
  history: History,
  trial: number,
  options: ResultModelOptions = {},
): ExpectedResult | undefined {
  const { objective = 0, seed = 0 } = options
  const space = jointSpace(history, spaceOf(history))
  const chosen = options.trials ?? someTrials(history, objective, trial)
  const asked = { maxResults: most, ...options, trials: chosen }
  const fit = (hyper?: Hyper): ResultModel =>
    fitResultModel(space, history, createRng(seed, 'expected'), {
      ...asked,
      ...(hyper === undefined ? {} : { hyper }),
    })
  const model = unlessUnknown(() => withNoise(fit(options.hyper), fit))
  const row = model?.rows.findIndex((one) => one.trial === trial) ?? -1
  if (model === undefined || row < 0) return undefined
  if (model.rows.length < fewestForRegret(model.layout.free.length)) return undefined
  const { targets, alpha, precision, scale, hyper } = model
  const noise = exp(hyper.noise)
  const mean = targets[row]! - noise * alpha[row]!
  const deviation = Math.sqrt(Math.max(0, 2 * noise - noise * noise * precision[row]!))
  const isMaximised = history.config?.objectives[objective]?.direction === 'maximize'
  const resultAt = (z: number): number => {
    const loss = scale.lossOf(mean + z * deviation)
    return isMaximised ? -loss : loss
  }
  const ends = [resultAt(-wide), resultAt(wide)] as const
  return { value: resultAt(0), low: Math.min(...ends), high: Math.max(...ends) }
}

/** Of ln σ², from a noise as large as all differences down, and steps of ln ℓ up from what was fitted. */
const noises = [0, -1, -2, -3, -4.5, -6, -8]
const lengthenings = [0, 0.7, 1.4]

/**
 * The model with the noise that makes the results most likely. The sampler's prior is for hardly any
 * noise, which serves a search that wants to go on; but by that every result would be just what is to be
 * expected. Where the noise is larger, lengths that were fitted without it are too short.
 */
function withNoise(fitted: ResultModel, fit: (hyper: Hyper) => ResultModel): ResultModel {
  let best = fitted
  let most = logLikelihood(fitted)
  for (const noise of noises) {
    for (const longer of lengthenings) {
      const { hyper } = fitted
      const tried = fit({
        ...hyper,
        noise,
        lengths: hyper.lengths.map((ln) => ln + longer),
      })
      const likelihood = logLikelihood(tried)
      if (likelihood > most) [best, most] = [tried, likelihood]
    }
  }
  return best
}

/** ln p(results), but for a constant. */
function logLikelihood({ whitened, base }: ResultModel): number {
  let sum = -0.5 * base.factor.logDeterminant()
  for (const w of whitened) sum -= 0.5 * w * w
  return sum
}

/** Of many complete trials the best third, and an even part of the others. */
function someTrials(history: History, objective: number, trial: number): readonly number[] {
  const complete = rankedResults(history, objective)
  if (complete.length <= 2 * most) return complete
  const best = Math.floor(most / 3)
  const wanted = most - best
  const others = Array.from(
    { length: wanted },
    (_, k) => complete[best + Math.floor((k * (complete.length - best)) / wanted)]!,
  )
  return [...new Set([...complete.slice(0, best), ...others, trial])]
}

/** Complete trials that count, by their loss. */
function rankedResults(history: History, objective: number): number[] {
  const states = history.columns.get('state')?.data
  const { name = '', direction } = history.config?.objectives[objective] ?? {}
  const results = history.columns.get(`metric:${name}`)?.data
  const sign = direction === 'maximize' ? -1 : 1
  const trials: number[] = []
  const losses: number[] = []
  for (let t = 0; t < history.length; t++) {
    const x = results?.[t] ?? Number.NaN
    if (states?.[t] !== stateCode.complete || Number.isNaN(x) || history.excluded.has(t)) continue
    trials.push(t)
    losses.push(sign * x)
  }
  return Array.from(argsort(losses), (i) => trials[i]!)
}

function unlessUnknown<T>(fit: () => T): T | undefined {
  try {
    return fit()
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'study/config') return undefined
    throw error
  }
}
