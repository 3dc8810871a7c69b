import { describe, expect, test } from 'vitest'
import { fitPreparation } from '../../src/data/prepare.ts'
import { foldsOf, strataOf } from '../../src/data/splits.ts'
import type { Table } from '../../src/data/table.ts'
import { selectColumns, selectRows, tableOf, withoutColumns } from '../../src/data/table.ts'
import { metricsOf } from '../../src/metrics/catalogue.ts'
import { fitModel } from '../../src/training/fit-model.ts'
import { learnerNamed, learnerNames } from '../../src/training/learners.ts'
import type { TrainingSpec } from '../../src/training/spec.ts'
import { mixedTable, quick } from './mixed-table.ts'

const table = withoutColumns(mixedTable(180), ['person', 'place', 'day'])
const ofKind = withoutColumns(table, ['amount'])
const ofAmount = withoutColumns(table, ['kind'])
const fresh = mixedTable(120, 2)
const kinds = fitPreparation(ofKind, { target: 'kind' }).apply(ofKind).y!
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const boosting = { learner: 'histogramBoosting', options: quick['histogramBoosting']! } as const
const softmax = { learner: 'softmaxRegression', target: 'kind' } as const

describe.each([...learnerNames])('%s', (learner) => {
  const options = quick[learner] ?? {}
  const { tasks } = learnerNamed(learner)

  test.each([...tasks])('learns %s from a mixed table', async (task) => {
    const classes = task === 'classification'
    const spec = { learner, options, target: classes ? 'kind' : 'amount' }
    const { model, validation } = await fitModel(spec, classes ? ofKind : ofAmount)
    expect(model.task).toBe(task)
    expect(model.labels).toEqual(classes ? ['high', 'low', 'middle'] : [])
    expect(Object.keys(validation!)).toEqual(metricsOf(task).map(({ name }) => name))
    const found = await model.evaluate(fresh)
    // The largest class has about half of the rows.
    if (classes) expect(found['accuracy']).toBeGreaterThan(0.62)
    else expect(found['r2']).toBeGreaterThan(0.5)
    if (classes) expect(validation!['accuracy']).toBeGreaterThan(0.55)
    else expect(validation!['r2']).toBeGreaterThan(0.4)
  })
})

test('refuses a task that a learner does not have before anything is prepared', async () => {
  const ridge = fitModel({ learner: 'ridgeRegression', target: 'kind' }, ofKind)
  await expect(ridge).rejects.toThrow(/ridgeRegression learns regression, but "kind" is a target/)
  await expect(fitModel({ ...softmax, target: 'amount' }, ofAmount)).rejects.toMatchObject({
    code: 'models/options',
  })
})

test('columns become what suits the learner', async () => {
  const featuresOf = async (learner: string, options = quick[learner] ?? {}): Promise<number> => {
    const spec = { learner, options, target: 'kind', validation: { share: 0 } }
    return (await fitModel(spec, selectColumns(ofKind, ['colour', 'age', 'kind']))).model
      .preparation.features.length
  }
  expect(await featuresOf('histogramBoosting')).toBe(2)
  expect(await featuresOf('randomForest')).toBe(3)
  expect(await featuresOf('naiveBayes')).toBe(2)
  expect(await featuresOf('softmaxRegression')).toBe(7)
  expect(await featuresOf('network', { epochs: 1 })).toBe(7)
  const spec = {
    ...{ learner: 'network', options: { epochs: 1, embedding: 2 }, target: 'kind' },
  }
  const { model } = await fitModel(spec, selectColumns(ofKind, ['colour', 'age', 'kind']))
  expect(JSON.stringify(model.model)).toContain('columnEmbedding')
  const own = { ...boosting, target: 'kind', preparation: { categories: 'oneHot' } } as const
  const asked = await fitModel(own, selectColumns(ofKind, ['colour', 'age', 'kind']))
  expect(asked.model.preparation.features).toContain('colour=red')
})

describe('rows that judge', () => {
  test('are a share of every class', async () => {
    const rare = tableOf({
      x: upTo(100).map((i) => (i % 10 === 0 ? 5 : 0) + (i % 7) / 10),
      y: upTo(100).map((i) => (i % 10 === 0 ? 'rare' : 'usual')),
    })
    const { validation } = await fitModel({ ...softmax, target: 'y' }, rare)
    // The two rare rows of twenty are there, and are known.
    expect(validation!['sensitivity']).toBe(1)
    expect(validation!['auc']).toBe(1)
  })

  test('may be none, so that all rows teach', async () => {
    const { model, validation } = await fitModel({ ...softmax, validation: { share: 0 } }, ofKind)
    expect(validation).toBeUndefined()
    expect((await model.evaluate(ofKind))['accuracy']).toBeGreaterThan(0.7)
  })

  test('are the folds in turn, and then all rows teach', async () => {
    const folded = await fitModel({ ...softmax, validation: { folds: 3 } }, ofKind)
    const whole = await fitModel({ ...softmax, validation: { share: 0 } }, ofKind)
    expect(folded.model.toJSON()).toEqual(whole.model.toJSON())
    let mean = 0
    for (const { train, test: rest } of foldsOf(180, { folds: 3, stratify: strataOf(kinds) })) {
      const part = { ...softmax, validation: { share: 0 } }
      const { model } = await fitModel(part, selectRows(ofKind, train))
      mean += (await model.evaluate(selectRows(ofKind, rest)))['logLoss']! / 3
    }
    expect(folded.validation!['logLoss']).toBeCloseTo(mean, 12)
    const other = await fitModel({ ...softmax, seed: 7, validation: { folds: 3 } }, ofKind)
    expect(other.validation).not.toEqual(folded.validation)
  })

  test('are whole groups, whose column is no feature', async () => {
    // Every group has a label of its own: whoever sees one row of it knows the others.
    const groups = tableOf({
      group: upTo(120).map((i) => `g${i % 24}`),
      noise: upTo(120).map((i) => Math.sin(i * i)),
      y: upTo(120).map((i) => ((i % 24) % 3 === 0 ? 'a' : 'b')),
    })
    const spec = { learner: 'randomForest', options: { trees: 20, features: 1 }, target: 'y' }
    const leaking = await fitModel(spec, groups)
    expect(leaking.validation!['accuracy']).toBe(1)
    const apart = await fitModel({ ...spec, validation: { group: 'group', folds: 4 } }, groups)
    expect(apart.model.preparation.features).toEqual(['noise'])
    expect(apart.validation!['accuracy']).toBeLessThan(0.9)
  })

  test('are the latest', async () => {
    // What was learnt early on does not hold later.
    const turning = tableOf({
      year: upTo(100).map((i) => 2000 + i),
      x: upTo(100).map((i) => i % 2),
      y: upTo(100).map((i) => (i % 2 === (i < 80 ? 0 : 1) ? 'a' : 'b')),
    })
    const spec = { ...softmax, target: 'y', preparation: { drop: ['year'] } }
    const { validation } = await fitModel({ ...spec, validation: { time: 'year' } }, turning)
    expect(validation!['accuracy']).toBe(0)
    const random = await fitModel(spec, turning)
    expect(random.validation!['accuracy']).toBeGreaterThan(0.5)
    await expect(fitModel({ ...spec, validation: { time: 'y' } }, turning)).rejects.toThrow(
      /which is the target/,
    )
    const words = mixedTable(60)
    await expect(fitModel({ ...softmax, validation: { time: 'colour' } }, words)).rejects.toThrow(
      /column "colour" of kind category, but rows are put in order by numbers/,
    )
    await expect(fitModel({ ...softmax, validation: { time: 'age' } }, words)).rejects.toThrow(
      /has no value in row \d+/,
    )
  })

  test('may have labels that the others lack, and the other way round', async () => {
    const late = tableOf({
      t: upTo(60),
      x: upTo(60).map((i) => (i % 3) + Math.sin(i)),
      y: upTo(60).map((i) => (i > 50 ? 'new' : i % 2 === 0 ? 'a' : 'b')),
    })
    for (const learner of ['network', 'randomForest', 'histogramBoosting', 'softmaxRegression']) {
      const spec = { learner, options: quick[learner] ?? {}, target: 'y' }
      const { model, validation } = await fitModel({ ...spec, validation: { time: 't' } }, late)
      expect(model.labels).toEqual(['a', 'b', 'new'])
      expect(validation!['accuracy']).toBeLessThan(0.5)
      expect((await model.evaluate(late))['accuracy']).toBeGreaterThan(0.3)
    }
  })

  test('do not change what the target is', async () => {
    // 20 values that stand for ten rows each in the whole table, but for eight in its larger part.
    const marks = tableOf({
      x: upTo(200).map((i) => (i % 20) + Math.sin(i) / 5),
      y: upTo(200).map((i) => i % 20),
    })
    const spec = { learner: 'randomForest', options: { trees: 5 }, target: 'y' }
    const { model } = await fitModel(spec, marks)
    expect(model.task).toBe('classification')
    expect(model.labels).toHaveLength(20)
    expect(model.preparation.target?.task).toBe('classification')
    expect((await model.evaluate(marks))['accuracy']).toBeGreaterThan(0.5)
    const numbers = await fitModel({ ...spec, task: 'regression' }, marks)
    expect(numbers.model.task).toBe('regression')
  })
})

describe('learning ends', () => {
  const deep = { ...boosting, options: { rounds: 200, minLeaf: 5 }, target: 'kind' } as const

  test('when a report says so', async () => {
    const steps: number[] = []
    const { model } = await fitModel(deep, ofKind, {
      report: ({ step, steps: all, metrics }) => {
        steps.push(step)
        expect(all).toBe(200)
        expect(Object.keys(metrics)).toEqual(['loss', 'validationLoss'])
        return step === 3 ? 'stop' : 'continue'
      },
    })
    expect(steps).toEqual([1, 2, 3])
    expect(model.labels).toHaveLength(3)
  })

  test('when a signal comes, also between folds', async () => {
    const abort = new AbortController()
    const slow = { learner: 'network', options: { epochs: 100_000 }, target: 'kind' }
    setTimeout(() => abort.abort(), 50)
    const { validation } = await fitModel(slow, ofKind, { signal: abort.signal })
    expect(validation!['accuracy']).toBeGreaterThan(0.2)
    const over = { ...slow, validation: { folds: 5 } }
    const folded = await fitModel(over, ofKind, { signal: AbortSignal.abort() })
    expect(folded.validation).toBeUndefined()
  })

  test('of folds only by their own signal: reports are of the model alone', async () => {
    const steps: number[] = []
    const spec = { ...boosting, target: 'kind', validation: { folds: 3 } }
    await fitModel(spec, ofKind, {
      report: ({ step }) => {
        steps.push(step)
        return 'continue'
      },
    })
    expect(steps).toEqual(upTo(20).map((i) => i + 1))
  })
})

test('class weights shift what is said', async () => {
  const noisy = tableOf({
    x: upTo(300).map((i) => Math.sin(i * 1.7) + (i % 10 === 0 ? 1 : 0)),
    y: upTo(300).map((i) => (i % 10 === 0 ? 'rare' : 'usual')),
  })
  for (const [learner, options] of [
    ['softmaxRegression', {}],
    ['linearSvm', {}],
    ['randomForest', { trees: 20, minLeaf: 20 }],
    ['histogramBoosting', { rounds: 10 }],
    ['network', { epochs: 10, batch: 64 }],
  ] as const) {
    const sensitivity = async (classWeights: unknown): Promise<number> => {
      const spec = { learner, options: { ...options, classWeights }, target: 'y' }
      const { model } = await fitModel({ ...spec, validation: { share: 0 } }, noisy)
      return (await model.evaluate(noisy))['balancedAccuracy']!
    }
    expect([learner, await sensitivity('balanced')]).toEqual([learner, expect.any(Number)])
    expect(await sensitivity('balanced')).toBeGreaterThan(await sensitivity('none'))
  }
})

describe('says what is wrong with', () => {
  const refused = (spec: TrainingSpec, given: Table, text: RegExp): Promise<void> =>
    expect(fitModel(spec, given)).rejects.toThrow(text)
  const spec = { ...boosting, target: 'y' }
  const numbers = (count: number): number[] => upTo(count).map((i) => Math.sin(i))

  test('targets', async () => {
    const x = numbers(30)
    await refused(spec, tableOf({ x, y: x.map(() => 'a') }), /one class only, "a"/)
    await refused(spec, tableOf({ x, y: x.map(() => 2.5) }), /same value, 2.5|one class only/)
    const holes = x.map((value, i) => (i % 10 === 0 ? NaN : value))
    await refused(spec, tableOf({ x, y: holes }), /no value in 3 of 30 rows \(rows 0, 10, 20/)
    await refused(spec, tableOf({ x, y: x.map((v) => (v > 0.9 ? Infinity : v)) }), /is Infinity/)
    await refused(spec, tableOf({ x, y: upTo(30).map((i) => `name ${i}`) }), /a class of its own/)
    await refused(spec, tableOf({ x, yy: x }), /no column "y". Did you mean "yy"/)
  })

  test('columns', async () => {
    const y = upTo(30).map((i) => 'ab'[i % 2]!)
    await refused(spec, tableOf({ y }), /No column is left/)
    await refused(spec, tableOf({ x: y.map(() => 1), y }), /No column is left.*same in all rows/)
    await refused(spec, tableOf({ x: y.map(() => Infinity), y }), /Infinity in row 0/)
    const grouped = { ...spec, validation: { group: 'x' } }
    await refused(grouped, tableOf({ x: numbers(30), y }), /No column is left/)
    await refused({ ...spec, validation: { group: 'z' } }, tableOf({ x: y, y }), /no column "z"/)
  })

  test('tables of few rows', async () => {
    const few = (count: number): Table =>
      tableOf({ x: numbers(count), y: upTo(count).map((i) => 'ab'[i % 2]!) })
    await refused(spec, few(0), /has 0 rows, but learning needs at least two/)
    await refused(spec, few(1), /has 1 row, but/)
    await refused({ ...spec, validation: { folds: 5 } }, few(4), /4 rows cannot fill 5 parts/)
    for (const learner of learnerNames) {
      const task = learnerNamed(learner).tasks[0]!
      const options = quick[learner] ?? {}
      const ten = tableOf({
        x: numbers(10),
        z: upTo(10).map((i) => 'pq'[i % 2]!),
        y: task === 'classification' ? upTo(10).map((i) => 'ab'[i % 2]!) : numbers(10),
      })
      const { validation } = await fitModel({ learner, options, target: 'y' }, ten)
      expect(Object.values(validation!)[0]).toBeGreaterThanOrEqual(0)
      for (const count of [2, 3]) {
        const given = selectRows(ten, upTo(count))
        const tiny = await fitModel({ learner, options, target: 'y' }, given).catch(
          (error: unknown) => error,
        )
        expect(tiny).toMatchObject(
          tiny instanceof Error ? { code: 'models/data' } : { model: { target: 'y' } },
        )
      }
    }
  })
})
