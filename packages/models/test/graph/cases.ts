import type { GraphBuilder, Tensor } from '../../src/graph/builder.ts'
import type { Dims } from '../../src/graph/ir.ts'
import * as op from '../../src/graph/operators.ts'
import type { Case } from './derivatives.ts'

function of(inputs: Readonly<Record<string, Dims>>, build: Case['build'], above?: number): Case {
  return above === undefined ? { inputs, build } : { inputs, build, above }
}

type Unary = (g: GraphBuilder, x: Tensor) => Tensor
type Binary = (g: GraphBuilder, a: Tensor, b: Tensor) => Tensor

const unary = (f: Unary, dims: Dims = ['batch', 4], above?: number): Case =>
  of({ x: dims }, (g, { x }) => f(g, x!), above)

const binary = (f: Binary, a: Dims, b: Dims, above?: number): Case =>
  of({ a, b }, (g, { a, b }) => f(g, a!, b!), above)

const convolved = (
  x: Dims,
  w: Dims,
  options: Omit<op.ConvOptions, 'bias'>,
  f: typeof op.conv = op.conv,
): Case =>
  of({ x, w, b: [f === op.conv ? (w[0] as number) : (w[1] as number)] }, (g, { x, w, b }) =>
    f(g, x!, w!, { ...options, bias: b! }),
  )

const labels = (g: GraphBuilder): Tensor => g.constant([2, 0, 2, 1, -1, 1], [3, 2], 'int64')

/** By operator, a graph that uses it; all can be differentiated twice. */
export const CASES: Readonly<Record<string, Case>> = {
  add: binary(op.add, ['batch', 3], [3]),
  'add both ways': binary(op.add, [2, 1, 3], [4, 1]),
  sub: binary(op.sub, [2, 3], ['batch', 1, 1]),
  mul: binary(op.mul, ['batch', 1, 2], [3, 1]),
  'mul by itself': unary((g, x) => op.mul(g, x, x)),
  div: binary(op.div, [3], ['batch', 1]),
  'div of a number': unary((g, x) => op.div(g, 2, x)),
  pow: binary(op.pow, [2, 3], [3], 0.2),
  'pow of constants': unary((g, x) => op.add(g, op.pow(g, x, 2), op.pow(g, x, 3))),
  'pow of a list of constants': unary(
    (g, x) => op.pow(g, x, g.constant([1, 2, 0.5, -1])),
    [3, 4],
    0.2,
  ),
  max: binary(op.max, ['batch', 3], [3]),
  min: binary(op.min, [3], [2, 3]),
  sum: of({ a: [2, 3], b: [3], c: [2, 1] }, (g, { a, b, c }) => op.sum(g, [a!, b!, c!])),
  neg: unary(op.neg),
  abs: unary(op.abs),
  sqrt: unary(op.sqrt, [4], 0.1),
  exp: unary(op.exp),
  log: unary(op.log, [4], 0.1),
  erf: unary(op.erf),
  'sign times x': unary((g, x) => op.mul(g, op.sign(g, x), x)),
  clip: unary((g, x) => op.clip(g, x, { min: -0.7, max: 0.9 })),
  'clip below': unary((g, x) => op.clip(g, x, { max: 0.3 })),
  where: of({ a: ['batch', 3], b: [3] }, (g, { a, b }) =>
    op.where(g, op.greater(g, a!, b!), a!, b!),
  ),
  'less and not': unary((g, x) => op.where(g, op.not(g, op.less(g, x, 0.5)), op.exp(g, x), 0.1)),
  'cast of a comparison': unary((g, x) => op.mul(g, x, op.cast(g, op.greater(g, x, 0), 'float'))),
  identity: unary(op.identity),
  relu: unary((g, x) => op.relu(g, op.mul(g, x, 0.1))),
  leakyRelu: unary((g, x) => op.leakyRelu(g, x, 0.2)),
  elu: unary((g, x) => op.elu(g, x, 0.7)),
  selu: unary(op.selu),
  gelu: unary(op.gelu),
  swish: unary(op.swish),
  tanh: unary(op.tanh),
  sigmoid: unary(op.sigmoid),
  softplus: unary(op.softplus),
  softmax: unary(op.softmax),
  'softmax along another axis': unary((g, x) => op.softmax(g, x, 1), [2, 3, 2]),
  logSoftmax: unary(op.logSoftmax),
  'logSoftmax along the first axis': unary((g, x) => op.logSoftmax(g, x, 0), [3, 2]),
  matmul: binary(op.matmul, ['batch', 3], [3, 2]),
  'matmul of stacks': binary(op.matmul, [2, 3, 2], [2, 2, 4]),
  'matmul of one and a stack': binary(op.matmul, [3, 2], [2, 2, 4]),
  'matmul of a stack and one': binary(op.matmul, ['batch', 2, 3], [3, 2]),
  'matmul of stacks that repeat': binary(op.matmul, [2, 1, 2, 3], [4, 3, 2]),
  gemm: of({ a: ['batch', 3], b: [3, 2], c: [2] }, (g, { a, b, c }) => op.dense(g, a!, b!, c!)),
  'gemm transposed first': of({ a: [3, 4], b: [3, 2], c: [4, 1] }, (g, { a, b, c }) =>
    op.gemm(g, a!, b!, { transA: true, c: c!, alpha: 0.5, beta: 2 }),
  ),
  'gemm transposed second': of({ a: [4, 3], b: [2, 3], c: [] }, (g, { a, b, c }) =>
    op.gemm(g, a!, b!, { transB: true, c: c!, alpha: 3 }),
  ),
  'gemm transposed both': binary(
    (g, a, b) => op.gemm(g, a, b, { transA: true, transB: true }),
    [3, 4],
    [2, 3],
  ),
  transpose: unary((g, x) => op.transpose(g, x, [1, 2, 0]), ['batch', 2, 3]),
  reshape: unary((g, x) => op.reshape(g, op.exp(g, x), [-1, 2]), ['batch', 4]),
  flatten: unary((g, x) => op.flatten(g, op.exp(g, x)), ['batch', 2, 2]),
  'squeeze and unsqueeze': unary(
    (g, x) => op.unsqueeze(g, op.squeeze(g, op.exp(g, x), [1]), [0, -1]),
    ['batch', 1, 2],
  ),
  concat: of({ a: [2, 2], b: [2, 1], c: [2, 3] }, (g, { a, b, c }) =>
    op.concat(g, [a!, op.exp(g, b!), c!], 1),
  ),
  'concat along an open axis': of({ a: [2, 2], b: ['batch', 2], c: [1, 2] }, (g, { a, b, c }) =>
    op.concat(g, [op.exp(g, a!), b!, c!], 0),
  ),
  split: unary((g, x) => {
    const [a, , c] = op.split(g, x, [1, 2, 1], 1)
    return op.add(g, op.exp(g, a!), c!)
  }),
  slice: unary(
    (g, x) =>
      op.slice(g, x, [
        { axis: 0, start: 1, end: -1 },
        { axis: 1, start: -3, end: 4 },
      ]),
    ['batch', 4],
  ),
  'slice with steps': unary(
    (g, x) =>
      op.slice(g, x, [
        { axis: 0, start: 1, step: 3 },
        { axis: 1, step: -2 },
      ]),
    [7, 6],
  ),
  'slice turned round': unary(
    (g, x) => op.slice(g, x, [{ axis: 1, start: 2, end: 0, step: -1 }]),
    [2, 4],
  ),
  pad: unary(
    (g, x) =>
      op.pad(
        g,
        x,
        [
          [1, 0],
          [0, 2],
        ],
        3,
      ),
    ['batch', 2],
  ),
  expand: unary((g, x) => op.expand(g, x, [2, 3, 4]), [3, 1]),
  'expand to another': of({ x: [1, 3], like: ['batch', 3] }, (g, { x, like }) =>
    op.mul(g, op.expandTo(g, op.exp(g, x!), like!), like!),
  ),
  reduceSum: unary((g, x) => op.reduceSum(g, x, { axes: [0, 2] }), ['batch', 3, 2]),
  'reduceSum of all': unary((g, x) => op.reduceSum(g, op.exp(g, x))),
  'reduceSum that keeps': unary((g, x) =>
    op.mul(g, x, op.reduceSum(g, x, { axes: [1], keep: true })),
  ),
  reduceMean: unary((g, x) => op.reduceMean(g, op.exp(g, x)), ['batch', 3]),
  'reduceMean over an open axis': unary(
    (g, x) => op.reduceMean(g, op.exp(g, x), { axes: [0] }),
    ['batch', 3],
  ),
  'reduceMean beside an open axis': unary(
    (g, x) => op.reduceMean(g, op.exp(g, x), { axes: [1] }),
    ['batch', 3],
  ),
  reduceMax: unary((g, x) => op.reduceMax(g, x, { axes: [1] }), ['batch', 3, 2]),
  'reduceMax of all': unary((g, x) => op.mul(g, x, op.reduceMax(g, x)), [2, 3]),
  'sums of what is only repeated': of({ a: ['batch', 3], b: [3], c: [4, 1] }, (g, { a, b, c }) =>
    op.add(g, op.reduceSum(g, op.add(g, a!, b!)), op.reduceMean(g, op.sub(g, b!, c!))),
  ),
  gather: of({ x: [3, 2] }, (g, { x }) => op.gather(g, op.exp(g, x!), labels(g))),
  'gather along another axis': of({ x: [2, 3, 2] }, (g, { x }) => op.gather(g, x!, labels(g), 1)),
  scatterAdd: of({ x: [3, 4], u: [3, 2, 4] }, (g, { x, u }) =>
    op.scatterAdd(g, x!, labels(g), op.exp(g, u!)),
  ),
  oneHot: of({ x: [3, 2, 3] }, (g, { x }) => op.mul(g, op.exp(g, x!), op.oneHot(g, labels(g), 3))),
  countOf: unary((g, x) => op.div(g, x, op.countOf(g, x))),
  conv: convolved([2, 2, 4, 3], [2, 2, 3, 3], { pads: 'same' }),
  'conv with a 1x1 kernel': convolved(['batch', 2, 2, 3], [3, 2, 1, 1], {}),
  'conv valid': convolved([2, 1, 5, 4], [2, 1, 3, 2], {}),
  'conv with an even kernel': convolved([1, 2, 4, 3], [2, 2, 2, 4], { pads: 'same' }),
  'conv with strides': convolved(['batch', 1, 6, 7], [2, 1, 3, 2], { strides: [2, 3] }),
  'conv with strides and unused places': convolved([1, 2, 8, 6], [1, 2, 3, 3], {
    strides: [3, 2],
    pads: 'same',
  }),
  'conv with dilations': convolved([1, 2, 7, 8], [2, 2, 2, 3], {
    dilations: [3, 2],
    strides: [1, 2],
    pads: [1, 0, 2, 1],
  }),
  'conv along one axis': convolved(['batch', 2, 7], [3, 2, 3], { strides: [2], pads: 'same' }),
  'conv along one axis, even': convolved([1, 2, 6], [1, 2, 4], { dilations: [1] }),
  convTranspose: convolved(['batch', 2, 3, 2], [2, 3, 3, 2], {}, op.convTranspose),
  'convTranspose with strides': convolved(
    [1, 2, 3, 2],
    [2, 1, 3, 2],
    { strides: [2, 3], pads: 'same' },
    op.convTranspose,
  ),
  'convTranspose with pads and dilations': convolved(
    [1, 1, 4, 5],
    [1, 2, 2, 3],
    { strides: [2, 1], pads: [1, 2, 0, 1], dilations: [2, 2] },
    op.convTranspose,
  ),
  'convTranspose along one axis': convolved(
    ['batch', 2, 3],
    [2, 2, 4],
    { strides: [2] },
    op.convTranspose,
  ),
  maxPool: unary((g, x) => op.maxPool(g, x, { kernel: [2, 2] }), ['batch', 1, 4, 4]),
  'maxPool of windows that overlap': unary(
    (g, x) => op.maxPool(g, x, { kernel: [3, 2], strides: [2, 1], pads: 'same' }),
    ['batch', 2, 5, 4],
  ),
  'maxPool with unused places': unary((g, x) => op.maxPool(g, x, { kernel: [2, 2] }), [2, 1, 5, 3]),
  'maxPool along one axis': unary((g, x) => op.maxPool(g, x, { kernel: [2] }), ['batch', 2, 6]),
  averagePool: unary((g, x) => op.averagePool(g, x, { kernel: [2, 2] }), ['batch', 2, 4, 4]),
  'averagePool with pads': unary(
    (g, x) => op.averagePool(g, x, { kernel: [3, 2], strides: [2, 1], pads: 'same' }),
    ['batch', 2, 5, 4],
  ),
  'averagePool along one axis': unary(
    (g, x) => op.averagePool(g, x, { kernel: [3], strides: [2] }),
    [2, 2, 8],
  ),
  globalAveragePool: unary(op.globalAveragePool, ['batch', 2, 3, 2]),
  globalMaxPool: unary(op.globalMaxPool, ['batch', 2, 3, 2]),
  batchNormalization: of({ x: ['batch', 2, 3], scale: [2], bias: [2] }, (g, { x, scale, bias }) => {
    const { y, mean, variance } = op.batchNormalization(g, x!, scale!, bias!)
    return op.add(g, y, op.reduceSum(g, op.mul(g, mean, variance)))
  }),
  'batchNormalization of a matrix': of(
    { x: ['batch', 2], scale: [2], bias: [2] },
    (g, { x, scale, bias }) => op.batchNormalization(g, x!, scale!, bias!, 0.1).y,
  ),
  batchNormalizationWith: of(
    { x: ['batch', 2, 2, 1], scale: [2], bias: [2], mean: [2], variance: [2] },
    (g, { x, scale, bias, mean, variance }) =>
      op.batchNormalizationWith(g, x!, scale!, bias!, { mean: mean!, variance: variance! }),
    0.1,
  ),
  layerNormalization: of({ x: ['batch', 2, 3], scale: [3], bias: [3] }, (g, { x, scale, bias }) =>
    op.layerNormalization(g, x!, scale!, bias!, 0.1),
  ),
  softmaxCrossEntropy: of({ z: [3, 3] }, (g, { z }) =>
    op.softmaxCrossEntropy(g, z!, g.constant([0, 1, 0, 0.2, 0.2, 0.6, 1, 0, 0], [3, 3])),
  ),
  'softmaxCrossEntropy of targets that change': of({ z: [2, 3], t: [2, 3] }, (g, { z, t }) =>
    op.softmaxCrossEntropy(g, z!, op.softmax(g, t!)),
  ),
  sigmoidCrossEntropy: binary(op.sigmoidCrossEntropy, ['batch', 3], ['batch', 3]),
  squaredError: binary(op.squaredError, ['batch', 3], [3]),
  'a layer through time': of(
    { x: [4, 'batch', 2], w: [2, 2], u: [2, 2], b: [2] },
    (g, { x, w, u, b }) => {
      const inputs = op.split(g, op.matmul(g, x!, w!), [1, 1, 1, 1], 0)
      let state = op.tanh(g, op.squeeze(g, inputs[0]!, [0]))
      for (const input of inputs.slice(1)) {
        const fed = op.add(g, op.matmul(g, state, u!), b!)
        state = op.tanh(g, op.add(g, fed, op.squeeze(g, input, [0])))
      }
      return op.add(g, state, b!)
    },
  ),
  'a layer of Gemms through time': of({ x: [4, 'batch', 2], u: [2, 2] }, (g, { x, u }) => {
    const inputs = op.split(g, x!, [1, 1, 1, 1], 0).map((part) => op.squeeze(g, part, [0]))
    return inputs.reduce((state, input) => op.tanh(g, op.gemm(g, state, u!, { c: input })))
  }),
}
