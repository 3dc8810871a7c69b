import { nearest, type Problem, refuseProblems } from '@attune/core'

/** What an option may be. */
export interface OptionRule {
  /** Completes “must be …”. */
  readonly rule: string
  allows(value: unknown): boolean
}

/** A whole number from `low` to `high`. */
export function wholeNumber(low: number, high: number = Infinity): OptionRule {
  const upTo = high === Infinity ? `of at least ${low}` : `from ${low} to ${high}`
  return {
    rule: `a whole number ${upTo}`,
    allows: (value) => Number.isInteger(value) && inRange(value as number, low, high),
  }
}

/** A number from `low` to `high`, both included. */
export function numberFrom(low: number, high: number): OptionRule {
  return {
    rule: `a number from ${low} to ${high}`,
    allows: (value) => typeof value === 'number' && inRange(value, low, high),
  }
}

/** A finite number above `low`. */
export function numberAbove(low: number): OptionRule {
  return {
    rule: `a finite number above ${low}`,
    allows: (value) => typeof value === 'number' && value > low && value < Infinity,
  }
}

/** A finite number of at least `low`. */
export function numberAtLeast(low: number): OptionRule {
  return {
    rule: `a finite number of at least ${low}`,
    allows: (value) => typeof value === 'number' && value >= low && value < Infinity,
  }
}

export function oneOf(...words: readonly string[]): OptionRule {
  return {
    rule: `one of ${words.map((word) => `'${word}'`).join(', ')}`,
    allows: (value) => words.includes(value as string),
  }
}

export const trueOrFalse: OptionRule = {
  rule: 'true or false',
  allows: (value) => typeof value === 'boolean',
}

/** Either of two rules. */
export function either(a: OptionRule, b: OptionRule): OptionRule {
  return { rule: `${a.rule}, or ${b.rule}`, allows: (value) => a.allows(value) || b.allows(value) }
}

/**
 * The options with their defaults; what is given as undefined is left out.
 * @throws AttuneError `models/options` with every option that breaks its rule or is not known
 */
export function checkedOptions<O extends object>(
  learner: string,
  defaults: Required<O>,
  given: Partial<O>,
  rules: { readonly [K in keyof Required<O>]: OptionRule },
): Required<O> {
  const problems: Problem[] = []
  const options: Record<string, unknown> = { ...defaults }
  const byName = rules as Readonly<Record<string, OptionRule>>
  for (const [path, value] of Object.entries(given)) {
    if (value === undefined) continue
    const rule = Object.hasOwn(byName, path) ? byName[path] : undefined
    if (rule === undefined) problems.push({ path, message: unknownOption(path, byName) })
    else if (rule.allows(value)) options[path] = value
    else problems.push({ path, message: `is ${show(value)}, but must be ${rule.rule}.` })
  }
  refuseProblems('models/options', learner, problems)
  return options as Required<O>
}

function unknownOption(path: string, rules: Readonly<Record<string, OptionRule>>): string {
  const names = Object.keys(rules)
  const meant = nearest(path, names)
  const hint =
    meant === undefined ? `the options are ${names.join(', ')}` : `did you mean ${meant}?`
  return `is not an option: ${hint}.`
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
}

function inRange(value: number, low: number, high: number): boolean {
  return value >= low && value <= high
}
