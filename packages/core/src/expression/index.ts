export type {
  ArithmeticNode,
  ArithmeticOperator,
  CallNode,
  CompareNode,
  ComparisonOperator,
  Expression,
  ExpressionNode,
  Label,
  LiteralNode,
  NameNode,
  PlainNode,
  Value,
} from './ast.ts'
export { checkExpression, type ExpressionProblem, type NameType, type Scope } from './check.ts'
export { evaluateExpression, holds, matches, type Read } from './evaluate.ts'
export { margin } from './margin.ts'
export { formatName } from './name.ts'
export { parseExpression } from './parse.ts'
