import { expect, test } from 'vitest'
import type { Layer } from '../../src/network/layers.ts'
import { normals, scoresOf, someWeights, type Tensors } from './helpers.ts'

/** An output layer that hands on what comes in, without a bias. */
function identity(name: string, size: number): Tensors {
  const kernel = new Float64Array(size * size)
  for (let i = 0; i < size; i++) kernel[i * size + i] = 1
  return { [`${name}.kernel`]: kernel }
}

const bare: Layer = { kind: 'output', bias: false }

/** What one layer makes of examples. */
async function after(
  layer: Layer,
  input: readonly number[],
  size: number,
  x: ArrayLike<number>,
  weights: Tensors = {},
  statistics: Tensors = {},
): Promise<number[]> {
  const all = { ...weights, ...identity('layers.1', size) }
  const given = Float64Array.from(x)
  return [...(await scoresOf([layer, bare], input, size, given, all, statistics))]
}

const close = (found: readonly number[], wanted: readonly number[]): void => {
  expect(found.length).toBe(wanted.length)
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i]!, 10)
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** Row vector times matrix [inputs, outputs], a part of the columns. */
function times(
  vector: readonly number[],
  matrix: Float64Array,
  from: number,
  to: number,
): number[] {
  const width = matrix.length / vector.length
  return Array.from({ length: to - from }, (_, j) =>
    vector.reduce((sum, value, i) => sum + value * matrix[i * width + from + j]!, 0),
  )
}

// The equations of each, written out for one example of 3 steps of 2 features, 2 units.
test('an lstm follows its equations', async () => {
  const layer: Layer = { kind: 'lstm', units: 2, sequences: true }
  const x = normals('lstm', 6)
  const weights = someWeights([layer], [3, 2], 1)
  const [kernel, recurrent, bias] = ['kernel', 'recurrent', 'bias'].map(
    (part) => weights[`layers.0.${part}`]!,
  ) as [Float64Array, Float64Array, Float64Array]
  let [state, cell] = [
    [0, 0],
    [0, 0],
  ]
  const wanted: number[] = []
  for (let t = 0; t < 3; t++) {
    const fed = times([...x.subarray(2 * t, 2 * t + 2)], kernel, 0, 8)
    const back = times(state, recurrent, 0, 8)
    const z = fed.map((value, i) => value + back[i]! + bias[i]!)
    const gate = (at: number, unit: number): number => sigmoid(z[2 * at + unit]!)
    cell = cell.map((c, u) => gate(1, u) * c + gate(0, u) * Math.tanh(z[6 + u]!))
    state = cell.map((c, u) => gate(2, u) * Math.tanh(c))
    wanted.push(...state)
  }
  close(await after(layer, [3, 2], 6, x, weights), wanted)
})

test('a gru follows its equations, backwards from the last step', async () => {
  const gru = { kind: 'gru', units: 2 } as const
  const layer: Layer = { kind: 'bidirectional', layer: gru }
  const x = normals('gru', 6)
  const weights = someWeights([layer], [3, 2], 1)
  const run = (way: string, order: readonly number[]): number[] => {
    const [kernel, recurrent, bias, own] = ['kernel', 'recurrent', 'bias', 'recurrentBias'].map(
      (part) => weights[`layers.0.${way}.${part}`]!,
    ) as [Float64Array, Float64Array, Float64Array, Float64Array]
    let state = [0, 0]
    for (const t of order) {
      const fed = times([...x.subarray(2 * t, 2 * t + 2)], kernel, 0, 6).map((v, i) => v + bias[i]!)
      const back = times(state, recurrent, 0, 6)
      state = state.map((h, u) => {
        const update = sigmoid(fed[u]! + back[u]!)
        const reset = sigmoid(fed[2 + u]! + back[2 + u]!)
        const candidate = Math.tanh(fed[4 + u]! + reset * (back[4 + u]! + own[u]!))
        return update * h + (1 - update) * candidate
      })
    }
    return state
  }
  const wanted = [...run('forward', [0, 1, 2]), ...run('backward', [2, 1, 0])]
  close(await after(layer, [3, 2], 4, x, weights), wanted)
})

test('a convolution with same padding and a stride puts the odd zero after the end', async () => {
  const x = [1, 2, 3, 4]
  const weights = {
    'layers.0.kernel': Float64Array.of(1, 10, 100),
    'layers.0.bias': Float64Array.of(0.5),
  }
  const layer = { kind: 'conv1d', filters: 1, size: 3, padding: 'same' } as const
  // Zero before, two after: 0 1 2, 1 2 3, …
  close(await after(layer, [4, 1], 4, x, weights), [210.5, 321.5, 432.5, 43.5])
  // Two places of stride 2 need one zero, which stands after: 1 2 3, 3 4 0.
  close(await after({ ...layer, stride: 2 }, [4, 1], 2, x, weights), [321.5, 43.5])
})

test('a convolution over an image sums over its channels', async () => {
  const x = [1, 2, 3, 4, 10, 20, 30, 40]
  const weights = {
    'layers.0.kernel': Float64Array.of(1, 0, 0, 1, 0, 1, 1, 0),
    'layers.0.bias': Float64Array.of(0),
  }
  const layer: Layer = { kind: 'conv2d', filters: 1, size: 2 }
  close(await after(layer, [2, 2, 2], 1, x, weights), [1 + 4 + 20 + 30])
})

test('pools leave their padding out', async () => {
  const x = [-1, -2, -3]
  const pool = { size: 2, padding: 'same' } as const
  close(await after({ kind: 'averagePool1d', ...pool }, [3, 1], 2, x), [-1.5, -3])
  close(await after({ kind: 'maxPool1d', ...pool }, [3, 1], 2, x), [-1, -3])
})

test('an image becomes a sequence of its columns or rows', async () => {
  // Two channels of two rows and three columns.
  const x = [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]
  const columns = [1, 4, 10, 40, 2, 5, 20, 50, 3, 6, 30, 60]
  const rows = [1, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, 60]
  close(await after({ kind: 'sequence' }, [2, 2, 3], 12, x), columns)
  close(await after({ kind: 'sequence', over: 'rows' }, [2, 2, 3], 12, x), rows)
})

test('batch normalisation in use goes by its running statistics', async () => {
  const weights = {
    'layers.0.gain': Float64Array.of(2, 1),
    'layers.0.offset': Float64Array.of(0, 5),
  }
  const statistics = {
    'layers.0.mean': Float64Array.of(1, 0),
    'layers.0.variance': Float64Array.of(4, 9),
  }
  const layer: Layer = { kind: 'batchNorm', epsilon: 1e-12 }
  const found = await after(layer, [2], 2, [3, 6, 1, -3], weights, statistics)
  close(found, [2, 7, 0, 4])
})

test('layer normalisation takes an image as a whole, with gains by channel', async () => {
  const weights = {
    'layers.0.gain': Float64Array.of(1, 10),
    'layers.0.offset': Float64Array.of(0, 1),
  }
  const layer: Layer = { kind: 'layerNorm', epsilon: 1e-12 }
  // Mean 0 and variance 1 already.
  close(await after(layer, [2, 1, 2], 4, [1, -1, 1, -1], weights), [1, -1, 11, -9])
})

test('embedded columns stand after the others', async () => {
  const layer: Layer = {
    kind: 'columnEmbedding',
    columns: [{ column: 1, categories: 2, units: 2 }],
  }
  const weights = { 'layers.0.column1': Float64Array.of(1, 2, 3, 4) }
  close(await after(layer, [3], 4, [7, 1, 9, 5, 0, 6], weights), [7, 9, 3, 4, 5, 6, 1, 2])
})

// Of [-1.5, 0, 2] with the functions of Python's math module, rounded to six places.
test.each([
  ['relu', [0, 0, 2]],
  ['leakyRelu', [-0.015, 0, 2]],
  ['elu', [-0.77687, 0, 2]],
  ['selu', [-1.365814, 0, 2.101402]],
  ['gelu', [-0.100211, 0, 1.9545]],
  ['swish', [-0.273638, 0, 1.761594]],
  ['tanh', [-0.905148, 0, 0.964028]],
  ['sigmoid', [0.182426, 0.5, 0.880797]],
  ['softplus', [0.201413, 0.693147, 2.126928]],
  ['exponential', [0.22313, 1, 7.389056]],
  ['linear', [-1.5, 0, 2]],
  ['softmax', [0.025909, 0.116115, 0.857977]],
] as const)('the activation %s', async (activation, wanted) => {
  const found = await after({ kind: 'activation', activation }, [3], 3, [-1.5, 0, 2])
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i]!, 6)
})
