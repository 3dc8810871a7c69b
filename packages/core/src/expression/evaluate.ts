import { AttuneError } from '../errors.ts'
import type {
  ArithmeticNode,
  ArithmeticOperator,
  CallNode,
  CompareNode,
  Expression,
  ExpressionNode,
  Value,
} from './ast.ts'
import { COMPARISONS } from './comparison.ts'
import { FUNCTIONS } from './functions.ts'

/** Gives the value of a name; `undefined` when it is unknown, as for an inactive parameter. */
export type Read = (name: string) => Value | undefined

type Evaluator = (read: Read) => Value | undefined

const ARITHMETIC: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
}

const evaluators = new WeakMap<Expression, Evaluator>()

/**
 * The value of an expression, or `undefined` when it is unknown. Logic has three values (Kleene
 * 1952): `false and unknown` is false, `true or unknown` is true; everything else, lists included,
 * is unknown when one of its operands is unknown or of a type it has no meaning for. Numbers follow
 * IEEE 754: comparisons with NaN are false, save `!=`.
 *
 * The expression is compiled to closures at its first use. Throws `expression/unknown-name` for a
 * function that does not exist; `checkExpression` finds these beforehand.
 */
export function evaluateExpression(expression: Expression, read: Read): Value | undefined {
  let evaluator = evaluators.get(expression)
  if (!evaluator) evaluators.set(expression, (evaluator = compile(expression.ast)))
  return evaluator(read)
}

/** Not definitely false: how a constraint is judged, so that inactive parameters cannot break it. */
export function holds(expression: Expression, read: Read): boolean {
  return evaluateExpression(expression, read) !== false
}

/** Definitely true: how a filter is judged. */
export function matches(expression: Expression, read: Read): boolean {
  return evaluateExpression(expression, read) === true
}

/** Compiles a node to a closure. */
export function compile(node: ExpressionNode): Evaluator {
  switch (node.kind) {
    case 'literal':
      return () => node.value
    case 'name':
      return (read) => read(node.name)
    case 'compare':
      return compileCompare(node)
    case 'arithmetic':
      return compileArithmetic(node)
    case 'call':
      return compileCall(node)
  }
  const operands = node.operands.map(compile)
  const first = operands[0]!
  switch (node.kind) {
    case 'list':
      return (read) => readAll(operands, read)
    case 'not':
      return (read) => {
        const value = first(read)
        return typeof value === 'boolean' ? !value : undefined
      }
    case 'negative':
      return (read) => {
        const value = first(read)
        return typeof value === 'number' ? -value : undefined
      }
    case 'and':
    case 'or':
      return compileLogic(operands, node.kind === 'or')
  }
}

/** The values of all, or `undefined` when one is unknown. */
function readAll(evaluators: readonly Evaluator[], read: Read): readonly Value[] | undefined {
  const values: Value[] = []
  for (const evaluator of evaluators) {
    const value = evaluator(read)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

/** `decisive` is the operand that settles the result alone: false for `and`, true for `or`. */
function compileLogic(operands: readonly Evaluator[], decisive: boolean): Evaluator {
  return (read) => {
    let result: boolean | undefined = !decisive
    for (const operand of operands) {
      const value = operand(read)
      if (value === decisive) return decisive
      if (value !== !decisive) result = undefined
    }
    return result
  }
}

function compileCompare(node: CompareNode): Evaluator {
  const operands = node.operands.map(compile)
  const tests = node.operators.map((operator) => COMPARISONS[operator])
  return (read) => {
    let result: true | undefined = true
    let left = operands[0]!(read)
    for (let i = 0; i < tests.length; i++) {
      const right = operands[i + 1]!(read)
      const verdict = left === undefined || right === undefined ? undefined : tests[i]!(left, right)
      if (verdict === false) return false
      result &&= verdict
      left = right
    }
    return result
  }
}

function compileArithmetic(node: ArithmeticNode): Evaluator {
  const operands = node.operands.map(compile)
  const steps = node.operators.map((operator) => ARITHMETIC[operator])
  return (read) => {
    let result = operands[0]!(read)
    for (let i = 0; i < steps.length; i++) {
      const right = operands[i + 1]!(read)
      if (typeof result !== 'number' || typeof right !== 'number') return undefined
      result = steps[i]!(result, right)
    }
    return result
  }
}

function compileCall({ name, column, operands }: CallNode): Evaluator {
  const found = FUNCTIONS.get(name)
  if (!found) {
    throw new AttuneError(
      'expression/unknown-name',
      `\`${name}\` is not a known function. Known: ${[...FUNCTIONS.keys()].join(', ')}.`,
      { details: { name, column } },
    )
  }
  const { arity, apply } = found
  const evaluators = operands.map(compile)
  return (read) => {
    const values = readAll(evaluators, read)
    const numbers = arity ? values : values?.flat()
    const fits =
      numbers?.every((x) => typeof x === 'number') && (!arity || numbers.length === arity)
    return fits ? apply(numbers) : undefined
  }
}
