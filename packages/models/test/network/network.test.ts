import type { AttuneError } from '@attune/core'
import { expect, test } from 'vitest'
import type { OptimizerSpec } from '../../src/engine/optimizer.ts'
import type { Prediction } from '../../src/matrix.ts'
import type { Layer } from '../../src/network/layers.ts'
import { network } from '../../src/network/network.ts'
import type { NetworkOptions } from '../../src/network/options.ts'
import { exclusiveOr, points, products } from './data.ts'

const x = points(20, 2)
const y = exclusiveOr(x)

const probabilitiesOf = (prediction: Prediction): Float64Array => {
  if (prediction.kind !== 'classes') throw new Error('no classes')
  return prediction.probabilities
}

const valuesOf = (prediction: Prediction): Float64Array => {
  if (prediction.kind !== 'numbers') throw new Error('no numbers')
  return prediction.values
}

/** The last loss of learning. */
async function lossAfter(options: Partial<NetworkOptions>): Promise<number> {
  let loss = Number.NaN
  const report = (progress: { metrics: Readonly<Record<string, number>> }): 'continue' => {
    loss = progress.metrics['loss']!
    return 'continue'
  }
  await network().fit(x, y, options, { seed: 1, report })
  return loss
}

const small = { depth: 1, units: 16, batch: 8, activation: 'tanh' } as const

const optimizers: (OptimizerSpec & { rate: number })[] = [
  { kind: 'sgd', rate: 0.5 },
  { kind: 'momentum', rate: 0.1 },
  { kind: 'nesterov', rate: 0.1 },
  { kind: 'rmsprop', rate: 0.03 },
  { kind: 'adam', rate: 0.05 },
  { kind: 'adamw', rate: 0.05 },
]

test.each(optimizers)('$kind learns a small set by heart', async (optimizer) => {
  expect(await lossAfter({ ...small, optimizer, epochs: 150 })).toBeLessThan(0.03)
})

test('numbers are learnt in their own unit, whatever it is', async () => {
  const target = products(x)
  for (const loss of ['squared', 'absolute', 'huber'] as const) {
    const optimizer = { kind: 'adam', rate: 0.05 } as const
    const options = {
      ...small,
      loss,
      optimizer,
      schedule: { kind: 'cosine' },
      epochs: 150,
    } as const
    const model = await network().fit(x, target, options)
    const values = valuesOf(await model.predict(x))
    const apart = values.map((value, i) => Math.abs(value - target.values[i]!))
    // The targets lie in 50 … 150.
    expect(apart.reduce((sum, distance) => sum + distance, 0) / 20, loss).toBeLessThan(4)
  }
})

test('the same seed gives the same bits, another one others', async () => {
  const options = { ...small, epochs: 3, dropout: 0.3, noise: 0.1, batchNorm: true }
  const fit = async (seed: number): Promise<unknown> =>
    (await network().fit(x, y, options, { seed })).tensors
  const first = await fit(1)
  expect(await fit(1)).toEqual(first)
  expect(await fit(2)).not.toEqual(first)
})

test('the last batch may be smaller, and counts by its rows', async () => {
  // One step of plain gradient descent a batch, so both halves of an uneven split can be checked.
  const options: Partial<NetworkOptions> = {
    depth: 0,
    optimizer: { kind: 'sgd', rate: 1e-6 },
    epochs: 1,
    batch: 8,
  }
  const losses = await Promise.all([8, 20].map((batch) => lossAfter({ ...options, batch })))
  expect(losses[0]).toBeCloseTo(losses[1]!, 5)
})

test('weights of rows, and of labels, count as rows that come more often', async () => {
  const options: Partial<NetworkOptions> = {
    depth: 0,
    epochs: 1,
    batch: 100,
    optimizer: { kind: 'sgd', rate: 1 },
  }
  const twice = (code: number): number[] =>
    Array.from(y.codes.keys()).flatMap((i) => (y.codes[i] === code ? [i, i] : [i]))
  const rows = twice(1)
  const more = {
    rows: rows.length,
    columns: 2,
    data: Float32Array.from(rows.flatMap((i) => [x.data[2 * i]!, x.data[2 * i + 1]!])),
  }
  const again = { ...y, codes: Int32Array.from(rows, (i) => y.codes[i]!) }
  const copied = await network().fit(more, again, options)
  const weights = Float64Array.from(y.codes, (code) => (code === 1 ? 2 : 1))
  const weighted = await network().fit(x, y, options, { weights })
  // Weights of labels are taken as they are, so these have the mean 1 that those of rows are given.
  const share = 20 / rows.length
  const classWeights = { alike: 2 * share, unlike: share }
  const byLabel = await network().fit(x, y, { ...options, classWeights })
  for (const [name, values] of Object.entries(copied.tensors)) {
    for (const [i, value] of values.entries()) {
      expect(weighted.tensors[name]![i]).toBeCloseTo(value, 5)
      expect(byLabel.tensors[name]![i]).toBeCloseTo(value, 5)
    }
  }
})

test('dropout, noise and batch statistics are for learning alone', async () => {
  const layers: Layer[] = [
    { kind: 'dense', units: 8 },
    { kind: 'batchNorm' },
    { kind: 'gaussianNoise', sd: 5 },
    { kind: 'dropout', rate: 0.9 },
  ]
  const model = await network().fit(x, y, { layers, epochs: 2 })
  const all = probabilitiesOf(await model.predict(x))
  expect(probabilitiesOf(await model.predict(x))).toEqual(all)
  const alone = probabilitiesOf(await model.predict({ ...x, rows: 1, data: x.data.slice(0, 2) }))
  // In training a single row would be normalised to nothing.
  expect(alone[0]).toBeCloseTo(all[0]!, 6)
})

test('running statistics are means over the batches, right from the first one', async () => {
  const layers: Layer[] = [{ kind: 'batchNorm' }]
  const run = { ...{ epochs: 1, batch: 20, layers } }
  const { tensors } = await network().fit(x, y, run)
  const column = Array.from({ length: 20 }, (_, i) => x.data[2 * i]!)
  const mean = column.reduce((sum, value) => sum + value, 0) / 20
  const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 20
  expect(tensors['layers.0.mean']![0]).toBeCloseTo(mean, 6)
  expect(tensors['layers.0.variance']![0]).toBeCloseTo(variance, 6)
})

test('penalties pull weights to zero, and not the biases', async () => {
  const options: Partial<NetworkOptions> = {
    depth: 0,
    epochs: 50,
    optimizer: { kind: 'sgd', rate: 0.1 },
  }
  const free = await network().fit(x, y, options)
  const size = async (more: Partial<NetworkOptions>): Promise<number> => {
    const { tensors } = await network().fit(x, y, { ...options, ...more })
    return Math.max(...tensors['layers.0.kernel']!.map(Math.abs))
  }
  const before = Math.max(...free.tensors['layers.0.kernel']!.map(Math.abs))
  expect(await size({ l2: 5 })).toBeLessThan(before / 4)
  expect(await size({ l1: 0.5 })).toBeLessThan(before / 4)
  // The layer's own penalty goes before the network's.
  expect(await size({ l2: 5, layers: [{ kind: 'output', l2: 0 }] })).toBe(before)
})

test('a model is made again from its plain data', async () => {
  const layers: Layer[] = [{ kind: 'dense', units: 3, activation: 'gelu' }, { kind: 'batchNorm' }]
  const model = await network().fit(x, y, { layers, epochs: 2, loss: 'binary' })
  const again = network().load(JSON.parse(JSON.stringify(model.toJSON())))
  expect(again.tensors).toEqual(model.tensors)
  expect(await again.predict(x)).toEqual(await model.predict(x))
  expect(again.layers).toEqual(model.layers)
})

test('the graph says what the model says', async () => {
  const { nativeExecutor } = await import('../../src/engine/choose-executor.ts')
  const executor = await nativeExecutor()
  const target = products(x)
  const layers: Layer[] = [{ kind: 'dense', units: 3 }, { kind: 'batchNorm' }]
  const numbers = await network().fit(x, target, { layers, epochs: 2 })
  const run = { dims: { rows: 20 } }
  const { values } = await (await executor.compile(numbers.graph())).run({ x: x.data }, run)
  const wanted = valuesOf(await numbers.predict(x))
  wanted.forEach((value, i) => expect(Number(values![i])).toBeCloseTo(value, 3))
  for (const loss of ['crossEntropy', 'binary'] as const) {
    const classes = await network().fit(x, y, { layers, epochs: 2, loss })
    const { probabilities } = await (
      await executor.compile(classes.graph())
    ).run({ x: x.data }, run)
    const shares = probabilitiesOf(await classes.predict(x))
    shares.forEach((share, i) => expect(Number(probabilities![i])).toBeCloseTo(share, 5))
  }
})

test('columns of categories are embedded on demand', async () => {
  const rows = 12
  const data = Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 0 : (i >> 1) % 4))
  const table = { rows, columns: 2, data, categories: [0, 4] }
  // Categories 0 and 3 against 1 and 2 cannot be told apart by a line.
  const codes = Int32Array.from({ length: rows }, (_, i) => ([0, 3].includes(i % 4) ? 1 : 0))
  const target = { kind: 'classes', codes, labels: ['a', 'b'] } as const
  const options: Partial<NetworkOptions> = {
    depth: 0,
    embedding: 'auto',
    epochs: 60,
    optimizer: { kind: 'adam', rate: 0.1 },
  }
  const model = await network().fit(table, target, options)
  expect(await model.predict(table)).toMatchObject({ codes })
  expect(model.layers[0]).toMatchObject({ columns: [{ column: 1, categories: 4, units: 3 }] })
  const strange = { ...table, data: data.slice().fill(4) }
  await expect(model.predict(strange)).rejects.toThrow('0 … 3, but row 0 has 4')
})

test('everything wrong with the options is told at once', async () => {
  const given = { unit: 3, batch: 0, loss: 'squared', optimizer: { kind: 'adam', rate: -1 } }
  const wrong = await network()
    .fit(x, y, given as unknown as NetworkOptions)
    .catch((error: unknown) => error)
  expect((wrong as AttuneError).code).toBe('models/options')
  expect((wrong as AttuneError).details).toMatchObject([
    { path: 'unit', message: expect.stringContaining('did you mean units?') },
    { path: 'batch' },
    { path: 'optimizer' },
  ])
  await expect(network().fit(x, y, { loss: 'squared' })).rejects.toThrow('classification')
  await expect(network().fit(x, y, { classWeights: { alik: 2 } })).rejects.toThrow("'alike'")
  const shape = network().fit(x, y, { inputShape: [1, 3, 3] })
  await expect(shape).rejects.toThrow('has 9 numbers, but a row has 2 columns')
})
