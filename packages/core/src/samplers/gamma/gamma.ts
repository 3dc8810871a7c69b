import { AttuneError } from '../../errors.ts'
import { isFeasible } from '../../space/constraint.ts'
import { createLayouts } from '../gp/layout.ts'
import { createModels } from '../gp/models.ts'
import { createObservations } from '../gp/observations.ts'
import { middleOf, startupOf } from '../gp/start.ts'
import { createFailureModels } from '../failure/failure-model.ts'
import { safeDraw } from '../failure/risk.ts'
import type { Proposal, Sampler } from '../sampler.ts'
import { sobol } from '../sobol.ts'
import type { AcquisitionName } from './criterion.ts'
import { acquisitionNames } from './criterion.ts'
import { gammaPrior } from './prior.ts'
import { proposeByGamma } from './propose.ts'
import type { DistributionName } from './search-distribution.ts'
import { distributionNames } from './search-distribution.ts'

/** One way to put a Gamma distribution into Bayesian optimisation; see `gamma`. */
export type GammaReading = 'A' | 'B' | 'C'

export interface GammaOptions {
  /** What is Gamma distributed; default A and B. Without any it is an ordinary Gaussian process. */
  readonly readings?: readonly GammaReading[]
  /**
   * `gamma` (default), or `gaussian` for the twin to compare it with: the same surrogate, uniform
   * numbers and rules, with a normal predictive distribution for A and a normal search distribution
   * truncated at 0 for B.
   */
  readonly distribution?: DistributionName
  /** What is maximised; default the logarithm of the expected improvement. */
  readonly acquisition?: AcquisitionName
  /** The quantile of the acquisition `quantile`, in 0 … 1; default 0.1. */
  readonly quantile?: number
  /** The share of the best results to which search distributions are fitted; default 0.25. */
  readonly goodShare?: number
  /** The least standard deviation of a search distribution, in units of its mean; default 0.5. */
  readonly minSpread?: number
  /** The share of even candidates among those of search distributions, 0 … 1; default 0.25. */
  readonly evenShare?: number
  /** Results of an even start before the model takes over; default null: as `gp`. */
  readonly startupTrials?: number | null
  /** Candidates, besides 24 steps from each of the best five; default 256. */
  readonly candidates?: number
  /** With more observations than this a part is used; default 400. */
  readonly maxObservations?: number
}

export type GammaSettings = Required<GammaOptions>

/**
 * Bayesian optimisation with Gamma distributions where others have Gaussian ones.
 *
 * A reconstruction: of Yong Hoon Kim, "Research on Hyperparameter Optimization for Improving AutoML
 * Performance", thesis, Pukyong National University, only the abstract and tables are to be had
 * ("the Bayesian optimization method using a Gamma distribution is used instead of Gaussian
 * distribution"). Three readings of it can be switched on by themselves or together:
 *
 * A  Predictive distribution. At every candidate a Gamma distribution takes the mean and variance of
 *    the surrogate, which is a Gaussian process, and the acquisition follows from it (see
 *    gammaCriterion). A Gamma gives no credit for negative losses.
 * B  Search distribution. Candidates of positive parameters, such as a learning rate, are drawn from
 *    a Gamma distribution with the mean and variance of the best quarter of results.
 * C  Prior. The length scales of the surrogate have the prior Gamma(2, 1) and its noise variance
 *    Gamma(1.1, 1/30) (see gammaPrior), in place of those of `gp`.
 *
 * Where a Gamma makes no sense. A needs a positive metric, best a loss or an error: values that are
 * not positive are shifted, outliers drawn in (see fitPositiveScale), and predicted means below a
 * tenth of the smallest value bent (see positiveMean). Maximised metrics are modelled as they are,
 * with the criteria for maximisation; for an accuracy close to 1 the skewness of a Gamma points the
 * wrong way, so minimise the error rather. B leaves out choices, ordered ones too, ranges that reach
 * below 0, parameters none of the good results has, and those that are 0 in all of them: their
 * candidates are even points and steps from the best, as those of `gp`.
 *
 * The surrogate is that of `gp` (kernel, fit, features of labels and conditional parameters, outcome
 * constraints), on standardised in place of warped losses. Pending trials are taken to end as the
 * model expects. The best of a pool of candidates is proposed as it is, without climbing, so that the
 * twin with Gaussian distributions judges the same candidates. The first trial is the defaults or the
 * middle of the space, then Sobol' points. Failures as in `gp`; other failed trials count as the worst result, pruned ones by
 * their last report but never better than the median.
 *
 * Cost for n observations, d parameters: O(n² + n d) a candidate, some 380 a proposal; O(n³) for each
 * of some 100 steps of a fit, whenever the observations have grown by a tenth.
 */
export function gamma(options: GammaOptions = {}): Sampler {
  const given: GammaSettings = {
    readings: ['A', 'B'],
    distribution: 'gamma',
    acquisition: 'EI',
    quantile: 0.1,
    goodShare: 0.25,
    minSpread: 0.5,
    evenShare: 0.25,
    startupTrials: null,
    candidates: 256,
    maxObservations: 400,
    ...options,
  }
  checkOptions(given)
  const readings = allReadings.filter((reading) => given.readings.includes(reading))
  const settings: GammaSettings = { ...given, readings }
  const start = sobol()
  const observe = createObservations()
  const model = createModels(readings.includes('C') ? gammaPrior : undefined)
  const layoutOf = createLayouts()
  const failing = createFailureModels()
  return {
    name: 'gamma',
    options: { ...settings },
    supports: { objectives: 'one', conditional: true, constraints: true, continuous: true },
    propose(space, draw) {
      const { view, trial } = draw
      if (trial === 0) {
        const values = middleOf(space)
        if (isFeasible(space, values))
          return { values, why: 'gamma: the middle of the space first' }
      }
      const layout = layoutOf(space, view.history)
      const observations = observe(view, layout)
      const results = observations.filter(({ state }) => state !== 'failed').length
      const wanted = settings.startupTrials ?? startupOf(layout)
      const failures = failing(space, draw)
      if (results < wanted || layout.free.length === 0) {
        const drawn = (start.propose(space, draw) as Proposal).values
        const values = safeDraw(space, failures, drawn, draw.rng)
        return { values, why: `gamma: even start, ${results} of ${wanted} results are in` }
      }
      return proposeByGamma({ space, layout, observations, draw, settings, model, failures })
    },
  }
}

const allReadings: readonly GammaReading[] = ['A', 'B', 'C']

function checkOptions(options: GammaSettings): void {
  const refuse = (name: keyof GammaOptions, rule: string): never => {
    const got = JSON.stringify(options[name]) ?? 'undefined'
    throw new AttuneError('sampler/options', `gamma: ${name} must be ${rule}, got ${got}.`)
  }
  const { readings, distribution, acquisition, startupTrials } = options
  if (!Array.isArray(readings) || !readings.every((r) => allReadings.includes(r))) {
    refuse('readings', 'a list of A, B and C')
  }
  if (!distributionNames.includes(distribution)) {
    refuse('distribution', `one of ${distributionNames.join(', ')}`)
  }
  if (!acquisitionNames.includes(acquisition)) {
    refuse('acquisition', `one of ${acquisitionNames.join(', ')}`)
  }
  for (const name of ['quantile', 'goodShare'] as const) {
    if (!(options[name] > 0 && options[name] < 1)) refuse(name, 'between 0 and 1')
  }
  if (!(options.minSpread > 0 && options.minSpread <= 10)) refuse('minSpread', 'in 0 … 10, not 0')
  if (!(options.evenShare >= 0 && options.evenShare <= 1)) refuse('evenShare', 'in 0 … 1')
  for (const [name, least] of [
    ['candidates', 1],
    ['maxObservations', 16],
  ] as const) {
    if (!(Number.isInteger(options[name]) && options[name] >= least)) {
      refuse(name, `an integer of at least ${least}`)
    }
  }
  if (startupTrials !== null && !(Number.isInteger(startupTrials) && startupTrials >= 1)) {
    refuse('startupTrials', 'an integer of at least 1, or null')
  }
}
