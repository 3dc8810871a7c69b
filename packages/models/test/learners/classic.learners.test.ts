import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { webExecutor } from '../../src/engine/choose-executor.ts'
import { ridgeRegression } from '../../src/learners/linear-ridge.ts'
import { softmaxRegression } from '../../src/learners/linear-softmax.ts'
import { nearestNeighbours } from '../../src/learners/neighbours.ts'
import { scaled, scalingOf } from '../../src/learners/parts/scaling.ts'
import { linearSvm } from '../../src/learners/support-vectors-linear.ts'
import { rbfSvm } from '../../src/learners/support-vectors-rbf.ts'
import type { Matrix, Task } from '../../src/matrix.ts'
import { evaluate } from '../../src/metrics/evaluate.ts'
import { type AnyLearner, cases, examplesFor } from './classic-cases.ts'
import { dataFolder, isThere } from '../real-data.ts'
import { expectSameGraph } from './same-graph.ts'
import { loadSplit, type Split, tablesAreThere } from './table-splits.ts'

/** Test scores of scikit-learn's defaults by split, of the figures that stand beside the data. */
interface Score {
  readonly accuracy: number
  readonly log_loss: number
  readonly r2: number
}

function baselineScores(table: string, method: string): Score[] {
  const text = readFileSync(`${dataFolder}/../bench/tables_baselines.json`, 'utf8')
  const { runs } = JSON.parse(text) as {
    runs: Record<string, Record<string, Record<string, { test: Score }>>>
  }
  return [0, 1, 2].map((seed) => runs[table]![method]![seed]!.test)
}

const classification = [
  'iris',
  'glass',
  'sonar',
  'pima',
  'breast-cancer-wisconsin',
  'german',
  'digits',
  'phoneme',
  'winequality-white',
]
const regression = ['winequality-red', 'abalone']

describe.skipIf(!tablesAreThere)('on real tables', () => {
  describe.each(classification)('%s', (table) => {
    it.each([
      ['linear', softmaxRegression() as AnyLearner],
      ['knn', nearestNeighbours() as AnyLearner],
    ] as const)('%s is what scikit-learn makes of it', async (method, learner) => {
      const expected = baselineScores(table, method)
      for (const seed of [0, 1, 2]) {
        const scores = await scoresOn(learner, table, seed, { standardize: false })
        const one = 1 / scores.rows
        // A row or two may lie on the border, where the last bits decide.
        expect(Math.abs(scores.metrics['accuracy']! - expected[seed]!.accuracy)).toBeLessThan(
          2.5 * one,
        )
        expect(scores.metrics['logLoss']).toBeCloseTo(expected[seed]!.log_loss, 2)
      }
    })
  })

  it.each(regression)(
    '%s: ridge and neighbours are what scikit-learn makes of them',
    async (table) => {
      for (const [method, learner] of [
        ['linear', ridgeRegression() as AnyLearner],
        ['knn', nearestNeighbours() as AnyLearner],
      ] as const) {
        const expected = baselineScores(table, method)
        for (const seed of [0, 1, 2]) {
          const { metrics } = await scoresOn(learner, table, seed, { standardize: false })
          expect(metrics['r2']).toBeCloseTo(expected[seed]!.r2, 3)
        }
      }
    },
  )

  // Of the linear machines on iris: one against the rest cannot tell the middle one of three classes in a
  // row apart. scikit-learn's figures of machines are not known, so these are held to its linear model.
  it.each([
    ['rbfSvm', rbfSvm() as AnyLearner, {}, 0.025],
    ['linearSvm', linearSvm() as AnyLearner, { c: 0.1 }, 0.05],
  ] as const)(
    '%s falls hardly short of the linear model anywhere',
    async (_name, learner, options, margin) => {
      for (const table of [...classification.slice(0, 7), ...regression]) {
        const metric = regression.includes(table) ? 'r2' : 'accuracy'
        const expected = baselineScores(table, 'linear')
        let difference = 0
        for (const seed of [0, 1, 2]) {
          const { metrics } = await scoresOn(learner, table, seed, options)
          difference += (metrics[metric]! - expected[seed]![metric]) / 3
        }
        expect(difference, table).toBeGreaterThan(-margin)
      }
    },
  )
})

describe('graphs in onnxruntime-web', () => {
  it.each(cases)('$title predicts the same in float32', async ({ learner, task, options }) => {
    const { x, y } = examplesFor(task, 90)
    const model = await learner.fit(x, y, options)
    await expectSameGraph(await webExecutor(), model, examplesFor(task, 40, 2).x)
  })
})

const mnist = `${dataFolder}/mnist/`

describe.skipIf(!isThere('mnist/train-images-idx3-ubyte.gz'))('MNIST', () => {
  it('the nearest three of 60 000 tell 97.05 % of the 10 000 test digits', async () => {
    const labels = [...'0123456789']
    const train = images('train')
    const test = images('t10k')
    const y = { kind: 'classes', codes: digits('train'), labels } as const
    const model = await nearestNeighbours().fit(train, y, { k: 3, standardize: false })
    const { accuracy } = evaluate(
      { kind: 'classes', codes: digits('t10k'), labels },
      await model.predict(test),
    )
    // Widely reported for scikit-learn's KNeighborsClassifier(3) on the raw pixels: 0.9705.
    expect(accuracy).toBeCloseTo(0.9705, 3)
  })
})

function images(part: 'train' | 't10k'): Matrix {
  const bytes = gunzipSync(readFileSync(`${mnist}${part}-images-idx3-ubyte.gz`))
  const data = Float32Array.from(bytes.subarray(16), (value) => value / 255)
  return { rows: data.length / 784, columns: 784, data }
}

function digits(part: 'train' | 't10k'): Int32Array {
  return Int32Array.from(
    gunzipSync(readFileSync(`${mnist}${part}-labels-idx1-ubyte.gz`)).subarray(8),
  )
}

async function scoresOn(
  learner: AnyLearner,
  table: string,
  seed: number,
  options: Readonly<Record<string, unknown>>,
): Promise<{ rows: number; metrics: Readonly<Record<string, number>>; task: Task }> {
  const { train, test } = prepared(loadSplit(table, seed, 'native filled'))
  const model = await learner.fit(train.x, train.y, options, { seed })
  return {
    rows: test.x.rows,
    task: model.task,
    metrics: evaluate(test.y, await model.predict(test.x)),
  }
}

/** As the protocol of the figures prepares: numbers scaled, a column of 0 and 1 a category. */
function prepared({ train, test }: Split): Split {
  const scaling = scalingOf(train.x)
  for (const [j, count] of (train.x.categories ?? []).entries()) {
    if (count === 0) continue
    scaling.mean[j] = 0
    scaling.scale[j] = 1
  }
  const make = (x: Matrix): Matrix => oneHot({ ...x, data: scaled(x, scaling) })
  return { train: { ...train, x: make(train.x) }, test: { ...test, x: make(test.x) } }
}

function oneHot(x: Matrix): Matrix {
  const categories = x.categories ?? []
  const columns = categories.reduce((sum, count) => sum + Math.max(1, count), 0)
  const data = new Float32Array(x.rows * columns)
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (const [j, count] of categories.entries()) {
      const value = x.data[i * x.columns + j]!
      if (count > 0) data[at + value] = 1
      else data[at] = value
      at += Math.max(1, count)
    }
  }
  return { rows: x.rows, columns, data }
}
