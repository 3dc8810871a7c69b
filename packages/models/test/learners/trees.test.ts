import { AttuneError, decodePoint, space } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { nativeExecutor, webExecutor } from '../../src/engine/choose-executor.ts'
import { randomForest } from '../../src/learners/forest.ts'
import type { FitProgress } from '../../src/learners/learner.ts'
import { expectSameGraph, numbersOf } from './same-graph.ts'
import { column, examplesFor, numbers, pick, scoreOf, tasks, treeLearners } from './tree-cases.ts'

async function refusal(attempt: Promise<unknown>): Promise<AttuneError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AttuneError)) throw new Error(`Nothing was refused: ${String(error)}`)
  return error
}

const cases = treeLearners.flatMap((given) => tasks.map((task) => ({ ...given, task })))

describe.each(cases)('$name for $task', ({ learner, small, task }) => {
  const { x, y } = examplesFor(task, 300)
  const test = examplesFor(task, 100, 2)

  it('learns what can be learnt', async () => {
    const model = await learner.fit(x, y, small)
    expect(scoreOf(test.y, await model.predict(test.x))).toBeGreaterThan(0.6)
    expect([model.learner, model.task, model.columns]).toEqual([learner.name, task, 4])
  })

  it('gives the same model for the same seed and another for another', async () => {
    const fit = async (seed: number): Promise<string> =>
      JSON.stringify((await learner.fit(x, y, { ...small, rowShare: 0.7 }, { seed })).toJSON())
    const first = await fit(4)
    expect(await fit(4)).toBe(first)
    if (learner.name !== 'extraTrees') expect(await fit(5)).not.toBe(first)
  })

  it('is loaded from its plain data as it was', async () => {
    const model = await learner.fit(x, y, small)
    const stored = JSON.parse(JSON.stringify(model.toJSON()))
    const loaded = learner.load(stored)
    expect(numbersOf(await loaded.predict(test.x))).toEqual(numbersOf(await model.predict(test.x)))
    expect(loaded.importance).toEqual(model.importance)
    expect(loaded.toJSON()).toEqual(stored)
    for (const broken of [null, {}, { ...stored, learner: 'other' }, { ...stored, right: 'x' }]) {
      expect(() => learner.load(broken)).toThrow(AttuneError)
    }
  })

  it('tells the same as its graph in both runtimes', async () => {
    const model = await learner.fit(x, y, { ...small, minLeaf: 8 })
    // Categories that were never seen, and one that is none.
    const data = test.x.data.slice()
    data.set([0, 3, 7, 60, 0, 3, -1, -1, 0.5, 2, 1.5, 90], 0)
    for (const executor of [await nativeExecutor(), await webExecutor()]) {
      await expectSameGraph(executor, model, { ...test.x, data })
    }
  })

  it('leaves out rows of weight 0', async () => {
    const weights = Float64Array.from({ length: 300 }, (_, row) => (row % 3 === 0 ? 0 : 1))
    const kept = Array.from(weights.keys()).filter((row) => weights[row]! > 0)
    const part = pick({ x, y }, kept)
    const weighted = await learner.fit(x, y, small, { weights })
    const expected = await learner.fit(part.x, part.y, small)
    expect(weighted.toJSON()).toEqual(expected.toJSON())
  })

  it('does not mind of what size equal weights are', async () => {
    const weights = new Float64Array(300).fill(0.1)
    const weighted = await learner.fit(x, y, small, { weights })
    expect(weighted.toJSON()).toEqual((await learner.fit(x, y, small)).toJSON())
  })

  it('says by its importance which columns matter', async () => {
    const data = x.data.slice()
    // The second column becomes noise.
    for (let row = 0; row < x.rows; row++) data[4 * row + 1] = (row * 7919) % 12
    const { importance } = await learner.fit({ ...x, data }, y, small)
    expect(importance.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
    expect(importance[0]).toBeGreaterThan(2 * importance[1]!)
  })

  it('reports on its way, and ends when it is told to', async () => {
    const seen: FitProgress[] = []
    const model = await learner.fit(
      x,
      y,
      { ...small, ...more(learner.name, 60) },
      {
        validation: test,
        report(progress) {
          seen.push(progress)
          return progress.step >= 20 ? 'stop' : 'continue'
        },
      },
    )
    expect(seen.at(-1)!.step).toBe(20)
    expect(seen[0]!.steps).toBe(60)
    const [first, last] = [seen[0]!.metrics, seen.at(-1)!.metrics]
    expect(last['loss']).toBeLessThan(1.1 * first['loss']! + 1e-9)
    // Ten trees more may by chance do a little worse on rows that they did not learn from.
    expect(last['validationLoss']).toBeLessThan(1.1 * first['validationLoss']!)
    expect(model.trees).toBeLessThanOrEqual(60)
  })

  it('ends when its signal says so', async () => {
    const aborting = new AbortController()
    aborting.abort()
    const model = await learner.fit(x, y, small, { signal: aborting.signal })
    expect(model.trees).toBeLessThan(13)
    expect(await model.predict(test.x)).toBeDefined()
  })

  it('learns with every corner of its space', async () => {
    const searched = space(learner.space(task, x))
    const few = pick(
      { x, y },
      Array.from({ length: 40 }, (_, row) => row),
    )
    for (const corner of [0, 0.5, 0.999999]) {
      const options = decodePoint(
        searched,
        searched.params.map(() => corner),
      )
      expect(Object.keys(learner.defaults(task))).toEqual(
        expect.arrayContaining(Object.keys(options)),
      )
      await learner.fit(few.x, few.y, { ...options, ...small })
    }
  })

  it('tells all that is wrong with options', async () => {
    const error = await refusal(learner.fit(x, y, { minLeaf: 0, maxDepth: 1.5, tres: 3 }))
    expect(error.code).toBe('models/options')
    expect(error.message).toMatch(/minLeaf[\s\S]*maxDepth[\s\S]*tres/)
  })

  it('refuses what cannot be learnt from', async () => {
    const infinite = { ...x, data: x.data.map((v, i) => (i === 9 ? Infinity : v)) }
    for (const bad of [
      infinite,
      { ...x, columns: 5 },
      { ...x, rows: 299, data: x.data.slice(4) },
    ]) {
      expect((await refusal(learner.fit(bad, y, small))).code).toBe('models/data')
    }
    const model = await learner.fit(x, y, small)
    expect((await refusal(model.predict(column([1, 2])))).code).toBe('models/data')
  })
})

function more(name: string, steps: number): object {
  return name === 'histogramBoosting' ? { rounds: steps, patience: 0 } : { trees: steps }
}

describe('the graph of a forest', () => {
  it('is right where set follows on set', async () => {
    const executor = await nativeExecutor()
    const { x, y } = examplesFor('classification', 150)
    for (let seed = 0; seed < 15; seed++) {
      const model = await randomForest().fit(x, y, { trees: 2, minLeaf: 2 }, { seed })
      await expectSameGraph(executor, model, x)
    }
  })
})

describe.each(treeLearners)('$name', ({ learner, small }) => {
  it('gives labels without rows no probability', async () => {
    const { x, y } = examplesFor('classification', 200)
    const spread = {
      kind: 'classes' as const,
      codes: y.codes.map((code) => 2 * code),
      labels: ['a', 'none', 'b', 'nor this', 'c'],
    }
    const model = await learner.fit(x, spread, small)
    const prediction = await model.predict(x)
    if (prediction.kind !== 'classes') throw new Error('classes')
    const { probabilities, codes } = prediction
    for (let row = 0; row < x.rows; row++) {
      const own = [...probabilities.subarray(5 * row, 5 * row + 5)]
      expect([own[1], own[3]]).toEqual([0, 0])
      expect(own.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
      expect(own[codes[row]!]).toBe(Math.max(...own))
    }
    await expectSameGraph(await nativeExecutor(), model, x)
  })

  it('counts classes alike when they are balanced', async () => {
    const given = examplesFor('classification', 400)
    const left = [32, 64, 128]
    const rows = Array.from(given.y.codes.keys()).filter((row) => left[given.y.codes[row]!]!-- > 0)
    const { x, y } = pick(given, rows)
    expect(x.rows).toBe(224)
    const options = { ...small, minLeaf: 8 }
    const weights = Float64Array.from(y.codes, (code) => [4, 2, 1][code]!)
    const balanced = await learner.fit(x, y, { ...options, classWeights: 'balanced' })
    const weighted = await learner.fit(x, y, options, { weights })
    expect(balanced.toJSON()).toEqual(weighted.toJSON())
    expect(balanced.toJSON()).not.toEqual((await learner.fit(x, y, options)).toJSON())
  })

  it('learns differences far from 0', async () => {
    const { x, y } = examplesFor('regression', 200)
    const far = numbers([...y.values].map((value) => value + 1e7))
    const near = scoreOf(y, await (await learner.fit(x, y, small)).predict(x))
    expect(scoreOf(far, await (await learner.fit(x, far, small)).predict(x))).toBeCloseTo(near, 1)
  })

  it('splits categories by sets, whatever their numbers', async () => {
    for (const count of [12, 60, 300]) {
      const kinds = Array.from({ length: 20 * count }, (_, row) => row % count)
      const values = numbers(kinds.map((kind) => ((kind * 7) % 5 < 2 ? 1 : 0)))
      const options = learner.name === 'histogramBoosting' ? { rounds: 60 } : { trees: 5 }
      const model = await learner.fit(column(kinds, count), values, { ...options, maxDepth: 1 })
      const found = scoreOf(values, await model.predict(column(kinds, count)))
      if (learner.name !== 'extraTrees') expect(found).toBeGreaterThan(count > 255 ? 0.7 : 0.95)
      const asNumbers = await learner.fit(column(kinds), values, { ...options, maxDepth: 1 })
      expect(scoreOf(values, await asNumbers.predict(column(kinds)))).toBeLessThan(found)
    }
  })
})
