import { AttuneError } from '../errors.ts'
import type { ArithmeticNode, CompareNode, Expression, ExpressionNode } from './ast.ts'
import { syntaxError } from './syntax-error.ts'
import { type Token, tokenize } from './tokenize.ts'

const MAX_LENGTH = 10_000
const MAX_DEPTH = 100

/** The parser's place in one source. */
interface Cursor {
  readonly source: string
  readonly tokens: readonly Token[]
  readonly names: Set<string>
  next: number
  depth: number
}

/**
 * Reads an expression. By rising precedence: `or` (`||`), `and` (`&&`), `not` (`!`), comparisons
 * (`== != < <= > >= in`, `not in`; a chain such as `0 < x < 1` means all of them), `+ -`, `* / %`
 * (a remainder has the sign of the dividend), unary minus, `**` (from the right). Values are
 * numbers, strings (with JSON's escapes), `true`, `false`, `null`, `[lists]`, names, functions.
 *
 * Throws `expression/syntax` with the column, a caret, what was expected and how to mend it; also
 * for a source over 10,000 characters or nested deeper than 100.
 */
export function parseExpression(source: string): Expression {
  const { length } = source
  if (length > MAX_LENGTH) {
    const message = `Expression of ${length} characters: at most ${MAX_LENGTH} are read. Split it.`
    throw new AttuneError('expression/syntax', message, { details: { length } })
  }
  const cursor: Cursor = { source, tokens: tokenize(source), names: new Set(), next: 0, depth: 0 }
  const ast = parseOr(cursor)
  expect(cursor, '', 'an operator or the end')
  return { source, ast, names: [...cursor.names] }
}

type Parse = (cursor: Cursor) => ExpressionNode

const peek = ({ tokens, next }: Cursor): Token => tokens[next]!

function take(cursor: Cursor, ...symbols: readonly string[]): string | undefined {
  const { text } = peek(cursor)
  if (!symbols.includes(text)) return undefined
  cursor.next++
  return text
}

function expect(cursor: Cursor, symbol: string, expected: string): void {
  if (take(cursor, symbol) === undefined) throw syntaxError(cursor.source, peek(cursor), expected)
}

function nested(cursor: Cursor, parse: Parse): ExpressionNode {
  if (++cursor.depth > MAX_DEPTH) {
    throw syntaxError(cursor.source, peek(cursor), `at most ${MAX_DEPTH} levels of nesting`)
  }
  const node = parse(cursor)
  cursor.depth--
  return node
}

/** A chain of operators of one precedence, or the operand alone. */
const chain =
  (
    kind: 'and' | 'or' | 'compare' | 'arithmetic',
    parse: Parse,
    ...symbols: readonly string[]
  ): Parse =>
  (cursor) => {
    const first = parse(cursor)
    const operands = [first]
    const operators: string[] = []
    for (let symbol; (symbol = take(cursor, ...symbols)); operands.push(parse(cursor))) {
      operators.push(symbol)
    }
    if (!operators.length) return first
    return { kind, column: first.column, operators, operands } as CompareNode | ArithmeticNode
  }

const parsePower: Parse = (cursor) => {
  const base = parseValue(cursor)
  if (!take(cursor, '**')) return base
  const operands = [base, nested(cursor, parseNegative)]
  return { kind: 'arithmetic', column: base.column, operators: ['**'], operands }
}

const parseNegative: Parse = (cursor) => {
  const column = peek(cursor).at + 1
  if (!take(cursor, '-')) return parsePower(cursor)
  const operand = nested(cursor, parseNegative)
  // Folded, so that negative labels are literals; 0 is left alone because JSON has no -0.
  return operand.kind === 'literal' && typeof operand.value === 'number' && operand.value !== 0
    ? { kind: 'literal', column, value: -operand.value }
    : { kind: 'negative', column, operands: [operand] }
}

const parseProduct = chain('arithmetic', parseNegative, '*', '/', '%')
const parseSum = chain('arithmetic', parseProduct, '+', '-')
const parseCompare = chain('compare', parseSum, '==', '!=', '<', '<=', '>', '>=', 'in', 'not in')

const parseNot: Parse = (cursor) => {
  const column = peek(cursor).at + 1
  return take(cursor, 'not')
    ? { kind: 'not', column, operands: [nested(cursor, parseNot)] }
    : parseCompare(cursor)
}

const parseAnd = chain('and', parseNot, 'and')
const parseOr = chain('or', parseAnd, 'or')

function parseValue(cursor: Cursor): ExpressionNode {
  const { text, at, value, name } = peek(cursor)
  const column = at + 1
  if (value !== undefined && value !== Infinity) {
    cursor.next++
    return { kind: 'literal', column, value }
  }
  if (name !== undefined) {
    cursor.next++
    // What stands in backticks is never a function.
    if (name === text && take(cursor, '(')) {
      return { kind: 'call', column, name, operands: parseItems(cursor, ')') }
    }
    cursor.names.add(name)
    return { kind: 'name', column, name }
  }
  if (take(cursor, '[')) return { kind: 'list', column, operands: parseItems(cursor, ']') }
  expect(cursor, '(', 'a finite number, a string, a name or another value')
  const inner = nested(cursor, parseOr)
  expect(cursor, ')', 'an operator or `)`')
  return inner
}

function parseItems(cursor: Cursor, end: string): readonly ExpressionNode[] {
  const items: ExpressionNode[] = []
  if (take(cursor, end)) return items
  do items.push(nested(cursor, parseOr))
  while (take(cursor, ','))
  expect(cursor, end, `an operator, \`,\` or \`${end}\``)
  return items
}
