import { describe, expect, it } from 'vitest'
import { type GraphBuilder, createGraphBuilder } from '../../src/graph/builder.ts'
import type { Dims } from '../../src/graph/ir.ts'
import * as op from '../../src/graph/operators.ts'

const dims = (build: (g: GraphBuilder) => { readonly dims: Dims }): Dims =>
  build(createGraphBuilder('shapes')).dims

describe('shapes follow from the operators', () => {
  const of =
    (...sizes: Dims) =>
    (g: GraphBuilder, name = 'x') =>
      g.input(name, sizes)
  const images = of('batch', 3, 8, 6)
  const cases: readonly [string, (g: GraphBuilder) => { readonly dims: Dims }, Dims][] = [
    ['broadcasting', (g) => op.add(g, of('batch', 1, 4)(g), of(3, 1)(g, 'y')), ['batch', 3, 4]],
    ['a number', (g) => op.mul(g, 2, of('batch', 4)(g)), ['batch', 4]],
    ['matmul', (g) => op.matmul(g, of('t', 'batch', 4)(g), of(4, 2)(g, 'y')), ['t', 'batch', 2]],
    [
      'gemm',
      (g) => op.gemm(g, of(4, 'batch')(g), of(5, 4)(g, 'y'), { transA: true, transB: true }),
      ['batch', 5],
    ],
    [
      'reshape of an open size',
      (g) => op.reshape(g, of('batch', 4, 3)(g), [-1, 3]),
      ['4*batch', 3],
    ],
    [
      'and back',
      (g) => op.reshape(g, op.reshape(g, of('batch', 4, 3)(g), [-1, 3]), [-1, 4, 3]),
      ['batch', 4, 3],
    ],
    ['flatten', (g) => op.flatten(g, images(g)), ['batch', 144]],
    [
      'concat',
      (g) => op.concat(g, [of('a', 2)(g), of('b', 2)(g, 'y'), of(3, 2)(g, 'z')], 0),
      ['a+b+3', 2],
    ],
    [
      'slice of an open size',
      (g) => op.slice(g, of('batch', 4)(g), [{ axis: 0, start: 1, end: -2 }]),
      ['batch-3', 4],
    ],
    ['slice backwards', (g) => op.slice(g, of(9)(g), [{ axis: 0, step: -2 }]), [5]],
    [
      'pad',
      (g) =>
        op.pad(g, of('batch', 4)(g), [
          [1, 1],
          [0, 3],
        ]),
      ['batch+2', 7],
    ],
    [
      'gather',
      (g) => op.gather(g, of(9, 5)(g), g.input('i', ['batch', 7], 'int64')),
      ['batch', 7, 5],
    ],
    ['oneHot', (g) => op.oneHot(g, g.input('i', ['batch'], 'int64'), 4), ['batch', 4]],
    ['argMax', (g) => op.argMax(g, of('batch', 4)(g)), ['batch']],
    [
      'reduceMean',
      (g) => op.reduceMean(g, images(g), { axes: [-1, 1], keep: true }),
      ['batch', 1, 8, 1],
    ],
    ['conv, valid', (g) => op.conv(g, images(g), of(5, 3, 3, 2)(g, 'w')), ['batch', 5, 6, 5]],
    [
      'conv, same, strides',
      (g) => op.conv(g, images(g), of(5, 3, 3, 4)(g, 'w'), { pads: 'same', strides: [3, 4] }),
      ['batch', 5, 3, 2],
    ],
    [
      'convTranspose, same',
      (g) =>
        op.convTranspose(g, images(g), of(3, 5, 3, 2)(g, 'w'), { pads: 'same', strides: [2, 3] }),
      ['batch', 5, 16, 18],
    ],
    ['maxPool', (g) => op.maxPool(g, images(g), { kernel: [3, 3] }), ['batch', 3, 2, 2]],
    ['globalMaxPool', (g) => op.globalMaxPool(g, images(g)), ['batch', 3, 1, 1]],
    [
      'softmaxCrossEntropy',
      (g) => op.softmaxCrossEntropy(g, of('batch', 4)(g), of('batch', 4)(g, 't')),
      ['batch'],
    ],
  ]
  it.each(cases)('%s', (_, build, expected) => {
    expect(dims(build)).toEqual(expected)
  })
})

describe('what cannot be is refused with its shapes', () => {
  const x = (g: GraphBuilder) => g.input('x', ['batch', 3])
  const images = (g: GraphBuilder) => g.input('x', ['batch', 3, 8, 6])
  const cases: readonly [string, (g: GraphBuilder) => unknown, RegExp][] = [
    [
      'sizes that do not fit',
      (g) => op.add(g, x(g), g.input('y', [4])),
      /Add of \[batch, 3\] and \[4\]: the sizes 3 and 4/,
    ],
    [
      'an open size against a number',
      (g) => op.add(g, x(g), g.input('y', [7, 3])),
      /sizes batch and 7/,
    ],
    ['element types', (g) => op.add(g, x(g), g.input('y', [3], 'int64')), /Add of float and int64/],
    [
      'a bool in arithmetic',
      (g) => op.exp(g, op.greater(g, x(g), 0)),
      /Exp takes float, but greater_\d+ is bool/,
    ],
    [
      'matmul',
      (g) => op.matmul(g, x(g), g.input('y', [4, 2])),
      /MatMul of \[batch, 3\] and \[4, 2\]/,
    ],
    [
      'gemm',
      (g) => op.gemm(g, x(g), g.input('y', [3, 2]), { transB: true }),
      /\[3, 2\] \(transposed\)/,
    ],
    [
      'a bias that is too large',
      (g) => op.dense(g, x(g), g.input('y', [3, 2]), g.input('b', [4, 2])),
      /Gemm/,
    ],
    [
      'transpose',
      (g) => op.transpose(g, x(g), [0, 0]),
      /every axis from 0 to 1 must be named once/,
    ],
    ['reshape', (g) => op.reshape(g, x(g), [4, 3]), /3\*batch elements before and 12 after/],
    ['reshape to parts', (g) => op.reshape(g, x(g), [-1, 2]), /cannot be shared out in parts of 2/],
    ['squeeze', (g) => op.squeeze(g, x(g), [1]), /only axes of size 1/],
    [
      'an axis',
      (g) => op.softmax(g, x(g), 2),
      /Softmax along axis 2 of \[batch, 3\]: there are the axes -2 to 1/,
    ],
    [
      'concat',
      (g) => op.concat(g, [x(g), g.input('y', ['batch', 4])], 0),
      /all other sizes must be equal/,
    ],
    ['split', (g) => op.split(g, x(g), [1, 1], 1), /must add up to 3/],
    [
      'slice of an open size',
      (g) => op.slice(g, x(g), [{ axis: 0, end: 3 }]),
      /Slice of the open size batch/,
    ],
    ['expand', (g) => op.expand(g, g.input('y', [2]), [4]), /2 and 4 do not fit/],
    ['pads', (g) => op.pad(g, x(g), [[1, 1]]), /every axis needs two whole numbers/],
    ['indices that are floats', (g) => op.gather(g, x(g), x2(g)), /takes int64, but y is float/],
    [
      'a window too large',
      (g) => op.conv(g, images(g), g.input('w', [1, 3, 9, 3])),
      /reaches over 9 places does not fit into 8/,
    ],
    ['channels', (g) => op.conv(g, images(g), g.input('w', [1, 2, 3, 3])), /\[1, 2, 3, 3\]/],
    [
      'a bias of other units',
      (g) => op.conv(g, images(g), g.input('w', [2, 3, 3, 3]), { bias: g.input('b', [3]) }),
      /each of 2 units/,
    ],
    [
      'strides',
      (g) => op.conv(g, images(g), g.input('w', [2, 3, 3, 3]), { strides: [0, 1] }),
      /strides \[0, 1\] must be 2 whole numbers from 1 up/,
    ],
    [
      'output padding',
      (g) =>
        op.convTranspose(g, images(g), g.input('w', [3, 2, 3, 3]), {
          strides: [2, 2],
          outputPadding: [2, 0],
        }),
      /output padding/,
    ],
    [
      'pads of a pool',
      (g) => op.maxPool(g, images(g), { kernel: [2, 2], pads: [2, 0, 0, 0] }),
      /no window lies outside/,
    ],
    [
      'an open spatial size',
      (g) => op.maxPool(g, g.input('y', [1, 1, 'n']), { kernel: [2] }),
      /n is open/,
    ],
    ['values of a constant', (g) => g.constant([1, 2, 3], [2, 2]), /4 elements, but 3 values/],
    ['a name taken', (g) => [x(g), x(g)], /names must be there and be used once/],
    [
      'an open size that is no name',
      (g) => g.input('y', ['2*batch']),
      /a whole number from 0 up or a name/,
    ],
    [
      'a tensor of another graph',
      (g) => op.neg(g, x(createGraphBuilder('other'))),
      /not of the graph "refusals"/,
    ],
  ]
  const x2 = (g: GraphBuilder) => g.input('y', [2])
  it.each(cases)('%s', (_, build, message) => {
    const g = createGraphBuilder('refusals')
    expect(() => build(g)).toThrow(
      expect.objectContaining({
        code: 'models/impossible',
        message: expect.stringMatching(message),
      }),
    )
  })
})

describe('a finished graph', () => {
  it('has the names of its outputs and nothing that no output needs', () => {
    const g = createGraphBuilder('small')
    const x = g.input('x', ['batch', 2])
    const unused = g.input('unused', [1])
    const y = op.relu(g, op.mul(g, x, 3))
    op.exp(g, op.add(g, y, unused))
    g.output('y', y)
    const graph = g.finish()
    expect(graph.nodes.map((node) => node.op)).toEqual(['Mul', 'Relu'])
    expect(graph.nodes.at(-1)?.outputs).toEqual(['y'])
    expect(graph.inputs.map((input) => input.name)).toEqual(['x', 'unused'])
    expect([...graph.constants.values()]).toEqual([
      { element: 'float', dims: [], values: Float64Array.of(3) },
    ])
    expect(graph.outputs).toEqual([{ name: 'y', element: 'float', dims: ['batch', 2] }])
    expect(graph.types.get('y')).toEqual({ element: 'float', dims: ['batch', 2] })
  })

  it('copies what is an output twice, or an input too', () => {
    const g = createGraphBuilder('copies')
    const x = g.input('x', [2])
    const y = op.neg(g, x)
    g.output('a', y)
    g.output('b', y)
    g.output('same', x)
    const graph = g.finish()
    expect(graph.nodes).toEqual([
      { op: 'Neg', inputs: ['x'], outputs: ['a'] },
      { op: 'Identity', inputs: ['a'], outputs: ['b'] },
      { op: 'Identity', inputs: ['x'], outputs: ['same'] },
    ])
  })

  it('makes the same operator on the same inputs once', () => {
    const g = createGraphBuilder('once')
    const x = g.input('x', [2])
    expect(op.mul(g, x, 2)).toBe(op.mul(g, x, 2))
    expect(op.elu(g, x, 1)).not.toBe(op.elu(g, x, 2))
    expect(g.constant([0])).not.toBe(g.constant([-0]))
  })

  it('leaves out the places of a pool where no gradient asks for them', () => {
    const g = createGraphBuilder('pool')
    g.output('y', op.maxPool(g, g.input('x', [1, 1, 4]), { kernel: [2] }))
    expect(g.finish().nodes[0]?.outputs).toEqual(['y'])
  })

  it('takes the pool of a Relu before it', () => {
    const g = createGraphBuilder('pool')
    g.output('y', op.maxPool(g, op.relu(g, g.input('x', [1, 1, 4])), { kernel: [2] }))
    expect(g.finish().nodes.map((node) => node.op)).toEqual(['MaxPool', 'Relu'])
  })
})
