/** All operators of graphs, for `import * as op`. Each takes the builder first. */
export {
  type Operand,
  abs,
  add,
  cast,
  clip,
  div,
  equal,
  erf,
  exp,
  greater,
  identity,
  less,
  log,
  max,
  min,
  mul,
  neg,
  not,
  pow,
  sign,
  sqrt,
  square,
  sub,
  sum,
  where,
} from './operators/arithmetic.ts'
export {
  elu,
  gelu,
  leakyRelu,
  logSoftmax,
  relu,
  selu,
  sigmoid,
  softmax,
  softplus,
  swish,
  tanh,
} from './operators/activations.ts'
export {
  type ConvOptions,
  type ConvTransposeOptions,
  conv,
  convTranspose,
} from './operators/convolution.ts'
export { gather, oneHot, scatterAdd } from './operators/indexing.ts'
export { sigmoidCrossEntropy, softmaxCrossEntropy, squaredError } from './operators/losses.ts'
export { type GemmOptions, dense, gemm, matmul } from './operators/matrix.ts'
export {
  type Normalised,
  batchNormalization,
  batchNormalizationWith,
  layerNormalization,
  squaredNorm,
} from './operators/normalisation.ts'
export {
  type PoolOptions,
  averagePool,
  maxPool,
  maxPoolWithIndices,
  maxUnpool,
} from './operators/pooling.ts'
export {
  type ReduceOptions,
  argMax,
  globalAveragePool,
  globalMaxPool,
  reduceMax,
  reduceMean,
  reduceSum,
} from './operators/reduce.ts'
export {
  type SliceRange,
  concat,
  countOf,
  expand,
  expandTo,
  flatten,
  pad,
  reshape,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
  zerosLike,
} from './operators/shape.ts'
export type { Padding, WindowOptions } from './operators/window.ts'
