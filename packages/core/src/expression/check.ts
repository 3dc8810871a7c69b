import { nearest } from '../nearest.ts'
import type { CallNode, CompareNode, Expression, ExpressionNode, Label, NameNode } from './ast.ts'
import { FUNCTIONS } from './functions.ts'
import { formatName, KEYWORD } from './name.ts'

/** What an expression may speak of. */
export interface Scope {
  /** What a name stands for; `undefined` when there is no such name. */
  lookup(name: string): NameType | undefined
  /** All names, for suggestions. */
  readonly names: readonly string[]
  /** 'boolean': the whole must be a condition. Default: anything. */
  readonly expect?: 'boolean'
}

export interface NameType {
  readonly type: 'number' | 'string' | 'boolean' | 'list' | 'any'
  /** All the values it can have, where they can be counted. */
  readonly labels?: readonly Label[]
}

/** One mistake in an expression and how to mend it. `column` counts from 1. */
export interface ExpressionProblem {
  readonly code: 'expression/unknown-name' | 'expression/type'
  readonly message: string
  readonly column: number
}

type Type = NameType['type'] | 'null'

interface Checker {
  readonly source: string
  readonly scope: Scope
  readonly problems: ExpressionProblem[]
  readonly types: Map<ExpressionNode, Type>
  /** Names before this column are parts of a name that lacks its backticks. */
  spelledUntil: number
}

/**
 * All mistakes that can be seen before any value is known: unknown names and functions, operands of
 * a wrong type, comparisons that can never hold (of two types, or with a label the name does not
 * have), and a result that is no condition where `scope.expect` asks for one.
 */
export function checkExpression(
  expression: Expression,
  scope: Scope,
): readonly ExpressionProblem[] {
  const { source, ast } = expression
  const checker: Checker = { source, scope, problems: [], types: new Map(), spelledUntil: 0 }
  const type = typeOf(checker, ast)
  if (scope.expect && differ(type, scope.expect)) {
    report(checker, ast, `A condition such as \`x < 1\` is expected, not ${phrase(type)}.`)
  }
  return checker.problems
}

function report(
  { problems }: Checker,
  { column }: ExpressionNode,
  message: string,
  code: ExpressionProblem['code'] = 'expression/type',
): void {
  problems.push({ code, message, column })
}

/**
 * The type of a node; what is wrong in it is reported at the first call. `labels`: those of what the
 * node is compared with.
 */
function typeOf(checker: Checker, node: ExpressionNode, labels: readonly Label[] = []): Type {
  let type = checker.types.get(node)
  if (!type) checker.types.set(node, (type = inferType(checker, node, labels)))
  return type
}

function inferType(checker: Checker, node: ExpressionNode, labels: readonly Label[]): Type {
  switch (node.kind) {
    case 'literal':
      return node.value === null ? 'null' : (typeof node.value as Type)
    case 'name':
      return checker.scope.lookup(node.name)?.type ?? reportName(checker, node, labels)
    case 'list':
      for (const item of node.operands) typeOf(checker, item, labels)
      return 'list'
    case 'compare':
      checkCompare(checker, node)
      return 'boolean'
    case 'not':
    case 'and':
    case 'or':
      for (const operand of node.operands) requireType(checker, operand, node.kind, 'boolean')
      return 'boolean'
    case 'negative':
      requireType(checker, node.operands[0]!, '-', 'number')
      return 'number'
    case 'arithmetic':
      node.operands.forEach((operand, i) =>
        requireType(checker, operand, node.operators[Math.max(0, i - 1)]!, 'number'),
      )
      return 'number'
    case 'call':
      checkCall(checker, node)
      return 'number'
  }
}

function requireType(
  checker: Checker,
  node: ExpressionNode,
  taker: string,
  ...wanted: readonly ('number' | 'boolean' | 'list')[]
): void {
  const type = typeOf(checker, node)
  if (wanted.some((w) => !differ(type, w))) return
  const names = wanted.map((w) => `${w}s`).join(' or ')
  report(checker, node, `\`${taker}\` takes ${names}, not ${phrase(type)}.`)
}

function checkCall(checker: Checker, node: CallNode): void {
  const { name, operands } = node
  const known = FUNCTIONS.get(name)
  if (!known) {
    const remedy = hint(name, [...FUNCTIONS.keys()], spell)
    report(checker, node, `${spell(name)} is not a known function.${remedy}`, UNKNOWN)
    for (const operand of operands) typeOf(checker, operand)
    return
  }
  const { arity } = known
  if (arity && arity !== operands.length) {
    report(
      checker,
      node,
      `\`${name}\` takes ${arity} number${arity > 1 ? 's' : ''}, not ${operands.length}.`,
    )
  }
  for (const operand of operands) {
    if (arity) requireType(checker, operand, name, 'number')
    else if (operand.kind !== 'list') requireType(checker, operand, name, 'number', 'list')
    else for (const item of operand.operands) requireType(checker, item, name, 'number')
  }
}

function reportName(checker: Checker, node: NameNode, labels: readonly Label[]): 'any' {
  const { name, column } = node
  if (column < checker.spelledUntil) return 'any'
  const { names } = checker.scope
  const lower = name.toLowerCase()
  // `weight-decay` without backticks reads as a difference of two unknown names.
  const spelled = names.find(
    (known) => known.length > name.length && checker.source.startsWith(known, column - 1),
  )
  if (spelled) checker.spelledUntil = column + spelled.length
  const meant = labels.includes(name)
    ? JSON.stringify(name)
    : spelled
      ? formatName(spelled)
      : KEYWORD.test(lower) && lower
  const remedy = meant ? ` Write ${meant}.` : hint(name, names, spell)
  report(checker, node, `${spell(name)} is not a known name.${remedy}`, UNKNOWN)
  return 'any'
}

function checkCompare(checker: Checker, { operands, operators }: CompareNode): void {
  operands.forEach((operand, i) =>
    typeOf(checker, operand, [
      ...labelsOf(checker, operands[i - 1]),
      ...labelsOf(checker, operands[i + 1]),
    ]),
  )
  operators.forEach((operator, i) => {
    const left = operands[i]!
    const right = operands[i + 1]!
    if (!operator.endsWith('in')) checkPair(checker, operator, left, right)
    else if (right.kind !== 'list') requireType(checker, right, operator, 'list')
    else for (const item of right.operands) checkPair(checker, operator, left, item)
  })
}

function checkPair(
  checker: Checker,
  operator: string,
  left: ExpressionNode,
  right: ExpressionNode,
): void {
  const ordering = /[<>]/.test(operator)
  for (const [name, other] of [[left, right] as const, [right, left] as const]) {
    const labels = labelsOf(checker, name)
    if (ordering || !labels.length || other.kind !== 'literal') continue
    if (!labels.includes(other.value)) {
      const remedy = hint(String(other.value), labels.map(String), (text) =>
        JSON.stringify(labels.find((label) => String(label) === text)),
      )
      const value = JSON.stringify(other.value)
      report(checker, other, `${spell((name as NameNode).name)} is never ${value}.${remedy}`)
    }
    return
  }
  const types = [typeOf(checker, left), typeOf(checker, right)] as const
  const orderless = ordering && types.some((t) => t !== 'any' && t !== 'number' && t !== 'string')
  if (orderless || differ(...types)) {
    const both = types.map(phrase).join(' with ')
    report(checker, right, `\`${operator}\` cannot compare ${both}.`)
  }
}

function labelsOf(checker: Checker, node: ExpressionNode | undefined): readonly Label[] {
  return (node?.kind === 'name' && checker.scope.lookup(node.name)?.labels) || []
}

const UNKNOWN = 'expression/unknown-name'
const differ = (a: Type, b: Type): boolean => a !== b && a !== 'any' && b !== 'any'
const phrase = (type: Type): string =>
  type === 'null' ? type : type === 'any' ? 'anything' : `a ${type}`

/** A name in backticks, once. */
function spell(name: string): string {
  const written = formatName(name)
  return written.includes('`') ? written : `\`${written}\``
}

/** The nearest known word, or the first few. */
function hint(word: string, known: readonly string[], format: (word: string) => string): string {
  const near = nearest(word, known)
  if (near !== undefined) return ` Did you mean ${format(near)}?`
  return known.length
    ? ` Known: ${known.slice(0, MAX_SHOWN).map(format).join(', ')}${known.length > MAX_SHOWN ? ', …' : ''}.`
    : ''
}

const MAX_SHOWN = 8
