import type { Distribution, FlatParam, Label, Problem, Ranges, SearchSpace } from '@attune/core'
import { codecOf, isActive, refuseInfeasible, refuseProblems } from '@attune/core'
import { parseNumber } from './param-flag.ts'
import type { StudySpec } from './study-spec.ts'
import { hint, show } from './wording.ts'

/** Names under which a learning rate is looked for, in this order, capitals and dashes aside. */
const rateNames = ['lr', 'learningrate', 'rate', 'eta', 'stepsize']

export interface SweepOptions {
  /** The learning rate's parameter; default: the one that is called like it. */
  readonly param?: string | undefined
  /** Where it is swept; default: its range in the study. */
  readonly range?: { readonly low: number; readonly high: number } | undefined
  /** `name=value` for other parameters. */
  readonly set: readonly string[]
}

/** A space in which the learning rate alone is searched. */
export interface Sweep {
  /** The flat name of the learning rate. */
  readonly rate: string
  readonly range: { readonly low: number; readonly high: number }
  readonly space: SearchSpace
  /** Choices of variants and lengths of lists, which are fixed when the study is open. */
  readonly ranges: Ranges
  /** What the other parameters are, those that exist. */
  readonly fixed: Readonly<Record<string, Label>>
  /** Of these the ones that nothing was said about: they have the middle of their range. */
  readonly guessed: readonly string[]
}

/**
 * Fixes every parameter but the learning rate at what is set, at its default, or else at the middle of
 * its range (the first of its labels). The learning rate is searched on a log scale.
 *
 * @throws AttuneError `usage` with every mistake; `space/infeasible` when the constraints of the study
 *   leave nothing to search
 */
export function sweepOf(space: SearchSpace, options: SweepOptions): Sweep {
  const problems: Problem[] = []
  const set = readSettings(space, options.set, problems)
  const rate = findRate(space, options, set, problems)
  refuseProblems('usage', 'Options', problems)
  const param = space.params[space.index.get(rate as string) as number] as FlatParam
  const needed = neededFor(param, set, problems)
  const range = options.range ?? declaredRange(param, problems)
  refuseProblems('usage', 'Options', problems)
  return fix(space, param, range as Sweep['range'], new Map([...needed, ...set]))
}

/** What a study file says of its own search, not of the sweep. */
const notOfSweeps: readonly (keyof StudySpec)[] = [
  ...(['trials', 'seconds', 'target', 'patience', 'cost', 'cpuSeconds', 'regret'] as const),
  ...(['artifacts', 'duplicates'] as const),
]

/**
 * The study of a sweep: this space, the first objective, readings A and B of the sampler `gamma`, and
 * nothing that would end it or one of its runs early.
 */
export function sweepSpec(spec: StudySpec, name: string, { space }: Sweep): StudySpec {
  const entries = Object.entries(spec).filter(
    ([key]) => !notOfSweeps.includes(key as keyof StudySpec),
  )
  return {
    ...(Object.fromEntries(entries) as unknown as StudySpec),
    name,
    space,
    objectives: spec.objectives.slice(0, 1),
    constraints: [],
    sampler: { name: 'gamma' },
    scheduler: { name: 'none' },
  }
}

const general = (name: string): string => name.replaceAll(/\.\d+(?=\.|$)/g, '')
const leafOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** The parameters that a name stands for: one, or those of all elements of a list. */
function named(space: SearchSpace, name: string): FlatParam[] | string {
  const exact = space.params.filter((p) => p.name === name || general(p.name) === name)
  const alike = exact.length > 0 ? exact : space.params.filter((p) => leafOf(p.name) === name)
  const names = [...new Set(alike.map((p) => general(p.name)))]
  if (names.length > 1) return `it may be ${names.join(' or ')}. Write the whole name.`
  if (alike.length > 0) {
    return space.params.filter((p) => general(p.name) === names[0])
  }
  const known = [...new Set(space.params.map((p) => general(p.name)))]
  return `the study has no such parameter. ${hint(name, known)}`
}

function readSettings(
  space: SearchSpace,
  words: readonly string[],
  problems: Problem[],
): Map<string, Label> {
  const values = new Map<string, Label>()
  for (const word of words) {
    const path = `--set ${word}`
    const [, name, text] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    const found =
      name === undefined ? 'expected NAME=VALUE. Example: --set epochs=1' : named(space, name)
    if (typeof found === 'string') {
      problems.push({ path, message: found })
      continue
    }
    for (const param of found) {
      const value = valueOf(text as string, param)
      if (typeof value === 'object' && value !== null) {
        problems.push({ path, message: value.message })
        break
      }
      values.set(param.name, value)
    }
  }
  return values
}

/** What a text means for a parameter. A sweep may go beyond its range: fewer epochs, for example. */
function valueOf(text: string, { distribution }: FlatParam): Label | { readonly message: string } {
  const number = parseNumber(text)
  if (distribution.kind === 'choice') {
    const { choices } = distribution
    const known = choices.find((label) => String(label) === text || label === number)
    if (known !== undefined) return known
    if (choices.length > 1) {
      return { message: `it is none of its values. ${hint(text, choices.map(String))}` }
    }
    if (text === 'true' || text === 'false') return text === 'true'
    return typeof choices[0] === 'number' ? (number ?? { message: 'expected a number.' }) : text
  }
  if (number === undefined) return { message: `expected a number, got ${show(text)}.` }
  if (distribution.kind === 'int' && !Number.isInteger(number)) {
    return { message: `expected a whole number, got ${text}.` }
  }
  return number
}

function findRate(
  space: SearchSpace,
  { param }: SweepOptions,
  set: ReadonlyMap<string, Label>,
  problems: Problem[],
): string | undefined {
  const say = (message: string): undefined => void problems.push({ path: '--param', message })
  if (param !== undefined) {
    const found = named(space, param)
    if (typeof found === 'string') return say(found)
    const [one] = found as [FlatParam]
    if (set.has(one.name)) return say(`${one.name} is what is swept, so --set cannot fix it.`)
    return found.length > 1 ? say('the elements of a list have one each. Name another.') : one.name
  }
  const plainLeaf = (name: string): string => leafOf(name).replaceAll(/[-_]/g, '').toLowerCase()
  const free = space.params.filter((p) => p.distribution.kind !== 'choice' && !set.has(p.name))
  const values = standing(space, set)
  const there = free.filter((p) => isActive(p, values))
  for (const those of [there, free]) {
    for (const wanted of rateNames) {
      const found = those.filter((p) => plainLeaf(p.name) === wanted)
      if (found.length === 1) return found[0]!.name
      if (found.length > 1) {
        return say(`the learning rate may be ${found.map((p) => p.name).join(' or ')}. Name it.`)
      }
    }
  }
  const names = space.params.map((p) => p.name).join(', ')
  return say(
    `no parameter is called like a learning rate. Name it, of ${names}. Example: --param ${space.params[0]?.name ?? 'lr'}`,
  )
}

/** The value a parameter has when nothing is said about it. */
function usual({ default: given, distribution }: FlatParam): Label {
  if (given !== undefined) return given
  return distribution.kind === 'choice'
    ? (distribution.choices[0] as Label)
    : codecOf(distribution).decode(0.5)
}

function standing(space: SearchSpace, set: ReadonlyMap<string, Label>): Record<string, Label> {
  const values: Record<string, Label> = {}
  for (const param of space.params) {
    if (isActive(param, values)) values[param.name] = set.get(param.name) ?? usual(param)
  }
  return values
}

/** What must be so that the learning rate exists: the variant it belongs to, for example. */
function neededFor(
  rate: FlatParam,
  set: ReadonlyMap<string, Label>,
  problems: Problem[],
): Map<string, Label> {
  const needed = new Map<string, Label>()
  for (const condition of rate.when) {
    const given = set.get(condition.parent)
    if (!('in' in condition)) continue
    if (given === undefined) needed.set(condition.parent, condition.in[0] as Label)
    else if (!condition.in.includes(given)) {
      const path = `--set ${condition.parent}=${String(given)}`
      const message = `${rate.name} exists only with ${condition.in.map(String).join(' or ')}.`
      problems.push({ path, message })
    }
  }
  return needed
}

function declaredRange(
  { name, distribution }: FlatParam,
  problems: Problem[],
): Sweep['range'] | undefined {
  if (
    distribution.kind !== 'choice' &&
    distribution.low > 0 &&
    distribution.high > distribution.low
  ) {
    return { low: distribution.low, high: distribution.high }
  }
  const why = distribution.kind === 'choice' ? 'is no range' : 'does not begin above 0'
  problems.push({
    path: '--range',
    message: `${name} ${why} in the study, and a sweep needs one. Example: --range 1e-5..1`,
  })
  return undefined
}

function fix(
  space: SearchSpace,
  rate: FlatParam,
  range: Sweep['range'],
  set: ReadonlyMap<string, Label>,
): Sweep {
  const parents = new Set(space.params.flatMap((p) => p.when.map((c) => c.parent)))
  const ranges: Record<string, Ranges[string]> = {}
  const params = space.params.map((param): FlatParam => {
    const { name, when, distribution } = param
    if (name === rate.name) return swept(param, range)
    const value = set.get(name) ?? usual(param)
    if (!parents.has(name)) return { name, when, distribution: only(value) }
    ranges[name] =
      distribution.kind === 'choice'
        ? { choices: [value] }
        : { low: value as number, high: value as number }
    return { name, when, distribution, default: value }
  })
  const fixedSpace: SearchSpace = { ...space, params }
  const fixed = standing(space, set)
  delete fixed[rate.name]
  refuseInfeasible({
    ...fixedSpace,
    params: params.map((p) =>
      p.name in ranges ? { ...p, distribution: only(p.default as Label) } : p,
    ),
  })
  const guessed = space.params.flatMap(({ name, default: given, distribution }) =>
    name in fixed && !set.has(name) && given === undefined && hasMany(distribution) ? [name] : [],
  )
  return { rate: rate.name, range, space: fixedSpace, ranges, fixed, guessed }
}

const only = (value: Label): Distribution => ({ kind: 'choice', choices: [value], ordered: false })

const hasMany = (d: Distribution): boolean =>
  d.kind === 'choice' ? d.choices.length > 1 : d.low < d.high

/** The learning rate on a log scale; its default stays if it lies in the range. */
function swept({ name, when, default: given }: FlatParam, range: Sweep['range']): FlatParam {
  const lies = typeof given === 'number' && given >= range.low && given <= range.high
  const distribution: Distribution = { kind: 'float', ...range, scale: 'log' }
  return { name, when, distribution, ...(lies ? { default: given } : {}) }
}
