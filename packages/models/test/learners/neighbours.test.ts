import { describe, expect, it } from 'vitest'
import { nearestNeighbours } from '../../src/learners/neighbours.ts'
import type { ClassPrediction, ClassTarget, Matrix, NumberPrediction } from '../../src/matrix.ts'

const column = (...values: number[]): Matrix => ({
  rows: values.length,
  columns: 1,
  data: Float32Array.from(values),
})
const classes = (...codes: number[]): ClassTarget => ({
  kind: 'classes',
  codes: Int32Array.from(codes),
  labels: ['0', '1'],
})
const plain = { standardize: false } as const

describe('examples of the documentation of scikit-learn', () => {
  it('KNeighborsClassifier', async () => {
    const model = await nearestNeighbours().fit(column(0, 1, 2, 3), classes(0, 0, 1, 1), {
      ...plain,
      k: 3,
    })
    const said = (await model.predict(column(1.1, 0.9))) as ClassPrediction
    expect(said.codes[0]).toBe(0)
    expect([...said.probabilities.subarray(2)]).toEqual([2 / 3, 1 / 3])
  })

  it('KNeighborsRegressor', async () => {
    const y = { kind: 'numbers', values: Float64Array.of(0, 0, 1, 1) } as const
    const model = await nearestNeighbours().fit(column(0, 1, 2, 3), y, { ...plain, k: 2 })
    expect([...((await model.predict(column(1.5))) as NumberPrediction).values]).toEqual([0.5])
  })
})

it('weighs by distance, and only exact matches where there are some', async () => {
  const options = { ...plain, k: 3, weights: 'distance' } as const
  const model = await nearestNeighbours().fit(column(0, 1, 4), classes(0, 1, 1), options)
  const said = (await model.predict(column(2, 1))) as ClassPrediction
  // Distances 2, 1, 2 from 2; 1 is an example.
  expect(said.probabilities[0]).toBeCloseTo(0.5 / (0.5 + 1 + 0.5), 12)
  expect([...said.probabilities.subarray(2)]).toEqual([0, 1])
})

it('counts votes by the weights of the examples and passes over those of none', async () => {
  const weights = Float64Array.of(3, 1, 0)
  const model = await nearestNeighbours().fit(
    column(0, 1, 1.1),
    classes(0, 1, 1),
    { ...plain, k: 2 },
    { weights },
  )
  const said = (await model.predict(column(1.1))) as ClassPrediction
  expect([...said.probabilities]).toEqual([0.75, 0.25])
})

it('brings columns to one scale when told', async () => {
  const x = { rows: 4, columns: 2, data: Float32Array.of(0, 0, 1, 1000, 0, 2000, 1, 3000) }
  const query = { rows: 1, columns: 2, data: Float32Array.of(0.9, 300) }
  const nearest = async (standardize: boolean): Promise<number> => {
    const model = await nearestNeighbours().fit(x, classes(0, 1, 0, 1), { k: 1, standardize })
    return ((await model.predict(query)) as ClassPrediction).codes[0]!
  }
  expect(await nearest(false)).toBe(0)
  expect(await nearest(true)).toBe(1)
})

it('takes the angle for the distance when told', async () => {
  const x = { rows: 2, columns: 2, data: Float32Array.of(10, 10, 0, 1) }
  const query = { rows: 1, columns: 2, data: Float32Array.of(0.5, 0.6) }
  const options = { ...plain, k: 1 } as const
  const cosine = await nearestNeighbours().fit(x, classes(0, 1), { ...options, metric: 'cosine' })
  expect(((await cosine.predict(query)) as ClassPrediction).codes[0]).toBe(0)
  const euclidean = await nearestNeighbours().fit(x, classes(0, 1), options)
  expect(((await euclidean.predict(query)) as ClassPrediction).codes[0]).toBe(1)
})
