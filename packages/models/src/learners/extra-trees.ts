import type { ForestOptions } from './trees/forest-learner.ts'
import { forestLearner } from './trees/forest-learner.ts'
import type { TreeLearner } from './trees/tree-model.ts'

/**
 * Extremely randomised trees (P. Geurts, D. Ernst, L. Wehenkel, Machine Learning 63, 2006): trees on
 * all rows, each split the best of one random split of each column that was drawn.
 */
export function extraTrees(): TreeLearner<ForestOptions> {
  return forestLearner({ name: 'extraTrees', bootstrap: false, cuts: 'random' })
}
