import type { GraphBuilder, Tensor } from '../graph/builder.ts'
import * as op from '../graph/operators.ts'
import type { Activation } from './layers.ts'

const activationOf: Readonly<
  Record<
    Exclude<Activation, 'leakyRelu' | 'elu' | 'softmax'>,
    (g: GraphBuilder, x: Tensor) => Tensor
  >
> = {
  linear: (_, x) => x,
  relu: op.relu,
  selu: op.selu,
  gelu: op.gelu,
  swish: op.swish,
  tanh: op.tanh,
  sigmoid: op.sigmoid,
  softplus: op.softplus,
  exponential: op.exp,
}

/**
 * An activation as operators.
 *
 * @param options the axis of softmax, default the last; the slope of leakyRelu or alpha of elu
 */
export function activate(
  g: GraphBuilder,
  x: Tensor,
  activation: Activation,
  options: { readonly axis?: number; readonly slope?: number | undefined } = {},
): Tensor {
  if (activation === 'leakyRelu') return op.leakyRelu(g, x, options.slope ?? 0.01)
  if (activation === 'elu') return op.elu(g, x, options.slope ?? 1)
  if (activation === 'softmax') return op.softmax(g, x, options.axis ?? -1)
  return activationOf[activation](g, x)
}
