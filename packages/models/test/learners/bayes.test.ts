import { expect, it } from 'vitest'
import { naiveBayes } from '../../src/learners/bayes.ts'
import type { ClassPrediction, Matrix } from '../../src/matrix.ts'

it('gives the example of the documentation of scikit-learn (GaussianNB)', async () => {
  const data = Float32Array.of(-1, -1, -2, -1, -3, -2, 1, 1, 2, 1, 3, 2)
  const y = { kind: 'classes', codes: Int32Array.of(0, 0, 0, 1, 1, 1), labels: ['1', '2'] } as const
  const model = await naiveBayes().fit({ rows: 6, columns: 2, data }, y, {})
  const said = (await model.predict({
    rows: 1,
    columns: 2,
    data: Float32Array.of(-0.8, -1),
  })) as ClassPrediction
  expect(said.codes[0]).toBe(0)
  // By hand: in both columns the variances are 2/3 and 2/9; the means −2, −4/3 and 2, 4/3.
  const distance = (sign: number): number =>
    (-0.8 + sign * 2) ** 2 / (4 / 3) + (-1 + (sign * 4) / 3) ** 2 / (4 / 9)
  expect(said.probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(distance(1) - distance(-1))), 6)
})

const weather: Matrix = {
  rows: 5,
  columns: 1,
  data: Float32Array.of(0, 0, 1, 1, 1),
  categories: [3],
}
const y = { kind: 'classes', codes: Int32Array.of(0, 0, 0, 1, 1), labels: ['no', 'yes'] } as const
const query = (value: number): Matrix => ({ ...weather, rows: 1, data: Float32Array.of(value) })

it('counts categories, each once more than they are', async () => {
  const model = await naiveBayes().fit(weather, y, {})
  const share = async (value: number): Promise<number> =>
    ((await model.predict(query(value))) as ClassPrediction).probabilities[0]!
  // Of 'no': (2 + 1, 1 + 1, 0 + 1) / (3 + 3); of 'yes': (1, 3, 1) / (2 + 3).
  const [no, yes] = [3 / 5, 2 / 5]
  expect(await share(0)).toBeCloseTo((no * 3) / 6 / ((no * 3) / 6 + (yes * 1) / 5), 12)
  expect(await share(1)).toBeCloseTo((no * 2) / 6 / ((no * 2) / 6 + (yes * 3) / 5), 12)
  expect(await share(2)).toBeCloseTo((no * 1) / 6 / ((no * 1) / 6 + (yes * 1) / 5), 12)
})

it('learns nothing from a category that was not counted on', async () => {
  const model = await naiveBayes().fit(weather, y, {})
  const said = (await model.predict(query(7))) as ClassPrediction
  expect(said.probabilities[0]).toBeCloseTo(3 / 5, 12)
  const uniform = await naiveBayes().fit(weather, y, { prior: 'uniform' })
  expect(((await uniform.predict(query(7))) as ClassPrediction).probabilities[0]).toBeCloseTo(
    0.5,
    12,
  )
})

it('stays finite where a class has no spread', async () => {
  const x = { rows: 4, columns: 2, data: Float32Array.of(5, 1, 5, 1, 5, 2, 5, 2) }
  const two = { ...y, codes: Int32Array.of(0, 0, 1, 1) }
  const model = await naiveBayes().fit(x, two, {})
  const said = (await model.predict(x)) as ClassPrediction
  expect([...said.codes]).toEqual([0, 0, 1, 1])
  expect(said.probabilities.every((p) => Number.isFinite(p))).toBe(true)
  const same = await naiveBayes().fit(
    { rows: 4, columns: 1, data: new Float32Array(4).fill(3) },
    two,
    {},
  )
  const even = (await same.predict({
    rows: 1,
    columns: 1,
    data: Float32Array.of(3),
  })) as ClassPrediction
  expect([...even.probabilities]).toEqual([0.5, 0.5])
})
