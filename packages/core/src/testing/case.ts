import { AttuneError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'

/**
 * One requirement of a conformance suite, for any test runner:
 * `for (const c of journalCases(open)) test(c.name, c.run)`.
 */
export interface Case {
  readonly name: string
  /** Rejects with `CaseFailed` when the requirement is not met. */
  run(): Promise<void>
}

/** A requirement of a conformance suite that is not met. */
export class CaseFailed extends Error {
  override readonly name: string = 'CaseFailed'
}

/** Fails unless the condition holds; `what` says what should have been. */
export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new CaseFailed(what)
}

/**
 * Fails unless both are the same in depth: arrays, typed arrays, maps, sets and plain objects by
 * what they hold, numbers so that NaN equals NaN, fields that are undefined as if absent.
 */
export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  if (same(actual, expected)) return
  throw new CaseFailed(`${what}: expected ${show(expected)}, got ${show(actual)}`)
}

/** Fails unless the promise rejects with an AttuneError of this code. */
export async function checkRejects(
  promise: Promise<unknown>,
  code: ErrorCode,
  what: string,
): Promise<void> {
  let outcome: string
  try {
    outcome = `it gave ${show(await promise)}`
  } catch (error) {
    if (error instanceof AttuneError && error.code === code) return
    outcome = `it failed with ${String(error)}`
  }
  throw new CaseFailed(`${what}: expected an error ${code}, but ${outcome}`)
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return typeof a === 'number' && a === b
  }
  if (kindOf(a) !== kindOf(b)) return false
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    const [x, y] = [a, b] as [ArrayLike<unknown>, ArrayLike<unknown>]
    return x.length === y.length && Array.from(x).every((v, i) => same(v, y[i]))
  }
  if (a instanceof Map || a instanceof Set) return same([...a], [...(b as Iterable<unknown>)])
  const fields = (o: object): [string, unknown][] =>
    Object.entries(o)
      .filter(([, value]) => value !== undefined)
      .sort(([x], [y]) => (x < y ? -1 : 1))
  const [x, y] = [fields(a), fields(b)]
  return x.length === y.length && x.every(([k, v], i) => k === y[i]![0] && same(v, y[i]![1]))
}

const kindOf = (o: object): unknown => Object.getPrototypeOf(o) ?? Object.prototype

function show(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text
}
