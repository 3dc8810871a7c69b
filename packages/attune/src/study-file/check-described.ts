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
  const settings = Object.entries(make(kind, { name }).options ?? {})
  // A setting that is no option, such as those `auto` chooses itself, does not mind a wrong value.
  const taken = settings.filter(([key, value]) => {
    const wrong = typeof value === 'object' ? { wrong: Number.NaN } : Number.NaN
    return typeof orMessage(() => make(kind, { name, options: { [key]: wrong } })) === 'string'
  })
  return Object.fromEntries(taken)
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
  if (typeof usual === 'number') {
    if (typeof value === 'number' && Number.isFinite(value)) return undefined
    return `expected a number such as ${usual}, got ${show(value)}.`
  }
  const fits = typeof value === typeof usual && value !== null && !Array.isArray(value)
  return fits ? undefined : `expected a mapping, got ${show(value)}.`
}
