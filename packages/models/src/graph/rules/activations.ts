import { floatOf, intOf } from '../attributes.ts'
import { add, exp, greater, mul, sub, where } from '../operators/arithmetic.ts'
import { sigmoid } from '../operators/activations.ts'
import { reduceSum } from '../operators/reduce.ts'
import { type Rule, type Rules, each, gradientOf, outputOf } from './rule.ts'

/** d softmax: y · (dy - Σ dy · y) */
const softmaxRule: Rule = (call) => {
  const { g, node } = call
  const [dy, y] = [gradientOf(call), outputOf(call)]
  const axes = [intOf(node, 'axis', -1)]
  const weighted = mul(g, dy, y)
  return [sub(g, weighted, mul(g, y, reduceSum(g, weighted, { axes, keep: true })))]
}

/** d log softmax: dy - softmax · Σ dy */
const logSoftmaxRule: Rule = (call) => {
  const { g, node } = call
  const [dy, y] = [gradientOf(call), outputOf(call)]
  const axes = [intOf(node, 'axis', -1)]
  return [sub(g, dy, mul(g, exp(g, y), reduceSum(g, dy, { axes, keep: true })))]
}

export const activationRules: Rules = {
  Relu: { broadcasts: true, rule: each((g, dy, _, y) => where(g, greater(g, y, 0), dy, 0)) },
  LeakyRelu: {
    broadcasts: true,
    rule: each((g, dy, x, _, node) =>
      mul(g, dy, where(g, greater(g, x, 0), 1, floatOf(node, 'alpha', 0.01))),
    ),
  },
  Elu: {
    broadcasts: true,
    rule: each((g, dy, x, y, node) =>
      mul(g, dy, where(g, greater(g, x, 0), 1, add(g, y, floatOf(node, 'alpha', 1)))),
    ),
  },
  Selu: {
    broadcasts: true,
    rule: each((g, dy, x, y, node) => {
      const gamma = floatOf(node, 'gamma', 1)
      const below = add(g, y, gamma * floatOf(node, 'alpha', 1))
      return mul(g, dy, where(g, greater(g, x, 0), gamma, below))
    }),
  },
  Tanh: { broadcasts: true, rule: each((g, dy, _, y) => mul(g, dy, sub(g, 1, mul(g, y, y)))) },
  Sigmoid: {
    broadcasts: true,
    rule: each((g, dy, _, y) => mul(g, dy, mul(g, y, sub(g, 1, y)))),
  },
  Softplus: { broadcasts: true, rule: each((g, dy, x) => mul(g, dy, sigmoid(g, x))) },
  Softmax: { rule: softmaxRule },
  LogSoftmax: { rule: logSoftmaxRule },
}
