import type { ForestOptions } from './trees/forest-learner.ts'
import { forestLearner } from './trees/forest-learner.ts'
import type { TreeLearner } from './trees/tree-model.ts'

/**
 * Random forests (L. Breiman, "Random Forests", Machine Learning 45, 2001), by the grower of the
 * engine's own surrogate: trees on draws of the rows, each split the best of a draw of the columns.
 * Probabilities are the mean of the shares of classes in the leaves.
 *
 * Categories of up to 31 kinds are split by sets, those of more in the order of their targets. Cost:
 * O(trees · rows · columns tried · log² rows) at most, less for columns of few distinct values.
 */
export function randomForest(): TreeLearner<ForestOptions> {
  return forestLearner({ name: 'randomForest', bootstrap: true, cuts: 'best' })
}
