import type { Json } from '@attune/core'
import { describe, expect, test } from 'vitest'
import type { Table } from '../../src/data/table.ts'
import { selectRows, tableOf, withoutColumns } from '../../src/data/table.ts'
import { nativeExecutor } from '../../src/engine/choose-executor.ts'
import { fitModel } from '../../src/training/fit-model.ts'
import { learnerNamed, learnerNames } from '../../src/training/learners.ts'
import type { TrainedModel } from '../../src/training/trained-model.ts'
import { loadTrainedModel } from '../../src/training/trained-model.ts'
import { mixedTable, quick } from './mixed-table.ts'

const fresh = mixedTable(50, 2)
const table = withoutColumns(mixedTable(120), ['person', 'place', 'day'])

function fitted(learner: string, task: string): Promise<TrainedModel> {
  const [target, other] = task === 'classification' ? ['kind', 'amount'] : ['amount', 'kind']
  const options = quick[learner] ?? {}
  const spec = { learner, options, target, validation: { share: 0 } }
  return fitModel(spec, withoutColumns(table, [other])).then(({ model }) => model)
}

const numbersOf = async (model: TrainedModel, of: Table): Promise<Float64Array> => {
  const prediction = await model.predict(of)
  return prediction.kind === 'classes' ? prediction.probabilities : prediction.values
}

describe.each(learnerNames.flatMap((name) => learnerNamed(name).tasks.map((task) => [name, task])))(
  '%s of %s',
  (learner, task) => {
    test('comes back from its plain data, and computes the same as one graph', async () => {
      const model = await fitted(learner!, task!)
      const stored = JSON.stringify(model)
      const loaded = loadTrainedModel(JSON.parse(stored) as Json)
      const numbers = await numbersOf(model, fresh)
      expect(await numbersOf(loaded, fresh)).toEqual(numbers)
      expect(JSON.stringify(loaded) === stored).toBe(true)
      expect(await loaded.evaluate(fresh)).toEqual(await model.evaluate(fresh))
      expect([loaded.task, loaded.target, loaded.labels]).toEqual([
        model.task,
        model.target,
        model.labels,
      ])
      expect(Buffer.compare(loaded.toOnnx(), model.toOnnx())).toBe(0)

      const graph = model.graph()
      const name = task === 'classification' ? 'probabilities' : 'values'
      const { data, rows, columns } = model.preparation.raw(fresh)
      expect(graph.inputs).toEqual([{ name: 'columns', element: 'float', dims: ['rows', columns] }])
      const compiled = await (await nativeExecutor()).compile(graph)
      const found = (await compiled.run({ columns: data }, { dims: { rows } }))[name]!
      await compiled.release()
      const size = task === 'classification' ? 1 : 40
      const gaps = Array.from(numbers, (value, i) => Math.abs(value - Number(found[i])) / size)
      expect(Math.max(...gaps)).toBeLessThan(1e-5)
    })
  },
)

test('a prediction does not look at the target', async () => {
  const model = await fitted('randomForest', 'classification')
  const numbers = await numbersOf(model, fresh)
  expect(await numbersOf(model, withoutColumns(fresh, ['kind']))).toEqual(numbers)
  const holes = tableOf({
    ...Object.fromEntries(fresh.columns.map((column) => [column.name, column])),
    kind: Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? null : 'unheard of')),
  })
  expect(await numbersOf(model, holes)).toEqual(numbers)
  await expect(model.evaluate(holes)).rejects.toThrow(/"kind" has no value in 25 of 50 rows/)
  const odd = selectRows(holes, [1, 3, 5])
  await expect(model.evaluate(odd)).rejects.toThrow(/"unheard of", which the training rows/)
  await expect(model.evaluate(withoutColumns(fresh, ['kind']))).rejects.toThrow(
    /no column "kind", by which/,
  )
  await expect(model.predict(withoutColumns(fresh, ['age']))).rejects.toThrow(/lacks.*"age"/)
})

test('what is no stored model is refused', async () => {
  const one = JSON.parse(JSON.stringify(await fitted('ridgeRegression', 'regression'))) as {
    preparation: Json
    model: Json
  }
  const other = JSON.parse(JSON.stringify(await fitted('naiveBayes', 'classification'))) as {
    model: Json
  }
  const narrow = await fitModel(
    { learner: 'ridgeRegression', target: 'amount', preparation: { use: ['age'] } },
    table,
  )
  for (const data of [
    null,
    5,
    'model',
    [],
    {},
    { ...one, version: 2 },
    { ...one, kind: 'preparation' },
    { ...one, model: null },
    { ...one, model: { learner: 'constructor' } },
    { ...one, model: { learner: 'ridgeRegression' } },
    { ...one, preparation: {} },
    { ...one, model: other.model },
    { ...one, model: narrow.model.model.toJSON() },
  ]) {
    expect(() => loadTrainedModel(data as Json)).toThrow(
      expect.objectContaining({ code: 'data/format' }),
    )
  }
})
