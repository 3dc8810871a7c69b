import type { ComparisonOperator, Value } from './ast.ts'

/** What a comparison says of two known values; `undefined` where it says nothing. */
type Test = (a: Value, b: Value) => boolean | undefined

const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

/** Strictly by value: `1` is not `"1"`, lists are equal item by item, NaN equals nothing. */
const equal = (a: Value, b: Value): boolean =>
  a === b ||
  (isList(a) && isList(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]!)))

const ordered =
  (test: (a: number | string, b: number | string) => boolean): Test =>
  (a, b) =>
    typeof a === typeof b && (typeof a === 'number' || typeof a === 'string')
      ? test(a, b as number | string)
      : undefined

const contained: Test = (a, b) => (isList(b) ? b.some((item) => equal(a, item)) : undefined)
const not =
  (test: Test): Test =>
  (a, b) => {
    const verdict = test(a, b)
    return verdict === undefined ? undefined : !verdict
  }

export const COMPARISONS: Readonly<Record<ComparisonOperator, Test>> = {
  '==': equal,
  '!=': not(equal),
  '<': ordered((a, b) => a < b),
  '<=': ordered((a, b) => a <= b),
  '>': ordered((a, b) => a > b),
  '>=': ordered((a, b) => a >= b),
  in: contained,
  'not in': not(contained),
}
