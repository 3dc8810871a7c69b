import type { CompareNode, ComparisonOperator, Expression, ExpressionNode, Value } from './ast.ts'
import { COMPARISONS } from './comparison.ts'
import { compile, type Read } from './evaluate.ts'

type Measure = (read: Read) => number | undefined

const measures = new WeakMap<Expression, Measure>()

/**
 * How far a condition is from holding: at most 0 when it holds, more the worse it is violated,
 * `undefined` when it is unknown. It agrees with `evaluateExpression` on which of the three it is.
 *
 * - `a <= b`, `a < b`: a - b; `a >= b`, `a > b`: b - a, in the unit of the operands. A strict
 *   inequality of two equal numbers is violated by `Number.MIN_VALUE`, since 0 would mean it holds;
 * - `a == b` of numbers: |a - b|; any other condition: 0 when true, 1 when false;
 * - `and`, and each chain: the largest of its parts; `or`: the smallest; `not` flips what it negates;
 * - unknown parts are left out of `and` and `or` that are decided without them;
 * - a violation by NaN is infinite.
 */
export function margin(expression: Expression, read: Read): number | undefined {
  let measure = measures.get(expression)
  if (!measure) measures.set(expression, (measure = compileMeasure(expression.ast, false)))
  return measure(read)
}

function compileMeasure(node: ExpressionNode, negated: boolean): Measure {
  switch (node.kind) {
    case 'not':
      return compileMeasure(node.operands[0]!, !negated)
    case 'and':
    case 'or':
      return combine(
        node.operands.map((operand) => compileMeasure(operand, negated)),
        (node.kind === 'and') !== negated,
      )
    case 'compare':
      return compileComparison(node, negated)
    default: {
      const evaluate = compile(node)
      return (read) => {
        const value = evaluate(read)
        return typeof value === 'boolean' ? +(value === negated) : undefined
      }
    }
  }
}

/** The worst part of a conjunction, or the best one of a disjunction. */
function combine(parts: readonly Measure[], conjunction: boolean): Measure {
  return (read) => {
    let known: number | undefined
    let unknown = false
    for (const part of parts) {
      const value = part(read)
      if (value === undefined) unknown = true
      else if (known === undefined || value > known === conjunction) known = value
    }
    const decided = known !== undefined && known > 0 === conjunction
    return unknown && !decided ? undefined : known
  }
}

function compileComparison(node: CompareNode, negated: boolean): Measure {
  const operands = node.operands.map(compile)
  const pairs = node.operators.map((operator, i): Measure => {
    const left = operands[i]!
    const right = operands[i + 1]!
    const measure = pairMeasure(operator, negated)
    return (read) => {
      const a = left(read)
      const b = right(read)
      return a === undefined || b === undefined ? undefined : measure(a, b)
    }
  })
  return combine(pairs, !negated)
}

function pairMeasure(
  operator: ComparisonOperator,
  negated: boolean,
): (a: Value, b: Value) => number | undefined {
  const test = COMPARISONS[operator]
  const upper = operator.startsWith('<') !== negated
  const equality = operator === (negated ? '!=' : '==')
  const graded = equality || /[<>]/.test(operator)
  return (a, b) => {
    const verdict = test(a, b)
    if (verdict === undefined) return undefined
    const satisfied = verdict !== negated
    let distance = satisfied ? 0 : 1
    if (graded && typeof a === 'number' && typeof b === 'number') {
      distance = equality ? Math.abs(a - b) : upper ? a - b : b - a
    }
    // The verdict has the last word where a difference is 0 or NaN.
    if (satisfied) return distance < 0 ? distance : 0
    return distance > 0 ? distance : distance === 0 ? Number.MIN_VALUE : Infinity
  }
}
