import { describe, expect, it } from 'vitest'
import { nativeExecutor } from '../../src/engine/choose-executor.ts'
import { histogramBoosting } from '../../src/learners/boosting.ts'
import type { BoostingOptions } from '../../src/learners/boosting/options.ts'
import { expectSameGraph, numbersOf } from './same-graph.ts'
import type { Examples } from './tree-cases.ts'
import { classes, column, examplesFor, numbers, pick, tasks } from './tree-cases.ts'

const { fit } = histogramBoosting()

async function losses(given: Examples, options: BoostingOptions, watched?: Examples) {
  const seen: Readonly<Record<string, number>>[] = []
  const model = await fit(given.x, given.y, options, {
    ...(watched === undefined ? {} : { validation: watched }),
    report({ metrics }) {
      seen.push(metrics)
      return 'continue'
    },
  })
  return { model, seen }
}

describe('histogram boosting', () => {
  it('makes the steps of squared error by hand', async () => {
    // Mean 4; a leaf holds rate · Σ(y - 4) / (rows + l2).
    const x = column([1, 2, 3, 4])
    const y = numbers([1, 1, 7, 7])
    const one = { rounds: 1, minLeaf: 1, leaves: 2, rate: 0.5 }
    expect([...numbersOf(await (await fit(x, y, one)).predict(x))]).toEqual([2.5, 2.5, 5.5, 5.5])
    const shrunk = await (await fit(x, y, { ...one, l2: 2 })).predict(x)
    expect([...numbersOf(shrunk)]).toEqual([3.25, 3.25, 4.75, 4.75])
    const two = await (await fit(x, y, { ...one, rounds: 2 })).predict(x)
    expect([...numbersOf(two)]).toEqual([1.75, 1.75, 6.25, 6.25])
  })

  it('makes the first step of logistic loss by hand', async () => {
    // p = 1/4 everywhere; left G = 3/4, H = 9/16, right G = -3/4, H = 3/16: a step of -G / H.
    const x = column([1, 2, 3, 8])
    const model = await fit(x, classes([0, 0, 0, 1]), { rounds: 1, minLeaf: 1, rate: 1 })
    const base = Math.log(1 / 3)
    const p = (raw: number): number => 1 / (1 + Math.exp(-raw))
    const second = numbersOf(await model.predict(column([2, 8]))).filter((_, i) => i % 2 === 1)
    expect(second[0]).toBeCloseTo(p(base - 4 / 3), 12)
    expect(second[1]).toBeCloseTo(p(base + 4), 12)
  })

  it.each(tasks)('never loses on its examples in %s', async (task) => {
    const { seen } = await losses(examplesFor(task, 250), { rounds: 25, minLeaf: 5 })
    seen.forEach(({ loss }, i) => {
      if (i > 0) expect(loss).toBeLessThanOrEqual(seen[i - 1]!['loss']! + 1e-12)
    })
    expect(seen.at(-1)!['loss']).toBeLessThan(seen[0]!['loss']! / 1.5)
  })

  it.each(tasks)('hardly minds the order of rows in %s', async (task) => {
    const given = examplesFor(task, 200)
    const turned = pick(
      given,
      Array.from({ length: 200 }, (_, row) => (row * 7 + 3) % 200),
    )
    const options = { rounds: 10, minLeaf: 5 }
    const expected = numbersOf(await (await fit(given.x, given.y, options)).predict(given.x))
    const found = numbersOf(await (await fit(turned.x, turned.y, options)).predict(given.x))
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 9))
  })

  it('grows the leaf that saves most, up to so many leaves', async () => {
    // Steps of 1, 10 and 1: the first split is at 2.5, and of the sides the right one saves more.
    const x = column([1, 2, 3, 4])
    const y = numbers([0, 1, 11, 13])
    const model = await fit(x, y, { rounds: 1, rate: 1, minLeaf: 1, leaves: 3 })
    expect([...numbersOf(await model.predict(x))]).toEqual([0.5, 0.5, 11, 13])
    const flat = await fit(x, y, { rounds: 1, rate: 1, minLeaf: 1, maxDepth: 1 })
    expect([...numbersOf(await flat.predict(x))]).toEqual([0.5, 0.5, 12, 12])
  })

  it('sends missing values where they serve better, at every split', async () => {
    const x = column([1, 2, 3, 4, NaN, NaN])
    const options = { rounds: 1, rate: 1, minLeaf: 1, leaves: 2 }
    for (const [values, missing] of [
      [[0, 0, 6, 6, 0, 0], 0],
      [[0, 0, 6, 6, 6, 6], 6],
      [[2, 2, 2, 2, 8, 8], 8],
    ] as const) {
      const model = await fit(x, numbers(values), options)
      const prediction = numbersOf(await model.predict(column([1, 4, NaN])))
      ;[values[0], values[3], missing].forEach((value, i) => {
        expect(prediction[i]).toBeCloseTo(value, 12)
      })
    }
    // Where none was missing, they go with the many.
    const model = await fit(column([1, 2, 3, 4, 5]), numbers([0, 0, 0, 6, 6]), options)
    expect(numbersOf(await model.predict(column([NaN])))[0]).toBeCloseTo(0, 12)
  })

  it('has missing values of numbers and categories in its graph', async () => {
    for (const task of tasks) {
      const { x, y } = examplesFor(task, 300)
      const data = x.data.map((v, i) => ((i * 31) % 7 === 0 ? NaN : v))
      // A category that is missing or not, and nothing else.
      for (let row = 0; row < 300; row++) data[4 * row + 2] = row % 3 === 0 ? NaN : 4
      const holes = { ...x, data }
      const model = await fit(holes, y, { rounds: 15, minLeaf: 5 })
      await expectSameGraph(await nativeExecutor(), model, holes)
    }
    const kinds = column(
      Array.from({ length: 60 }, (_, row) => (row % 2 === 0 ? NaN : row % 3)),
      3,
    )
    const y = numbers(Array.from({ length: 60 }, (_, row) => (row % 2 === 0 ? 5 : 0)))
    const model = await fit(kinds, y, { rounds: 3 })
    await expectSameGraph(await nativeExecutor(), model, kinds)
  })

  it('has as many bins as values, or as it may', async () => {
    const values = Array.from({ length: 1000 }, (_, i) => i)
    const steps = numbers(values.map((v) => (v < 500 ? 0 : 1)))
    const asked = column([498, 499, 500, 501])
    const options = { rounds: 1, rate: 1, leaves: 2 }
    const exact = await fit(column(values), steps, { ...options, bins: 4 })
    // Quartiles: 500 is one of the cuts.
    numbersOf(await exact.predict(asked)).forEach((value, i) => {
      expect(value).toBeCloseTo([0, 0, 1, 1][i]!, 12)
    })
    const coarse = await fit(column(values), steps, { ...options, bins: 3 })
    const [below, , , above] = numbersOf(await coarse.predict(asked))
    expect(below).toBeCloseTo(above!, 12)
  })

  it('uses shares of rows and of columns', async () => {
    const given = examplesFor('regression', 200)
    const options = { rounds: 4, minLeaf: 5 }
    const all = numbersOf(await (await fit(given.x, given.y, options)).predict(given.x))
    for (const part of [{ rowShare: 0.5 }, { columnShare: 0.5 }]) {
      const model = await fit(given.x, given.y, { ...options, ...part })
      expect(numbersOf(await model.predict(given.x))).not.toEqual(all)
    }
    // Two of four columns are used by each round, so that after one round two have no importance.
    const one = await fit(given.x, given.y, { ...options, rounds: 1, columnShare: 0.5 })
    expect(one.importance.filter((share) => share > 0).length).toBeLessThanOrEqual(2)
    // What rounds say of rows they have not seen is what the next rounds start from.
    const { seen, model } = await losses(given, { ...options, rowShare: 0.5 })
    const values = numbersOf(await model.predict(given.x))
    const mse = given.y.values.reduce((sum, v, row) => sum + (v - values[row]!) ** 2 / 200, 0)
    expect(seen.at(-1)!['loss']).toBeCloseTo(mse, 9)
  })

  it('ends when the loss of the watched rows no longer falls, with the best model', async () => {
    // Noise alone: the first rounds are better than the later ones.
    const noisy = (seed: number): Examples => {
      const { x } = examplesFor('regression', 120, seed)
      const { y } = examplesFor('regression', 120, seed + 100)
      return { x, y }
    }
    const watched = noisy(2)
    const options = { rounds: 200, minLeaf: 2, rate: 0.3, patience: 7 }
    const { model, seen } = await losses(noisy(1), options, watched)
    const course = seen.map((metrics) => metrics['validationLoss']!)
    const best = course.indexOf(Math.min(...course))
    expect(course.length).toBe(best + 8)
    expect(model.trees).toBe(best + 1)
    const values = numbersOf(await model.predict(watched.x))
    if (watched.y.kind !== 'numbers') throw new Error('numbers')
    const mse = watched.y.values.reduce((sum, v, row) => sum + (v - values[row]!) ** 2 / 120, 0)
    expect(mse).toBeCloseTo(course[best]!, 9)
    const patient = await losses(noisy(1), { ...options, rounds: 30, patience: 0 }, watched)
    expect(patient.model.trees).toBe(30)
  })

  it('refuses rows of one class', async () => {
    await expect(fit(column([1, 2]), classes([1, 1]), {})).rejects.toThrow(/at least two labels/)
  })

  it('makes nothing of rows that are too few, and still has a graph', async () => {
    const x = column([1, 2, 3])
    const model = await fit(x, numbers([1, 2, 6]), { rounds: 2 })
    expect([...numbersOf(await model.predict(x))]).toEqual([3, 3, 3])
    expect([...model.importance]).toEqual([0])
    await expectSameGraph(await nativeExecutor(), model, x)
  })
})
