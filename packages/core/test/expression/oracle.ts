import fc from 'fast-check'
import type { Value } from '../../src/expression/index.ts'

/**
 * Random expressions with a meaning of their own: trees, a printer that sets only the parentheses it
 * must (and some it need not), and a direct interpreter.
 */
export type Tree =
  | { readonly op: 'value'; readonly value: number | string | boolean | null }
  | { readonly op: 'name'; readonly name: string }
  | {
      readonly op: string
      readonly args: readonly Tree[]
      /** Operators of a chain. */
      readonly signs?: readonly string[]
      /** Whether to print parentheses that nobody needs. */
      readonly wrap: boolean
    }

export const NAMES = ['a', 'b', 'c', 'd.0.x', 'weight-decay']
export type Environment = ReadonlyMap<string, Value | undefined>

const numbers = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 0.5),
  fc.double({ min: 0, max: 1e300, noNaN: true }),
)
const labels = fc.constantFrom('', 'a', 'b', "it's", 'say "hi"\\', 'or')
const scalars = fc.oneof(numbers, labels, fc.boolean(), fc.constant(null))
const bindings = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.constantFrom(-1, 0, 1, 2) },
  { weight: 2, arbitrary: fc.boolean() },
  { weight: 2, arbitrary: fc.oneof(scalars, fc.double()) },
  { weight: 1, arbitrary: fc.array(scalars, { maxLength: 3 }) },
)

export const environments: fc.Arbitrary<Environment> = fc
  .tuple(...NAMES.map(() => bindings))
  .map((values) => new Map(NAMES.map((name, i) => [name, values[i]])))

const name = fc.constantFrom(...NAMES).map((n): Tree => ({ op: 'name', name: n }))
const literal = scalars.map((value): Tree => ({ op: 'value', value }))
const node = (op: string, args: fc.Arbitrary<Tree[]>): fc.Arbitrary<Tree> =>
  fc.record({ op: fc.constant(op), args, wrap: fc.boolean() })
const chain = (op: string, arg: fc.Arbitrary<Tree>, signs: readonly string[]): fc.Arbitrary<Tree> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.constantFrom(...signs), arg), { minLength: 1, maxLength: 3 }),
      arg,
      fc.boolean(),
    )
    .map(([rest, first, wrap]) => ({
      op,
      wrap,
      args: [first, ...rest.map(([, tree]) => tree)],
      signs: rest.map(([sign]) => sign),
    }))

const { condition, number } = fc.letrec<{ condition: Tree; number: Tree; any: Tree }>((tie) => {
  const some = fc.array(tie('any'), { maxLength: 3 })
  const one = (arbitrary: fc.Arbitrary<Tree>): fc.Arbitrary<Tree[]> => arbitrary.map((t) => [t])
  const two = (arbitrary: fc.Arbitrary<Tree>): fc.Arbitrary<Tree[]> =>
    fc.array(arbitrary, { minLength: 2, maxLength: 3 })
  return {
    any: fc.oneof(
      { maxDepth: 4 },
      name,
      literal,
      tie('number'),
      tie('condition'),
      node('list', some),
    ),
    number: fc.oneof(
      { maxDepth: 4 },
      name,
      numbers.map((value): Tree => ({ op: 'value', value })),
      chain('sum', tie('number'), ['+', '-']),
      chain('product', tie('number'), ['*', '/', '%']),
      node('negative', one(tie('number'))),
      node(
        'power',
        fc.tuple(tie('number'), tie('number')).map((pair) => [...pair]),
      ),
      ...['abs', 'floor', 'sqrt'].map((f) => node(f, one(tie('number')))),
      ...['min', 'max', 'sum()', 'mean'].map((f) => node(f, some)),
    ),
    condition: fc.oneof(
      { maxDepth: 4 },
      name,
      fc.boolean().map((value): Tree => ({ op: 'value', value })),
      chain('compare', tie('number'), ['==', '!=', '<', '<=', '>', '>=']),
      chain('compare', tie('any'), ['==', '!=', '<', '>=', 'in', 'not in']),
      node('and', two(tie('condition'))),
      node('or', two(tie('condition'))),
      node('not', one(tie('condition'))),
    ),
  }
})

export const conditions: fc.Arbitrary<Tree> = condition
export const trees: fc.Arbitrary<Tree> = fc.oneof(condition, number)

/** How tightly each node holds together; functions, lists and leaves hold by themselves. */
const BINDING: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  not: 3,
  compare: 4,
  sum: 5,
  product: 6,
  negative: 7,
  power: 8,
}

export function print(tree: Tree, atLeast = 0): string {
  if (!('args' in tree)) {
    if (tree.op === 'value' && 'value' in tree) return JSON.stringify(tree.value)
    return 'name' in tree ? (tree.name.includes('-') ? `\`${tree.name}\`` : tree.name) : ''
  }
  const { op, args, signs = [], wrap } = tree
  const own = BINDING[op] ?? 9
  const text = printNode(op, args, signs, own)
  return own < atLeast || wrap ? `(${text})` : text
}

function printNode(
  op: string,
  args: readonly Tree[],
  signs: readonly string[],
  own: number,
): string {
  const list = args.map((arg) => print(arg)).join(', ')
  switch (op) {
    case 'list':
      return `[${list}]`
    case 'not':
      return `not ${print(args[0]!, own)}`
    case 'negative':
      return `-${print(args[0]!, own)}`
    case 'power':
      return `${print(args[0]!, own + 1)} ** ${print(args[1]!, own - 1)}`
    case 'and':
    case 'or':
      return args.map((arg) => print(arg, own + 1)).join(` ${op} `)
    case 'compare':
    case 'sum':
    case 'product':
      return args
        .map(
          (arg, i) =>
            (i === 0 ? '' : ` ${signs[i - 1]} `) +
            print(arg, i === 0 && op !== 'compare' ? own : own + 1),
        )
        .join('')
    default:
      return `${op.replace('()', '')}(${list})`
  }
}

const UNKNOWN = undefined
type Result = Value | undefined

export function interpret(tree: Tree, environment: Environment): Result {
  if (!('args' in tree)) {
    return 'value' in tree ? tree.value : 'name' in tree ? environment.get(tree.name) : UNKNOWN
  }
  const { op, args, signs = [] } = tree
  const values = args.map((arg) => interpret(arg, environment))
  const pairs = signs.map((sign, i) => compare(sign, values[i], values[i + 1]))
  switch (op) {
    case 'list':
      return values.includes(UNKNOWN) ? UNKNOWN : (values as Value[])
    case 'not':
      return fromDegree(1 - degree(values[0]))
    case 'and':
      return fromDegree(Math.min(...values.map(degree)))
    case 'or':
      return fromDegree(Math.max(...values.map(degree)))
    case 'compare':
      return fromDegree(Math.min(...pairs.map(degree)))
    case 'negative':
      return calculate((x) => -x, values)
    case 'power':
      return calculate(Math.pow, values)
    case 'sum':
    case 'product':
      return values.reduce((left, right, i) =>
        calculate(
          (x, y) =>
            ({ '+': x + y, '-': x - y, '*': x * y, '/': x / y, '%': x % y })[signs[i - 1]!] ?? NaN,
          [left, right],
        ),
      )
    case 'abs':
    case 'floor':
    case 'sqrt':
      return calculate(Math[op], values)
  }
  if (values.includes(UNKNOWN)) return UNKNOWN
  const flat = (values as Value[]).flatMap((value) => value)
  if (flat.length === 0) return op === 'sum()' ? 0 : UNKNOWN
  const total = (...xs: number[]): number => {
    let sum = 0
    for (const x of xs) sum += x
    return sum
  }
  const folds = {
    min: Math.min,
    max: Math.max,
    'sum()': total,
    mean: (...xs: number[]) => total(...xs) / xs.length,
  }
  return calculate(folds[op as keyof typeof folds], flat)
}

/** Kleene's three values as degrees of truth: false 0, unknown ½, true 1. */
const degree = (value: Result): number => (value === true ? 1 : value === false ? 0 : 0.5)
const fromDegree = (d: number): Result => (d === 0.5 ? UNKNOWN : d === 1)

const calculate = (f: (...xs: number[]) => number, values: readonly Result[]): Result =>
  values.every((value) => typeof value === 'number') ? f(...(values as number[])) : UNKNOWN

function compare(sign: string, a: Result, b: Result): boolean | undefined {
  if (a === UNKNOWN || b === UNKNOWN) return UNKNOWN
  if (sign === '==') return same(a, b)
  if (sign === '!=') return !same(a, b)
  if (sign.endsWith('in')) {
    if (!Array.isArray(b)) return UNKNOWN
    const found = (b as Value[]).filter((item) => same(a, item)).length > 0
    return sign === 'in' ? found : !found
  }
  const kinds = [typeof a, typeof b].join()
  if (kinds !== 'number,number' && kinds !== 'string,string') return UNKNOWN
  const [x, y] = [a as number, b as number]
  return { '<': x < y, '<=': x <= y, '>': x > y, '>=': x >= y }[sign]
}

function same(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Value, i) => same(item, (b as Value[])[i]!))
  }
  return a === b
}
