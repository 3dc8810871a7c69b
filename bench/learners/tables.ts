import { join } from 'node:path'
import type { Learner, Matrix, Table, Target } from '@attune/models'
import {
  evaluate,
  histogramBoosting,
  nearestNeighbours,
  prepareTraining,
  randomForest,
  tableOfColumns,
  toMatrix,
  toTarget,
} from '@attune/models'
import { loadMnist, readTable } from '@attune/models/node'

export interface TableCost {
  readonly name: string
  readonly seconds: number
  readonly expected: number
  readonly score: string
}

interface Examples {
  readonly x: Matrix
  readonly y: Target
}

/** Boosting and a forest on `adult`, nearest neighbours on MNIST. */
export async function* tableCosts(folder: string): AsyncGenerator<TableCost> {
  const adult = await readAdult(join(folder, 'tables'))
  yield fitCost(
    'histogram boosting, 200 rounds, adult (32,561 rows)',
    5,
    histogramBoosting(),
    { rounds: 200 },
    adult,
  )
  yield fitCost(
    'random forest, 100 trees, adult (32,561 rows)',
    10,
    randomForest(),
    { trees: 100 },
    adult,
  )
  yield neighboursCost(join(folder, 'mnist'))
}

async function readAdult(folder: string): Promise<{ train: Examples; test: Examples }> {
  const options = { header: false, missing: ['?'] }
  const train = await readTable(join(folder, 'adult-train.csv.gz'), options)
  const test = withoutDots(await readTable(join(folder, 'adult-test.csv.gz'), options))
  const target = train.columns.at(-1)!.name
  const { preparation, x, y } = prepareTraining(train, {
    target,
    scaling: 'none',
    categories: 'ordinal',
    maxCategories: 255,
  })
  const judged = preparation.apply(test)
  return { train: { x, y: y! }, test: { x: judged.x, y: judged.y! } }
}

/** The labels of the test file end in a dot. */
function withoutDots(table: Table): Table {
  return tableOfColumns(
    table.columns.map((column) =>
      column.kind === 'category'
        ? { ...column, labels: column.labels.map((label) => label.replace(/\.$/, '')) }
        : column,
    ),
  )
}

async function fitCost<O extends object>(
  name: string,
  expected: number,
  learner: Learner<O>,
  options: Partial<O>,
  { train, test }: { train: Examples; test: Examples },
): Promise<TableCost> {
  const before = process.cpuUsage()
  const model = await learner.fit(train.x, train.y, options)
  const { user, system } = process.cpuUsage(before)
  const { accuracy } = evaluate(test.y as never, await model.predict(test.x)) as {
    accuracy: number
  }
  const score = `test accuracy ${(100 * accuracy).toFixed(2)} %`
  return { name, seconds: (user + system) / 1e6, expected, score }
}

async function neighboursCost(folder: string): Promise<TableCost> {
  const train = await loadMnist({ folder, part: 'train' })
  const test = await loadMnist({ folder, part: 'test' })
  const model = await nearestNeighbours().fit(toMatrix(train), toTarget(train), { k: 5 })
  const before = process.cpuUsage()
  const prediction = await model.predict(toMatrix(test))
  const { user, system } = process.cpuUsage(before)
  const { accuracy } = evaluate(toTarget(test), prediction)
  return {
    name: 'nearest neighbours, 10,000 MNIST images against 60,000',
    seconds: (user + system) / 1e6,
    expected: 30,
    score: `test accuracy ${(100 * accuracy).toFixed(2)} %`,
  }
}
