/** A function of the language. */
export interface ExpressionFunction {
  /** How many numbers it takes; 0: any number of numbers and lists of numbers. */
  readonly arity: number
  /** The result for the numbers of all arguments, lists flattened; `undefined` is unknown. */
  readonly apply: (numbers: readonly number[]) => number | undefined
}

/** `log` is the natural logarithm; `round` sends halves up. */
const SCALARS = [
  'abs',
  'log',
  'log2',
  'log10',
  'exp',
  'sqrt',
  'floor',
  'ceil',
  'round',
  'pow',
] as const

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
const ofSome =
  (aggregate: ExpressionFunction['apply']): ExpressionFunction['apply'] =>
  (numbers) =>
    numbers.length > 0 ? aggregate(numbers) : undefined

export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map<
  string,
  ExpressionFunction
>([
  ['min', { arity: 0, apply: ofSome((x) => x.reduce((a, b) => Math.min(a, b))) }],
  ['max', { arity: 0, apply: ofSome((x) => x.reduce((a, b) => Math.max(a, b))) }],
  ['sum', { arity: 0, apply: sum }],
  ['mean', { arity: 0, apply: ofSome((x) => sum(x) / x.length) }],
  ...SCALARS.map((name) => {
    const f: (a: number, b: number) => number = Math[name]
    return [name, { arity: f.length, apply: ([a, b]: readonly number[]) => f(a!, b!) }] as const
  }),
])
