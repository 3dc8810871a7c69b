import { exp, expm1, log } from '@attune/core/math'
import type { ElementType, GraphNode } from '../ir.ts'
import { floatOf, intOf } from '../attributes.ts'
import { erf, sigmoid, softplus } from './special.ts'
import { type Kernel, type Kernels, type Value, commonDims, need, repeated } from './value.ts'
import { power, tanh } from '../../elementary.ts'

/** Each number by itself. */
function unary(turn: (x: number) => number): Kernel {
  return (inputs, node) => [mapped(need(inputs, 0, node), turn)]
}

function mapped(x: Value, turn: (x: number) => number, element: ElementType = x.element): Value {
  const data = new Float64Array(x.data.length)
  for (let i = 0; i < data.length; i++) data[i] = turn(x.data[i] as number)
  return { element, dims: x.dims, data }
}

function binary(turn: (a: number, b: number) => number, element?: ElementType): Kernel {
  return (inputs, node) => {
    const [a, b] = [need(inputs, 0, node), need(inputs, 1, node)]
    return [combined(node, a, b, turn, element ?? a.element)]
  }
}

function combined(
  node: GraphNode,
  a: Value,
  b: Value,
  turn: (a: number, b: number) => number,
  element: ElementType,
): Value {
  const dims = commonDims(node, [a, b])
  const [left, right] = [repeated(a, dims), repeated(b, dims)]
  const data = new Float64Array(left.length)
  for (let i = 0; i < data.length; i++) data[i] = turn(left[i] as number, right[i] as number)
  return { element, dims, data }
}

/** Any number of inputs, one after another. */
function folded(turn: (a: number, b: number) => number): Kernel {
  return (inputs, node) => {
    const values = inputs.map((_, i) => need(inputs, i, node))
    return [values.reduce((a, b) => combined(node, a, b, turn, a.element))]
  }
}

/** Division of whole numbers leaves the rest out. */
const divide: Kernel = (inputs, node) => {
  const turn = (a: number, b: number): number => a / b
  const [quotient] = binary(turn)(inputs, node) as readonly [Value]
  return [quotient.element === 'int64' ? mapped(quotient, Math.trunc) : quotient]
}

const where: Kernel = (inputs, node) => {
  const [condition, a, b] = [need(inputs, 0, node), need(inputs, 1, node), need(inputs, 2, node)]
  const dims = commonDims(node, [condition, a, b])
  const [holds, left, right] = [repeated(condition, dims), repeated(a, dims), repeated(b, dims)]
  const data = new Float64Array(left.length)
  for (let i = 0; i < data.length; i++) data[i] = (holds[i] === 0 ? right[i] : left[i]) as number
  return [{ element: a.element, dims, data }]
}

const clip: Kernel = (inputs, node) => {
  const low = inputs[1]?.data[0] ?? -Infinity
  const high = inputs[2]?.data[0] ?? Infinity
  return [mapped(need(inputs, 0, node), (x) => Math.min(high, Math.max(low, x)))]
}

const CAST: Readonly<Record<number, readonly [ElementType, (x: number) => number]>> = {
  1: ['float', (x) => x],
  7: ['int64', Math.trunc],
  9: ['bool', (x) => (x === 0 ? 0 : 1)],
}

const cast: Kernel = (inputs, node) => {
  const [element, turn] = CAST[intOf(node, 'to', 1)] ?? ['float', (x: number): number => x]
  return [mapped(need(inputs, 0, node), turn, element)]
}

/** Activations whose shape attributes give. */
function shaped(make: (node: GraphNode) => (x: number) => number): Kernel {
  return (inputs, node) => [mapped(need(inputs, 0, node), make(node))]
}

export const elementwiseKernels: Kernels = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: divide,
  Pow: binary(power),
  Max: folded(Math.max),
  Min: folded(Math.min),
  Sum: folded((a, b) => a + b),
  Greater: binary((a, b) => (a > b ? 1 : 0), 'bool'),
  Less: binary((a, b) => (a < b ? 1 : 0), 'bool'),
  Equal: binary((a, b) => (a === b ? 1 : 0), 'bool'),
  Not: unary((x) => 1 - x),
  Where: where,
  Clip: clip,
  Cast: cast,
  Identity: unary((x) => x),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Exp: unary(exp),
  Log: unary(log),
  Erf: unary(erf),
  Sign: unary(Math.sign),
  Relu: unary((x) => Math.max(x, 0)),
  Tanh: unary(tanh),
  Sigmoid: unary(sigmoid),
  Softplus: unary(softplus),
  LeakyRelu: shaped((node) => {
    const slope = floatOf(node, 'alpha', 0.01)
    return (x) => (x < 0 ? slope * x : x)
  }),
  Elu: shaped((node) => {
    const alpha = floatOf(node, 'alpha', 1)
    return (x) => (x < 0 ? alpha * expm1(x) : x)
  }),
  Selu: shaped((node) => {
    // The defaults are those of the ONNX operator.
    const alpha = floatOf(node, 'alpha', 1.67326319217681884765625)
    const gamma = floatOf(node, 'gamma', 1.05070102214813232421875)
    return (x) => gamma * (x <= 0 ? alpha * expm1(x) : x)
  }),
}
