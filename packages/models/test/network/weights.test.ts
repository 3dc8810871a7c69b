import { createRng } from '@attune/core'
import { expect, test } from 'vitest'
import { checkNetwork } from '../../src/network/check-network.ts'
import { fillMask, fillNormal } from '../../src/network/draws.ts'
import { createFeeder, orderOf } from '../../src/network/feed.ts'
import { initialize } from '../../src/network/init.ts'
import type { Initializer, Layer } from '../../src/network/layers.ts'
import { codingOf } from '../../src/network/targets.ts'
import { drawsOf, initialWeights, weightsOf } from '../../src/network/weights.ts'
import { exclusiveOr, points } from './data.ts'

const moments = (values: Float32Array): { mean: number; variance: number } => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, variance: squares / values.length }
}

// Of 20 000 numbers the variance is off by about a hundredth.
test.each<[Initializer, number]>([
  ['glorotUniform', 2 / 250],
  ['glorotNormal', 2 / 250],
  ['heUniform', 2 / 200],
  ['heNormal', 2 / 200],
  ['lecunUniform', 1 / 200],
  ['lecunNormal', 1 / 200],
  ['zeros', 0],
])('%s has the variance %d', (kind, wanted) => {
  const values = new Float32Array(20_000).fill(9)
  initialize(kind, values, { in: 200, out: 50 }, 200, createRng(kind))
  const { mean, variance } = moments(values)
  expect(Math.abs(variance - wanted)).toBeLessThanOrEqual(0.05 * wanted)
  expect(Math.abs(mean)).toBeLessThan(0.003)
  const limit = Math.max(...values.map(Math.abs))
  if (kind.endsWith('Uniform')) expect(limit).toBeLessThanOrEqual(Math.sqrt(3 * wanted) + 1e-6)
  if (kind.endsWith('Normal')) expect(limit).toBeGreaterThan(3 * Math.sqrt(wanted))
})

test.each([
  [3, 7],
  [7, 3],
])('an orthogonal matrix of %d rows and %d columns', (rows, columns) => {
  const values = new Float32Array(rows * columns)
  initialize('orthogonal', values, { in: rows, out: columns }, rows, createRng('orthogonal'))
  const fewer = Math.min(rows, columns)
  const [across, along] = rows < columns ? [columns, 1] : [1, columns]
  for (let i = 0; i < fewer; i++) {
    for (let j = 0; j < fewer; j++) {
      let product = 0
      for (let k = 0; k < Math.max(rows, columns); k++) {
        product += values[i * across + k * along]! * values[j * across + k * along]!
      }
      expect(product).toBeCloseTo(i === j ? 1 : 0, 6)
    }
  }
})

test('an lstm begins remembering, with an orthogonal matrix a gate', () => {
  const layers: Layer[] = [{ kind: 'lstm', units: 3 }]
  const weights = initialWeights(weightsOf(checkNetwork(layers, [4, 2], 2)), 1)
  expect([...weights['layers.0.bias']!]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
  const recurrent = weights['layers.0.recurrent']!
  for (let gate = 0; gate < 4; gate++) {
    const row = Array.from({ length: 3 }, (_, i) => recurrent[12 + 3 * gate + i]!)
    expect(row.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 6)
  }
})

test('weights depend on the seed and their name alone', () => {
  const dense: Layer = { kind: 'dense', units: 3, activation: 'selu' }
  const some = (layers: Layer[], seed: number): Record<string, Float32Array> =>
    initialWeights(weightsOf(checkNetwork(layers, [2], 2)), seed)
  const [one, more] = [some([dense], 1), some([dense, dense], 1)]
  expect(more['layers.0.kernel']).toEqual(one['layers.0.kernel'])
  expect(some([dense], 2)['layers.0.kernel']).not.toEqual(one['layers.0.kernel'])
})

test('masks keep the mean, and noise has its deviation', () => {
  const mask = new Float32Array(20_001)
  fillMask(createRng('mask'), mask, 0.3)
  const zeros = mask.reduce((count, value) => count + (value === 0 ? 1 : 0), 0)
  expect(zeros / 20_001).toBeCloseTo(0.3, 1.5)
  expect(new Set(mask).size).toBe(2)
  expect(Math.max(...mask)).toBeCloseTo(1 / 0.7, 4)
  const noise = new Float32Array(20_001)
  fillNormal(createRng('noise'), noise, 3)
  const { mean, variance } = moments(noise)
  expect(Math.abs(mean)).toBeLessThan(0.1)
  expect(Math.sqrt(variance)).toBeCloseTo(3, 1)
})

test('order, masks and noise are new in every epoch, and the same again for the same seed', () => {
  const x = points(9, 2)
  const y = exclusiveOr(x)
  const layers: Layer[] = [{ kind: 'gaussianNoise', sd: 1 }]
  const draws = drawsOf(checkNetwork(layers, [2], 2))
  const coding = codingOf(y, 'crossEntropy', { labelSmoothing: 0, scaleTarget: true })
  const examples = { x, y, weights: new Float32Array(9).fill(1) }
  const feeder = createFeeder(examples, coding, draws, 4, 1)
  const rows = Int32Array.from({ length: 9 }, (_, i) => i)
  const noiseOf = (epoch: number, batch: number): number[] => [
    ...feeder(rows, epoch, batch).feed['layers.0.noise']!,
  ]
  expect(noiseOf(0, 2).length).toBe(2)
  const seen = [noiseOf(0, 0), noiseOf(0, 1), noiseOf(1, 0), noiseOf(1, 1)]
  expect(new Set(seen.map(String)).size).toBe(4)
  expect(noiseOf(1, 0)).toEqual(seen[2])
  const orders = [0, 1, 2].map((epoch) => [...orderOf(rows, 1, epoch)])
  expect(new Set(orders.map(String)).size).toBe(3)
  for (const order of orders) expect([...order].sort()).toEqual([...rows])
})
