import { AttuneError, type Json, space } from '@attune/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { chooseExecutor } from '../../src/engine/choose-executor.ts'
import type { GraphExecutor } from '../../src/engine/executor.ts'
import type { Matrix, Target } from '../../src/matrix.ts'
import { evaluate } from '../../src/metrics/evaluate.ts'
import { cases, clouds, examplesFor, learners } from './classic-cases.ts'
import { expectSameGraph, numbersOf } from './same-graph.ts'

async function refusal(attempt: Promise<unknown>): Promise<AttuneError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AttuneError)) throw new Error(`Nothing was refused: ${String(error)}`)
  return error
}

describe.each(cases)('$title', ({ learner, task, options }) => {
  const { x, y } = examplesFor(task, 90)
  const test = examplesFor(task, 40, 2)

  it('learns what can be learnt', async () => {
    const model = await learner.fit(x, y, options)
    const metrics: Readonly<Record<string, number>> = evaluate(test.y, await model.predict(test.x))
    if (task === 'classification') expect(metrics['accuracy']).toBeGreaterThan(0.6)
    else expect(metrics['r2']).toBeGreaterThan(0.7)
    expect([model.learner, model.task, model.columns]).toEqual([learner.name, task, x.columns])
  })

  it('predicts distributions of which the likeliest label is the first highest', async () => {
    const prediction = await (await learner.fit(x, y, options)).predict(test.x)
    if (prediction.kind !== 'classes') return
    const width = prediction.labels.length
    for (let i = 0; i < test.x.rows; i++) {
      const row = [...prediction.probabilities.subarray(i * width, (i + 1) * width)]
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
      expect(Math.min(...row)).toBeGreaterThanOrEqual(0)
      expect(prediction.codes[i]).toBe(row.indexOf(Math.max(...row)))
    }
  })

  it('gives the same model again: from its data, and for the same seed', async () => {
    const model = await learner.fit(x, y, options, { seed: 5 })
    const numbers = numbersOf(await model.predict(test.x))
    const stored = JSON.parse(JSON.stringify(model.toJSON())) as Json
    const loaded = learner.load(stored)
    expect(numbersOf(await loaded.predict(test.x))).toEqual(numbers)
    expect(loaded.toJSON()).toEqual(stored)
    const again = await learner.fit(x, y, options, { seed: 5 })
    expect(again.toJSON()).toEqual(model.toJSON())
  })

  it('takes a weight of 2 for a row that comes twice, and of 0 for none', async () => {
    const weights = Float64Array.from({ length: x.rows }, (_, i) => [1, 0, 2, 1, 1][i % 5]!)
    const rows = Array.from(weights).flatMap((weight, i) => Array.from({ length: weight }, () => i))
    // Of two rows for one with weight 2, k neighbours are fewer places.
    if (learner.name === 'nearestNeighbours') return
    // Folds of the calibration are drawn by row, so they differ.
    const exact = { calibration: 'none', tolerance: 1e-6 }
    const plain = { ...options, ...(learner.name.endsWith('Svm') ? exact : {}) }
    const weighted = await learner.fit(x, y, plain, { weights })
    const repeated = await learner.fit(pick(x, rows), pickTarget(y, rows), plain)
    const expected = numbersOf(await repeated.predict(test.x))
    const given = numbersOf(await weighted.predict(test.x))
    for (const [i, value] of given.entries()) {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-3 * Math.max(1, Math.abs(value)))
    }
  })

  it('refuses missing values by the names of their columns', async () => {
    const holes = { ...x, data: x.data.slice() }
    holes.data[x.columns + 1] = NaN
    holes.data[2] = Infinity
    const named =
      x.names === undefined ? /column 1 \(1 row\), column 2/ : /'width' \(1 row\), 'weight'/
    const error = await refusal(learner.fit(holes, y, options))
    expect(error.code).toBe('models/data')
    expect(error.message).toMatch(named)
    expect(error.message).toMatch(/fill them in/)
    const model = await learner.fit(x, y, options)
    expect((await refusal(model.predict(holes))).message).toMatch(named)
    const fewer = { ...x, columns: 2, data: x.data.subarray(0, x.rows * 2) }
    expect((await refusal(model.predict(fewer))).message).toMatch(/is given 2/)
  })
})

describe('as graphs', () => {
  let executor: GraphExecutor
  beforeAll(async () => {
    executor = await chooseExecutor()
  })

  it.each(cases)('$title predicts the same in float32', async ({ learner, task, options }) => {
    const { x, y } = examplesFor(task, 90)
    const test = examplesFor(task, 40, 2).x
    const model = await learner.fit(x, y, options)
    await expectSameGraph(executor, model, test)
  })

  it.each(cases.filter(({ task }) => task === 'classification'))(
    '$title gives labels without examples the probability 0, of two classes and of four',
    async ({ learner, options }) => {
      const two = clouds(60, 2)
      const labels = ['red', 'none', 'green']
      const codes = two.y.codes.map((code) => 2 * code)
      const model = await learner.fit(two.x, { kind: 'classes', codes, labels }, options)
      const prediction = await model.predict(two.x)
      expect(
        numbersOf(prediction)
          .filter((_, i) => i % 3 === 1)
          .every((p) => p === 0),
      ).toBe(true)
      await expectSameGraph(executor, model, two.x)
      const four = clouds(80, 4)
      await expectSameGraph(executor, await learner.fit(four.x, four.y, options), four.x)
    },
  )
})

describe.each(learners.map((learner) => ({ learner, name: learner.name })))(
  '$name',
  ({ learner }) => {
    it('has a space of options that can be learnt with', async () => {
      for (const task of learner.tasks) {
        const { x, y } = examplesFor(task, 40)
        const searched = space(learner.space(task, x))
        for (const { name } of searched.params)
          expect(Object.keys(learner.defaults(task))).toContain(name)
        await learner.fit(x, y, {})
      }
    })

    it('tells all options that are wrong at once', async () => {
      const task = learner.tasks[0]!
      const { x, y } = examplesFor(task, 20)
      const names = Object.keys(learner.defaults(task))
      const wrong = Object.fromEntries(names.map((name) => [name, 'wrong']))
      const error = await refusal(learner.fit(x, y, { ...wrong, speed: 3 }))
      expect(error.code).toBe('models/options')
      for (const name of [...names, 'speed']) expect(error.message).toContain(`${name}: is`)
    })

    it('refuses targets that do not fit', async () => {
      const task = learner.tasks[0]!
      const { x, y } = examplesFor(task, 20)
      const fewer = pickTarget(y, [0, 1, 2])
      expect((await refusal(learner.fit(x, fewer, {}))).message).toMatch(/20 rows but 3 targets/)
      const weights = new Float64Array(20)
      expect((await refusal(learner.fit(x, y, {}, { weights }))).message).toMatch(/weights are 0/)
      if (learner.tasks.length === 2) return
      const other = task === 'classification' ? 'regression' : 'classification'
      const error = await refusal(learner.fit(x, examplesFor(other, 20).y, {}))
      expect(error.message).toMatch(new RegExp(`learns ${task}, but the target is for ${other}`))
    })

    it('refuses data that is of something else', () => {
      const data = { learner: 'other', version: 1, task: 'regression', labels: [], columns: 1 }
      expect(() => learner.load(data)).toThrow(/not a model of .*"other"/)
    })
  },
)

function pick(x: Matrix, rows: readonly number[]): Matrix {
  const data = new Float32Array(rows.length * x.columns)
  for (const [i, row] of rows.entries()) {
    data.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), i * x.columns)
  }
  return { ...x, rows: rows.length, data }
}

function pickTarget(y: Target, rows: readonly number[]): Target {
  if (y.kind === 'numbers')
    return { kind: 'numbers', values: Float64Array.from(rows, (i) => y.values[i]!) }
  return { ...y, codes: Int32Array.from(rows, (i) => y.codes[i]!) }
}
