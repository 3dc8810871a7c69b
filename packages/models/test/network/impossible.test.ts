import type { Problem } from '@attune/core'
import { AttuneError } from '@attune/core'
import { expect, test } from 'vitest'
import { layersFromSpace } from '../../src/network/blocks.ts'
import { checkNetwork, networkProblems } from '../../src/network/check-network.ts'
import type { Layer } from '../../src/network/layers.ts'

const paths = (layers: readonly Layer[], input: readonly number[]): string[] =>
  networkProblems(layers, input).map((problem) => problem.path)

test('pooling to nothing is refused with the layer named', () => {
  const pool: Layer = { kind: 'maxPool2d', size: 2 }
  const layers: Layer[] = [pool, pool, pool, { kind: 'flatten' }]
  expect(networkProblems(layers, [1, 6, 6])).toEqual([
    {
      path: 'layers.2 (maxPool2d)',
      message:
        'has a size of 2 × 2, but only an image [1, 1, 1] comes in, so that nothing is left; make it ' +
        "smaller, leave out a layer that shrinks before it, or set padding: 'same'.",
    },
  ])
})

test('a kernel larger than the image is refused, and what follows from it is not told again', () => {
  const layers: Layer[] = [
    { kind: 'conv2d', filters: 4, size: [3, 7] },
    { kind: 'maxPool2d', size: 2 },
    { kind: 'flatten' },
    { kind: 'dense', units: 3 },
  ]
  expect(paths(layers, [1, 6, 6])).toEqual(['layers.0 (conv2d)'])
})

test('every problem is told at once', () => {
  const layers = [
    { kind: 'conv2d', filters: 4, size: 9 },
    { kind: 'dense', units: 2 },
    { kind: 'lstm', units: 2 },
    { kind: 'dense', units: 0, wide: true },
    { kind: 'dropOut', rate: 0.5 },
    { kind: 'dropout', rate: 1 },
    { kind: 'residual', layers: [{ kind: 'flatten', units: 3 }] },
    { kind: 'bidirectional', layer: { kind: 'dense', units: 3 } },
  ] as unknown as Layer[]
  const problems = networkProblems(layers, [1, 8, 8])
  expect(problems.map(({ path }) => path)).toEqual([
    'layers.0 (conv2d)',
    'layers.1 (dense)',
    'layers.2 (lstm)',
    'layers.3 (dense)',
    'layers.3 (dense)',
    'layers.4',
    'layers.5 (dropout)',
    'layers.6.layers.0 (flatten)',
    'layers.7.layer (dense)',
  ])
  expect(problems[5]!.message).toContain('did you mean dropout?')
})

test.each<[string, Layer[], number[]]>([
  ['layers.0 (dense)', [{ kind: 'dense', units: 2 }], [1, 4, 4]],
  ['layers.0 (conv2d)', [{ kind: 'conv2d', filters: 1, size: 1 }], [4]],
  ['layers.0 (conv1d)', [{ kind: 'conv1d', filters: 1, size: 5 }], [4, 1]],
  ['layers.0 (globalMaxPool)', [{ kind: 'globalMaxPool' }], [4]],
  ['layers.0 (sequence)', [{ kind: 'sequence' }], [4, 2]],
  ['layers.0 (reshape)', [{ kind: 'reshape', shape: [3, -1] }], [4]],
  [
    'layers.0 (columnEmbedding)',
    [{ kind: 'columnEmbedding', columns: [{ column: 4, categories: 2, units: 1 }] }],
    [4],
  ],
  [
    'layers.1 (embedding)',
    [{ kind: 'flatten' }, { kind: 'embedding', vocabulary: 3, units: 2 }],
    [4],
  ],
  ['layers.0 (output)', [{ kind: 'output' }, { kind: 'flatten' }], [4]],
  ['layers.0 (residual)', [{ kind: 'residual', layers: [{ kind: 'dense', units: 3 }] }], [4]],
  ['layers.0 (bidirectional)', [{ kind: 'bidirectional', layer: { kind: 'gru', units: 2 } }], [4]],
  ['inputShape', [], [4, 0]],
])('%s of a shape that it cannot take is refused', (path, layers, input) => {
  expect(paths(layers, input)).toEqual([path])
})

test('the refusal carries its problems', () => {
  const layers: Layer[] = [{ kind: 'conv2d', filters: 1, size: 9 }]
  let thrown: unknown
  try {
    checkNetwork(layers, [1, 4, 4], 2)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(AttuneError)
  const { code, details, message } = thrown as AttuneError
  expect(code).toBe('models/impossible')
  expect((details as unknown as Problem[])[0]!.path).toBe('layers.0 (conv2d)')
  expect(message).toContain('layers.0 (conv2d): has a size of 9 × 9')
})

test('sizes go through all forms, and the output is added', () => {
  const layers = layersFromSpace({
    blocks: [{ filters: 3, pool: 'max', batchNorm: true }],
    hidden: [{ units: 5, dropout: 0.5 }],
  })
  const plan = checkNetwork(layers, [1, 7, 6], 2)
  expect(plan.layers.map(({ layer, output }) => [layer.kind, output])).toEqual([
    ['conv2d', [3, 7, 6]],
    ['batchNorm', [3, 7, 6]],
    ['activation', [3, 7, 6]],
    ['maxPool2d', [3, 3, 3]],
    ['flatten', [27]],
    ['dense', [5]],
    ['dropout', [5]],
    ['output', [2]],
  ])
})
