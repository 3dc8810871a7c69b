import { AttuneError } from '../../errors.ts'
import { isFeasible } from '../../space/constraint.ts'
import { createFailureModels } from '../failure/failure-model.ts'
import { safeDraw } from '../failure/risk.ts'
import type { Proposal, Sampler } from '../sampler.ts'
import { sobol } from '../sobol.ts'
import type { CriterionName } from './acquisition.ts'
import { criterionNames } from './acquisition.ts'
import { createLayouts } from './layout.ts'
import { createModels } from './models.ts'
import { createObservations } from './observations.ts'
import { proposeByModel } from './propose.ts'
import { middleOf, startupOf } from './start.ts'

export interface GpOptions {
  /**
   * What is maximised: the logarithm of the expected improvement (default), the expected
   * improvement itself, the logarithm of the probability of improvement, a confidence bound (`UCB`
   * and `LCB` are two names of it, for gains and for losses), or a function drawn from the
   * posterior. Two objectives always use the expected hypervolume improvement.
   */
  readonly acquisition?: CriterionName | 'Thompson'
  /**
   * Results of an even start before the model takes over; default null: ⌈0.75 D⌉ + 2 for D
   * parameters, at least 4 and at most 20.
   */
  readonly startupTrials?: number | null
  /** Standard deviations of the confidence bound; default 1.8, as in Vizier. */
  readonly kappa?: number
  /** Imagined outcomes of pending trials that are averaged over; default 8. */
  readonly fantasies?: number
  /** Even points at which the acquisition is looked at first; default 512. */
  readonly candidates?: number
  /** Candidates from which it is climbed; default 8. */
  readonly starts?: number
  /** With more observations than this a part is used; default 400. */
  readonly maxObservations?: number
}

/**
 * Bayesian optimisation with a Gaussian process over the true mixed space.
 *
 * Kernel: Matérn-5/2 with a length scale for every parameter (see Layout for labels and conditional
 * parameters) and an unknown constant mean; length scales, variance and noise by maximum a
 * posteriori (see fitHyper), fitted again when observations have grown by a tenth. Losses are
 * warped (see fitWarp). Acquisition: log expected improvement over the best posterior mean among
 * feasible observations, plus the log probability that the outcome constraints hold, each with a
 * surrogate of its margin; pending trials are imagined to end as functions drawn from the
 * posterior do. It is maximised from even points and steps around the best, by gradients for
 * continuous parameters in turn with moves over integers, steps, labels and branches. From 8
 * numeric parameters on the search keeps to a trust region.
 *
 * Where results repeat exactly (see createNovelty), the log probability of a new one is added; and
 * while more than half of the last ten repeat a neighbour's, every second trial is an even point.
 *
 * Two objectives: exact log expected hypervolume improvement, losses warped by a power (see
 * fitPowerWarp). More: random scalarisations.
 * The first trial is the defaults or the middle of the space, then Sobol' points.
 *
 * From three failures on, log expected improvement is joined with the log probability of not failing
 * (see createFailureModels), and failed trials where that was to be expected are left out.
 *
 * What counts: complete trials; other failed ones as the worst result; pruned ones by their last report,
 * never better than the median. Trials with values outside the space are left out. Beyond
 * `maxObservations` the best 3/8, the latest 1/4 and an even sample of the rest are used.
 * Parameters of the kernel travel in the memo of a proposal; where there is none they are fitted
 * from the prior.
 *
 * Sources: J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian Optimization of Machine
 * Learning Algorithms", NIPS 2012; X. Song et al., "The Vizier Gaussian Process Bandit Algorithm",
 * arXiv 2408.11527 (warping, trust region, centre first); C. Hvarfner et al., ICML 2024 (length
 * scales); S. Ament et al., NeurIPS 2023 (log expected improvement).
 *
 * Cost for n observations, d parameters: O(n² + n d) a point looked at, some 1,500 a proposal;
 * O(n³) for each of some 100 steps of a fit.
 */
export function gp(options: GpOptions = {}): Sampler {
  const settings = {
    acquisition: 'logEI',
    startupTrials: null,
    kappa: 1.8,
    fantasies: 8,
    candidates: 512,
    starts: 8,
    maxObservations: 400,
    ...options,
  } as const satisfies GpOptions
  checkOptions(settings)
  const start = sobol()
  const observe = createObservations()
  const model = createModels()
  const layoutOf = createLayouts()
  const failing = createFailureModels()
  return {
    name: 'gp',
    options: settings,
    supports: { objectives: 'many', conditional: true, constraints: true, continuous: true },
    propose(space, draw) {
      const { view, trial } = draw
      if (trial === 0) {
        const values = middleOf(space)
        if (isFeasible(space, values)) return { values, why: 'gp: the middle of the space first' }
      }
      const layout = layoutOf(space, view.history)
      const observations = observe(view, layout)
      const many = (view.history.config?.objectives.length ?? 1) > 1
      const results = observations.filter(
        ({ state }) => state === 'complete' || (state === 'pruned' && !many),
      ).length
      const wanted = settings.startupTrials ?? startupOf(layout)
      const failures = failing(space, draw)
      if (results < wanted || layout.free.length === 0) {
        const drawn = (start.propose(space, draw) as Proposal).values
        const values = safeDraw(space, failures, drawn, draw.rng)
        return { values, why: `gp: even start, ${results} of ${wanted} results are in` }
      }
      return proposeByModel({ space, layout, observations, draw, settings, model, failures })
    },
  }
}

function checkOptions(options: Required<GpOptions>): void {
  const { acquisition, startupTrials, kappa } = options
  const names = [...criterionNames, 'Thompson']
  if (!names.includes(acquisition)) {
    throw new AttuneError(
      'sampler/options',
      `gp: acquisition must be one of ${names.join(', ')}, got ${JSON.stringify(acquisition)}.`,
    )
  }
  const counts = ['fantasies', 'candidates', 'starts', 'maxObservations'] as const
  for (const name of counts) {
    const least = name === 'maxObservations' ? 16 : 1
    if (Number.isInteger(options[name]) && options[name] >= least) continue
    throw new AttuneError(
      'sampler/options',
      `gp: ${name} must be an integer of at least ${least}, got ${options[name]}.`,
    )
  }
  if (startupTrials !== null && !(Number.isInteger(startupTrials) && startupTrials >= 1)) {
    throw new AttuneError(
      'sampler/options',
      `gp: startupTrials must be an integer of at least 1, or null, got ${startupTrials}.`,
    )
  }
  if (!(kappa >= 0 && kappa < Number.POSITIVE_INFINITY)) {
    throw new AttuneError('sampler/options', `gp: kappa must be 0 or more, got ${kappa}.`)
  }
}
