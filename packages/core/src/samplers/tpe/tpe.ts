import type { Ranking } from '../../analysis/ranking.ts'
import { createRanking } from '../../analysis/ranking.ts'
import type { History } from '../../journal/history.ts'
import type { Rng } from '../../math/rng.ts'
import { assemble } from '../../space/activity.ts'
import { isFeasible } from '../../space/constraint.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { SearchSpace, Values } from '../../space/space.ts'
import type { FailureModel } from '../failure/failure-model.ts'
import { createFailureModels } from '../failure/failure-model.ts'
import { safeDraw } from '../failure/risk.ts'
import { feasibleDraw } from '../feasible-draw.ts'
import type { Draw, Proposal, Sampler } from '../sampler.ts'
import { sobol } from '../sobol.ts'
import type { Model } from './model.ts'
import { createModel } from './model.ts'
import { splitByOutcomes } from './outcome-splits.ts'
import type { Beliefs } from './prior.ts'
import { chooseValues } from './propose.ts'
import type { TpeOptions } from './settings.ts'
import { checkOptions } from './settings.ts'
import { splitByResults } from './split.ts'

export type { TpeOptions } from './settings.ts'

/** How often candidates are drawn again when none satisfies the constraints. */
const rounds = 20
/** With a prior, every so many trials of the start are even all the same. */
const evenEvery = 4

/**
 * Tree-structured Parzen estimator.
 *
 * Trials are split into the best share `gamma` and the rest, a density is estimated from each, and
 * of the candidates drawn from the better one that with the largest ratio of both is proposed
 * (J. Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011). Settings as
 * S. Watanabe recommends, arXiv 2304.11127: multivariate, linear split, good trials weighted by
 * expected improvement, bandwidths by neighbours, a prior kernel. Parameters that share a density
 * (see `grouping`) are proposed jointly, parents before children. Trials that are still running
 * count as not good (constant liar), so that parallel workers spread.
 *
 * Several objectives: the split and the weights of MOTPE, see `splitByResults`.
 *
 * Outcome constraints: trials that break one rank behind all others, by how much. The ratio is
 * multiplied by those of the trials that satisfied and that broke each constraint, all of them as
 * relative ratios, so that a constraint which nearly always holds changes little (S. Watanabe and
 * F. Hutter, "c-TPE", IJCAI 2023, arXiv 2211.14411). There the split by results ignores
 * constraints; with this one more trials satisfy them.
 *
 * Failures: trials that failed are in neither density. From three on, the logarithm of the
 * probability of not failing (see createFailureModels) is added, and candidates that are likely to
 * fail come behind all others: with no trials there, the density of the rest is small where nothing
 * ever completed, and the ratio would lead there for ever.
 *
 * Prior: a belief about a parameter is a density. It multiplies the ratio, to the power
 * `priorWeight` / n after n results (C. Hvarfner et al., "πBO", ICLR 2022); the share
 * `priorWeight` / (`priorWeight` + n) of the candidates is drawn from it, and so are three in four
 * trials of the start. A name that the space lacks is refused, unless the space declares no
 * parameters at all: then they are met while objectives run, and the belief waits.
 *
 * Differences: the least bandwidth (`splitByResults`), the first trials are Sobol' points, and beyond
 * 5,000 trials the kernels are the best 750, the latest 250 and 4,000 others spread evenly over the
 * ranking.
 *
 * Cost for n trials, d parameters: O(n d) a proposal with 24 candidates, n at most 5,000, and as
 * much again for each outcome constraint.
 *
 * @throws AttuneError `sampler/options` for options out of range, and on the first proposal for a
 *   prior that does not fit the space; the message lists every problem
 */
export function tpe(options: TpeOptions = {}): Sampler {
  const settings = {
    startupTrials: 10,
    candidates: 24,
    gamma: 0.15,
    grouping: 'grouped',
    prior: {},
    priorWeight: 10,
    ...options,
  } as const satisfies Required<TpeOptions>
  checkOptions(settings)
  const start = sobol()
  const rank = createRanking()
  const failing = createFailureModels()
  const models = new WeakMap<History, Known>()
  const modelOf = (space: SearchSpace, history: History): Model => {
    const known = models.get(history)
    if (known?.params === space.params && known.era === history.era) return known.model
    const model = createModel(history, space, settings)
    models.set(history, { params: space.params, era: history.era, model })
    return model
  }
  return {
    name: 'tpe',
    options: settings,
    supports: { objectives: 'many', conditional: true, constraints: true, continuous: true },
    propose(space, draw) {
      const ranking = rank(draw.view)
      const n = ranking.order.length
      const model = modelOf(space, draw.view.history)
      const failures = failing(space, draw)
      if (n < settings.startupTrials) {
        const believed = startFromPrior(space, draw, model.beliefs)
        const why = `${n} of ${settings.startupTrials} results are in`
        const drawn = believed ?? (start.propose(space, draw) as Proposal).values
        const values = safeDraw(space, failures, drawn, draw.rng)
        return { values, why: `tpe: ${believed ? 'start from the prior' : 'even start'}, ${why}` }
      }
      return proposeFrom(model, failures, space, draw, ranking, settings)
    },
  }
}

interface Known {
  readonly params: SearchSpace['params']
  /** A change of the study changes which trials are good. */
  readonly era: number
  readonly model: Model
}

/** A draw from the beliefs; undefined when there are none, or an even trial is due. */
function startFromPrior(
  space: SearchSpace,
  { rng, trial }: Draw,
  beliefs: Beliefs,
): Values | undefined {
  if (beliefs.size === 0 || trial % evenEvery === evenEvery - 1) return undefined
  for (let round = 0; round < rounds; round++) {
    const values = drawBelieved(space, beliefs, rng.fork(round))
    if (isFeasible(space, values)) return values
  }
  return undefined
}

function drawBelieved(space: SearchSpace, beliefs: Beliefs, rng: Rng): Values {
  return assemble(space, ({ name, distribution }) => {
    const belief = beliefs.get(name)
    const u = rng.next()
    return belief === undefined
      ? sharedCodec(distribution).decode(u)
      : belief.dimension.valueOf(belief.draw(u))
  })
}

function proposeFrom(
  model: Model,
  failures: FailureModel | undefined,
  space: SearchSpace,
  draw: Draw,
  ranking: Ranking,
  { gamma, candidates, priorWeight }: Required<TpeOptions>,
): Proposal {
  const { view } = draw
  const n = ranking.order.length
  const kernels = model.sync(view, ranking)
  const goodCount = Math.min(Math.ceil(gamma * n), kernels.best)
  const request = {
    space,
    groups: model.groups,
    results: splitByResults(view.history, ranking, goodCount, kernels.best),
    outcomes: splitByOutcomes(view, kernels.trials),
    candidates,
    beliefs: model.beliefs,
    trust: priorWeight / n,
    beliefShare: priorWeight / (priorWeight + n),
    failures,
  }
  for (let round = 0; round < rounds; round++) {
    const found = chooseValues(request, draw.rng.fork(round))
    if (found !== undefined) {
      const why = `tpe: likeliest of ${candidates} to be among the best ${goodCount} of ${n} (log ratio ${found.score.toFixed(2)})${found.avoided}`
      return { values: found.values, why }
    }
  }
  return { values: feasibleDraw(space, draw.rng), why: 'tpe: no candidate was feasible; drawn' }
}
