/** What a parameter, a table cell or an expression can be worth. */
export type Value = number | string | boolean | null | readonly Value[]

/** A constant of the language, and the label of a choice. */
export type Label = number | string | boolean | null

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '**'

interface Positioned {
  /** Where the node starts, from 1. */
  readonly column: number
}

export interface LiteralNode extends Positioned {
  readonly kind: 'literal'
  readonly value: Label
}

export interface NameNode extends Positioned {
  readonly kind: 'name'
  readonly name: string
}

export interface CallNode extends Positioned {
  readonly kind: 'call'
  readonly name: string
  readonly operands: readonly ExpressionNode[]
}

export interface PlainNode extends Positioned {
  readonly kind: 'list' | 'not' | 'negative' | 'and' | 'or'
  readonly operands: readonly ExpressionNode[]
}

/** Holds when every neighbouring pair of operands does: `0 < x < 1`. */
export interface CompareNode extends Positioned {
  readonly kind: 'compare'
  readonly operators: readonly ComparisonOperator[]
  readonly operands: readonly ExpressionNode[]
}

/** From the left: `operators[i]` stands between the result so far and `operands[i + 1]`. */
export interface ArithmeticNode extends Positioned {
  readonly kind: 'arithmetic'
  readonly operators: readonly ArithmeticOperator[]
  readonly operands: readonly ExpressionNode[]
}

/**
 * One node of a parsed expression: plain JSON. A chain of operators of one precedence is one node,
 * so a tree is no deeper than its source is nested.
 */
export type ExpressionNode =
  | LiteralNode
  | NameNode
  | CallNode
  | PlainNode
  | CompareNode
  | ArithmeticNode

/** A parsed expression. Only `source` needs storing: `parseExpression` gives the rest back. */
export interface Expression {
  readonly source: string
  readonly ast: ExpressionNode
  /** The distinct names it reads, backticks resolved, in order of first use. */
  readonly names: readonly string[]
}
