import { createSampler, createScheduler, samplerNames, schedulerNames } from '@attune/core'
import type { Described } from '@attune/core'
import { orMessage } from './check-metrics.ts'
import { hint, show } from './wording.ts'

export type DescribedKind = 'sampler' | 'scheduler'

/** A mistake in a name, or in one of its options. */
export interface DescribedProblem {
  readonly option?: string
  readonly message: string
}

/** The names there are. */
export const describedNames: Readonly<Record<DescribedKind, readonly string[]>> = {
  sampler: samplerNames,
  scheduler: schedulerNames,
}

function make(kind: DescribedKind, described: Described): Described {
  return kind === 'sampler' ? createSampler(described) : createScheduler(described)
}

/** The options that a sampler or scheduler takes, with their defaults. */
export function optionsOf(
  kind: DescribedKind,
  name: string,
): { readonly [option: string]: unknown } {
  return make(kind, { name }).options ?? {}
}

/** What kind of value an option takes, by its default; null is a number that is worked out. */
export function optionKind(usual: unknown): 'number' | 'boolean' | 'string' | 'list' | 'mapping' {
  if (usual === null) return 'number'
  if (Array.isArray(usual)) return 'list'
  const kind = typeof usual
  return kind === 'number' || kind === 'boolean' || kind === 'string' ? kind : 'mapping'
}

/** The mistakes in a name with its options, in the end found by making it. */
export function checkDescribed(kind: DescribedKind, described: Described): DescribedProblem[] {
  const { name, options = {} } = described
  const names = describedNames[kind]
  if (!names.includes(name)) {
    return [{ message: `there is no ${kind} "${name}". ${hint(name, names)}` }]
  }
  const known = optionsOf(kind, name)
  const problems = Object.entries(options).flatMap(([option, value]): DescribedProblem[] => {
    const message = checkOption(name, known, option, value)
    return message === undefined ? [] : [{ option, message }]
  })
  if (problems.length > 0) return problems
  const made = orMessage(() => make(kind, described))
  return typeof made === 'string' ? [{ message: made }] : []
}

function checkOption(
  name: string,
  known: { readonly [option: string]: unknown },
  option: string,
  value: unknown,
): string | undefined {
  const all = Object.keys(known)
  if (all.length === 0) return `${name} takes no options, got "${option}". Remove it.`
  if (!all.includes(option)) return `${name} has no option "${option}". ${hint(option, all)}`
  const usual = known[option]
  const kind = optionKind(usual)
  const alike = value === null ? usual === null : optionKind(value) === kind
  if (alike && (typeof value !== 'number' || Number.isFinite(value))) return undefined
  return `expected ${wanted[kind](usual)}, got ${show(value)}.`
}

const wanted = {
  number: (usual: unknown) => (usual === null ? 'a number' : `a number such as ${String(usual)}`),
  boolean: () => 'true or false',
  string: (usual: unknown) => `a word such as ${String(usual)}`,
  list: (usual: unknown) => `a list such as ${JSON.stringify(usual)}`,
  mapping: () => 'a mapping',
} as const
