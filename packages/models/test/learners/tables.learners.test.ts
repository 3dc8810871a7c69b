import { describe, expect, it } from 'vitest'
import { histogramBoosting } from '../../src/learners/boosting.ts'
import { extraTrees } from '../../src/learners/extra-trees.ts'
import { randomForest } from '../../src/learners/forest.ts'
import type { Preparation } from './table-splits.ts'
import { baseline, loadSplit, tableNames, tablesAreThere } from './table-splits.ts'
import { scoreOf } from './tree-cases.ts'

/**
 * The mean test score over the three splits, and over several seeds of the learner where there are few
 * rows: the score of one forest on the 300 test rows of `german` has a standard deviation of a point.
 */
async function meanScore(
  table: string,
  learner: { fit: ReturnType<typeof randomForest>['fit'] },
  preparation: Preparation,
  seeds = 1,
): Promise<number> {
  const scores: number[] = []
  for (const split of [0, 1, 2]) {
    const { train, test } = loadSplit(table, split, preparation)
    for (let seed = 0; seed < (train.x.rows < 1500 ? seeds : 1); seed++) {
      const model = await learner.fit(train.x, train.y, {}, { seed: 3 * seed + split })
      scores.push(scoreOf(test.y, await model.predict(test.x)))
    }
  }
  return scores.reduce((a, b) => a + b, 0) / scores.length
}

// The figures of scikit-learn, bench/tables_*.json, lie beside the folder of the data.
describe.skipIf(!tablesAreThere)('the tables, by default options', () => {
  const tables = tablesAreThere ? tableNames() : []

  it.each(tables)('%s: a random forest is within a point of scikit-learn 1.2', async (table) => {
    const score = await meanScore(table, randomForest(), 'codes', 10)
    expect(score).toBeGreaterThan(baseline(table, 'rf') - 0.01)
  })

  it.each(tables)('%s: boosting is within a point of scikit-learn 1.2', async (table) => {
    const score = await meanScore(table, histogramBoosting(), 'native')
    expect(score).toBeGreaterThan(baseline(table, 'hgb') - 0.01)
  })

  it('a forest is so, too, with categories as such', async () => {
    for (const table of ['german', 'abalone', 'adult']) {
      const score = await meanScore(table, randomForest(), 'native filled', 10)
      expect(score).toBeGreaterThan(baseline(table, 'rf') - 0.01)
    }
  })

  it('extra trees are about as good as a random forest', async () => {
    for (const table of ['glass', 'sonar', 'digits', 'phoneme', 'winequality-red']) {
      const score = await meanScore(table, extraTrees(), 'codes', 4)
      expect(score).toBeGreaterThan(baseline(table, 'rf') - 0.01)
    }
  })
})
