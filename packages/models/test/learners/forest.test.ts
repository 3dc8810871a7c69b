import { AttuneError } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { extraTrees } from '../../src/learners/extra-trees.ts'
import { randomForest } from '../../src/learners/forest.ts'
import { numbersOf } from './same-graph.ts'
import { classes, column, examplesFor, numbers, pick } from './tree-cases.ts'

describe('a random forest', () => {
  const plain = { trees: 3, bootstrap: false, features: 1 } as const

  it('is a tree by hand when nothing is drawn', async () => {
    // 1 1 0 | 1: Gini falls most between 3 and 8, then between 2 and 3.
    const y = classes([1, 1, 0, 0, 0])
    const x = column([1, 2, 3, 8, 9])
    const model = await randomForest().fit(x, y, { ...plain, maxDepth: 1 })
    const asked = column([0, 2.49, 2.5, 7])
    expect([...numbersOf(await model.predict(asked))]).toEqual([0, 1, 0, 1, 1, 0, 1, 0])
    expect([...model.importance]).toEqual([1])
    const coarse = await randomForest().fit(x, y, { ...plain, minLeaf: 3 })
    // Too few rows for any split but none: shares 3/5 and 2/5.
    expect(numbersOf(await coarse.predict(column([5])))[0]).toBeCloseTo(0.6, 12)
  })

  it('tells neighbouring float32 numbers apart', async () => {
    const [a, b, c] = [1, 1 + 2 ** -23, 1 + 2 ** -22]
    for (const pair of [
      [a!, b!],
      [b!, c!],
    ]) {
      const model = await randomForest().fit(column(pair), numbers([4, 6]), plain)
      expect([...numbersOf(await model.predict(column(pair)))]).toEqual([4, 6])
    }
  })

  it('does not mind the order of rows when nothing is drawn', async () => {
    const given = examplesFor('classification', 150)
    const turned = pick(
      given,
      Array.from({ length: 150 }, (_, row) => (row * 7 + 3) % 150),
    )
    const [a, b] = [given, turned].map(({ x, y }) => randomForest().fit(x, y, plain))
    expect((await b!).toJSON()).toEqual((await a!).toJSON())
  })

  it('sees about two thirds of the rows in each tree', async () => {
    // Each row is a class of its own, so that a tree has a leaf for each row it has seen.
    const codes = Array.from({ length: 200 }, (_, row) => row)
    const labels = codes.map((code) => `row ${code}`)
    const x = column(codes)
    const model = await randomForest().fit(x, classes(codes, labels), { trees: 20 })
    const mean = [...numbersOf(await model.predict(x))].filter((p) => p > 0).length / 200
    expect(mean).toBeGreaterThan(2)
    const one = await randomForest().fit(x, classes(codes, labels), { trees: 1 })
    const leaves = new Set(
      (await one.predict(x)).kind === 'classes' ? [...codesOf(await one.predict(x))] : [],
    )
    // 1 - 1/e of 200 is 126; the standard deviation is about 4.4.
    expect(leaves.size).toBeGreaterThan(108)
    expect(leaves.size).toBeLessThan(145)
  })

  it('weighs rows by how often they were drawn', async () => {
    const x = column([1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    const y = numbers([0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    for (const [rowShare, draws] of [
      [1, 10],
      [0.7, 7],
    ] as const) {
      const means = await Promise.all(
        [1, 2, 3, 4, 5].map(async (seed) => {
          const model = await randomForest().fit(x, y, { trees: 1, rowShare }, { seed })
          return numbersOf(await model.predict(column([1])))[0]!
        }),
      )
      // All columns are the same: a tree is the mean of its draws.
      for (const mean of means) expect(mean * draws).toBeCloseTo(Math.round(mean * draws), 9)
      expect(new Set(means).size).toBeGreaterThan(1)
    }
  })

  it('orders many categories of several classes', async () => {
    const kinds = Array.from({ length: 240 }, (_, row) => row % 60)
    const codes = kinds.map((kind) => [2, 0, 1, 1, 2][(kind * 7) % 5]!)
    const y = classes(codes, ['a', 'b', 'c'])
    const model = await randomForest().fit(column(kinds, 60), y, { ...plain, maxDepth: 2 })
    expect([...codesOf(await model.predict(column(kinds, 60)))]).toEqual(codes)
  })

  it('takes a category without rows for an ordinary one', async () => {
    // Of 40 categories the even ones have rows, and values from -10 to 9.
    const kinds = Array.from({ length: 20 }, (_, i) => 2 * i)
    const values = numbers(kinds.map((_, i) => ((i * 7) % 20) - 10))
    const model = await randomForest().fit(column(kinds, 40), values, { ...plain, maxDepth: 3 })
    const [value] = numbersOf(await model.predict(column([11], 40)))
    expect(Math.abs(value!)).toBeLessThan(3)
  })

  it('sends categories that a node has not seen to its larger side', async () => {
    const x = column([0, 0, 0, 1, 1], 4)
    const model = await randomForest().fit(x, classes([1, 1, 1, 0, 0]), plain)
    const prediction = await model.predict(column([0, 1, 2, 3], 4))
    expect([...codesOf(prediction)]).toEqual([1, 0, 1, 1])
  })

  it('takes a category column for numbers where some are no categories', async () => {
    const model = await randomForest().fit(column([-1, 0, 1, 1.5], 2), numbers([0, 5, 5, 9]), plain)
    const asked = column([-1, 0.2, 1.4], 2)
    expect([...numbersOf(await model.predict(asked))]).toEqual([0, 5, 9])
  })

  it('refuses missing values, and says what to do', async () => {
    const { x, y } = examplesFor('regression', 20)
    const holes = { ...x, data: x.data.map((v, i) => (i === 5 ? NaN : v)) }
    await expect(randomForest().fit(holes, y, {})).rejects.toThrow(/column 1.*fill them in/)
    await expect(randomForest().fit(holes, y, {})).rejects.toBeInstanceOf(AttuneError)
  })
})

describe('extra trees', () => {
  it('cut anywhere between two groups', async () => {
    const x = column([0, 0, 10, 10])
    const y = classes([0, 0, 1, 1])
    const model = await extraTrees().fit(x, y, { trees: 400 })
    const asked = column([2.5, 5, 7.5])
    const ones = numbersOf(await model.predict(asked)).filter((_, i) => i % 2 === 1)
    // A uniform threshold is below x as often as x is far; four standard errors of 400 draws are 0.1.
    ones.forEach((p, i) => expect(Math.abs(p - [0.25, 0.5, 0.75][i]!)).toBeLessThan(0.1))
  })
})

function codesOf(
  prediction: Awaited<
    ReturnType<Awaited<ReturnType<ReturnType<typeof randomForest>['fit']>>['predict']>
  >,
): Int32Array {
  if (prediction.kind !== 'classes') throw new Error('A regression has no codes.')
  return prediction.codes
}
