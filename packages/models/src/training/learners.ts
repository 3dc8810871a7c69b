import type { Json } from '@attune/core'
import { AttuneError, nearest } from '@attune/core'
import { naiveBayes } from '../learners/bayes.ts'
import { histogramBoosting } from '../learners/boosting.ts'
import { extraTrees } from '../learners/extra-trees.ts'
import { randomForest } from '../learners/forest.ts'
import type { Model } from '../learners/learner.ts'
import { ridgeRegression } from '../learners/linear-ridge.ts'
import { softmaxRegression } from '../learners/linear-softmax.ts'
import { nearestNeighbours } from '../learners/neighbours.ts'
import type { Learner } from '../learners/learner.ts'
import { linearSvm } from '../learners/support-vectors-linear.ts'
import { rbfSvm } from '../learners/support-vectors-rbf.ts'
import { network } from '../network/network.ts'

/** Every learner, by its name. */
const learners: ReadonlyMap<string, Learner<object>> = new Map(
  [
    network(),
    histogramBoosting(),
    randomForest(),
    extraTrees(),
    nearestNeighbours(),
    softmaxRegression(),
    ridgeRegression(),
    naiveBayes(),
    linearSvm(),
    rbfSvm(),
  ].map((learner) => [learner.name, learner]),
)

export const learnerNames: readonly string[] = [...learners.keys()]

/** @throws AttuneError `models/options` when no learner has this name */
export function learnerNamed(name: string): Learner<object> {
  const learner = learners.get(name)
  if (learner !== undefined) return learner
  const meant = nearest(name, learnerNames)
  const hint =
    meant === undefined ? `Learners are ${learnerNames.join(', ')}.` : `Did you mean "${meant}"?`
  throw new AttuneError('models/options', `There is no learner "${name}". ${hint}`)
}

/**
 * The model that `toJSON` of a model of any learner stored.
 *
 * @throws AttuneError `data/format` for other data
 */
export function loadModel(data: Json): Model {
  const { learner } = (data ?? {}) as { readonly learner?: unknown }
  if (typeof learner === 'string' && learners.has(learner)) {
    return (learners.get(learner) as Learner<object>).load(data)
  }
  throw new AttuneError('data/format', 'This is not a stored model of any learner.')
}
