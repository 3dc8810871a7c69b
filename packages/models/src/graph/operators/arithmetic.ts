import { broadcastDims } from '../broadcast.ts'
import { type Attributes, type GraphBuilder, type Tensor, impossible } from '../builder.ts'
import type { ElementType } from '../ir.ts'

/** A tensor, or a number that stands for a constant without dims. */
export type Operand = Tensor | number

/** An operand as a tensor of the element that its neighbour has. */
export function operand(g: GraphBuilder, value: Operand, element: ElementType = 'float'): Tensor {
  return typeof value === 'number' ? g.constant(value, [], element) : value
}

/** Refuses operands of another element type. */
export function requireElement(what: string, x: Tensor, ...allowed: readonly ElementType[]): void {
  if (!allowed.includes(x.element)) {
    throw impossible(
      `${what} takes ${allowed.join(' or ')}, but ${x.name} is ${x.element}; convert it with cast.`,
    )
  }
}

function unary(op: string): (g: GraphBuilder, x: Tensor) => Tensor {
  return (g, x) => elementwise(g, op, x)
}

/** An operator that turns each number into another. */
export function elementwise(
  g: GraphBuilder,
  op: string,
  x: Tensor,
  attributes?: Attributes,
): Tensor {
  requireElement(op, x, 'float')
  return g.apply(op, [x], { element: 'float', dims: x.dims }, attributes)
}

function pair(g: GraphBuilder, op: string, a: Operand, b: Operand): readonly [Tensor, Tensor] {
  const element =
    typeof a !== 'number' ? a.element : typeof b !== 'number' ? b.element : ('float' as const)
  const left = operand(g, a, element)
  const right = operand(g, b, element)
  requireElement(op, left, 'float', 'int64')
  if (left.element !== right.element) {
    throw impossible(
      `${op} of ${left.element} and ${right.element}: both must have one element type; convert one with cast.`,
    )
  }
  return [left, right]
}

function binary(op: string): (g: GraphBuilder, a: Operand, b: Operand) => Tensor {
  return (g, a, b) => {
    const [left, right] = pair(g, op, a, b)
    const dims = broadcastDims(op, left.dims, right.dims)
    return g.apply(op, [left, right], { element: left.element, dims })
  }
}

function comparison(op: string): (g: GraphBuilder, a: Operand, b: Operand) => Tensor {
  return (g, a, b) => {
    const [left, right] = pair(g, op, a, b)
    const dims = broadcastDims(op, left.dims, right.dims)
    return g.apply(op, [left, right], { element: 'bool', dims })
  }
}

type Unary = (g: GraphBuilder, x: Tensor) => Tensor
type Binary = (g: GraphBuilder, a: Operand, b: Operand) => Tensor

export const add: Binary = binary('Add')
export const sub: Binary = binary('Sub')
export const mul: Binary = binary('Mul')
export const div: Binary = binary('Div')
/** The greater of both; where they are equal the derivative is the first operand's. */
export const max: Binary = binary('Max')
/** The smaller of both; where they are equal the derivative is the first operand's. */
export const min: Binary = binary('Min')
/** a to the power b. */
export const pow: Binary = binary('Pow')

export const greater: Binary = comparison('Greater')
export const less: Binary = comparison('Less')
export const equal: Binary = comparison('Equal')

export const neg: Unary = unary('Neg')
export const abs: Unary = unary('Abs')
export const sqrt: Unary = unary('Sqrt')
export const exp: Unary = unary('Exp')
export const log: Unary = unary('Log')
export const erf: Unary = unary('Erf')
/** -1, 0 or 1. */
export const sign: Unary = unary('Sign')

/** x · x */
export function square(g: GraphBuilder, x: Tensor): Tensor {
  return mul(g, x, x)
}

/** The sum of all tensors, in one operator. */
export function sum(g: GraphBuilder, terms: readonly Tensor[]): Tensor {
  const [first, second] = terms
  if (first === undefined) throw impossible('A sum needs at least one tensor, but none was given.')
  if (second === undefined) return first
  if (terms.length === 2) return add(g, first, second)
  for (const term of terms) requireElement('Sum', term, 'float')
  const dims = broadcastDims('Sum', ...terms.map((term) => term.dims))
  return g.apply('Sum', terms, { element: 'float', dims })
}

/** `x` between two numbers; outside, the derivative is 0. */
export function clip(
  g: GraphBuilder,
  x: Tensor,
  range: { readonly min?: number; readonly max?: number },
): Tensor {
  requireElement('Clip', x, 'float')
  const low = range.min === undefined ? undefined : g.constant(range.min)
  const high = range.max === undefined ? undefined : g.constant(range.max)
  if ((range.min ?? -Infinity) > (range.max ?? Infinity)) {
    throw impossible(
      `Clip to ${range.min}..${range.max}: the lower end must not be above the upper.`,
    )
  }
  return g.apply('Clip', [x, low, high], { element: 'float', dims: x.dims })
}

/** By place `a` where the condition (bool) holds, else `b`. */
export function where(g: GraphBuilder, condition: Tensor, a: Operand, b: Operand): Tensor {
  requireElement('Where', condition, 'bool')
  const [left, right] = pair(g, 'Where', a, b)
  const dims = broadcastDims('Where', condition.dims, left.dims, right.dims)
  return g.apply('Where', [condition, left, right], { element: left.element, dims })
}

/** Bool not. */
export function not(g: GraphBuilder, x: Tensor): Tensor {
  requireElement('Not', x, 'bool')
  return g.apply('Not', [x], { element: 'bool', dims: x.dims })
}

/** The numbers of the element types in the ONNX format. */
export const ELEMENT_CODES: Readonly<Record<ElementType, number>> = { float: 1, int64: 7, bool: 9 }

/** Another element type: to int64 towards 0, to bool whether it is not 0. */
export function cast(g: GraphBuilder, x: Tensor, element: ElementType): Tensor {
  if (x.element === element) return x
  return g.apply('Cast', [x], { element, dims: x.dims }, { to: { int: ELEMENT_CODES[element] } })
}

export function identity(g: GraphBuilder, x: Tensor): Tensor {
  return g.apply('Identity', [x], { element: x.element, dims: x.dims })
}
