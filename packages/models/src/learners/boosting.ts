import { refuseOneClass } from './parts/examples.ts'
import { checkedOptions } from '../options.ts'
import { fitBoosting } from './boosting/fit.ts'
import type { BoostingOptions } from './boosting/options.ts'
import { boostingDefaults, boostingRules, boostingSpace } from './boosting/options.ts'
import { examplesOf, treeTasks } from './trees/examples.ts'
import type { TreeLearner } from './trees/tree-model.ts'
import { loadTreeModel } from './trees/tree-model.ts'

const name = 'histogramBoosting'

/**
 * Gradient boosting of trees (J. H. Friedman, "Greedy function approximation", Annals of Statistics
 * 29, 2001) with second derivatives (T. Chen, C. Guestrin, KDD 2016) on histograms of binned columns,
 * leaf by leaf (G. Ke et al., "LightGBM", NIPS 2017). Losses: squared error, logistic of two classes,
 * softmax of more. Missing values go to the side of a split where they serve better; categories are
 * split by sets, where the rarest of more than `bins` stay together.
 */
export function histogramBoosting(): TreeLearner<BoostingOptions> {
  return {
    name,
    tasks: treeTasks,
    takesMissing: true,
    defaults: () => boostingDefaults,
    space: boostingSpace,
    async fit(x, y, options, run = {}) {
      const settings = checkedOptions(name, boostingDefaults, options, boostingRules)
      const examples = examplesOf(name, x, y, run, 'missing', settings.classWeights)
      const { present } = examples
      if (y.kind === 'classes' && present !== undefined) refuseOneClass(name, y.labels, present)
      return fitBoosting(name, x, examples, settings, run)
    },
    load: (data) => loadTreeModel(name, data),
  }
}
