import type { Distribution, FlatParam, Label, Problem, SearchSpace, Values } from '@attune/core'
import { checkValues, codecOf, contains, isActive, parseSpace } from '@attune/core'
import type { StudyDefinition } from '../data/definition.ts'

/** A space as a form shows it: where parameters may lie, and where they are searched now. */
export interface FormSpace {
  /** As declared, with the parameters that trials met while they ran. */
  readonly declared: SearchSpace
  /** The same with the ranges that were narrowed or widened. */
  readonly searched: SearchSpace
}

/** The space of a study for its forms. */
export function formSpace({ space, discovered, adjusted }: StudyDefinition): FormSpace {
  const own = parseSpace(space, [])
  const extra = discovered.filter(({ name }) => !own.index.has(name))
  const declared = withParams(own, [...own.params, ...extra])
  const params = declared.params.map((param) => {
    const distribution = adjusted[param.name]
    return distribution === undefined ? param : { ...param, distribution }
  })
  return { declared, searched: withParams(declared, params) }
}

function withParams(space: SearchSpace, params: readonly FlatParam[]): SearchSpace {
  return { ...space, params, index: new Map(params.map(({ name }, i) => [name, i])) }
}

/**
 * What stands in the fields of a form, by flat name: the text of a number as it is typed, the label of
 * a choice. What is absent, or an empty text of a number, is left to the sampler.
 */
export type Entries = Readonly<Record<string, Label>>

/** The entries that show given values. */
export function entriesOf(space: SearchSpace, values: Values): Entries {
  const known = Object.entries(values).filter(([name]) => space.index.has(name))
  return Object.fromEntries(
    known.map(([name, value]) => [name, isNumeric(space, name) ? String(value) : value]),
  )
}

function isNumeric(space: SearchSpace, name: string): boolean {
  return distributionOf(space, name)?.kind !== 'choice'
}

function distributionOf(space: SearchSpace, name: string): Distribution | undefined {
  return space.params[space.index.get(name) ?? -1]?.distribution
}

/** What a form says: values of the parameters that exist, and what is wrong with them. */
export interface FormReading {
  readonly values: Values
  /** The parameters that exist with these values, or may exist: parents first. */
  readonly active: readonly FlatParam[]
  /** By flat name; '' holds what concerns the whole configuration. */
  readonly problems: Readonly<Record<string, string>>
}

/**
 * Reads the entries of a form as the engine will: values of parameters that do not exist with the others
 * are left out, a value may lie in the declared or in the searched range, and no constraint is broken.
 */
export function readEntries({ declared, searched }: FormSpace, entries: Entries): FormReading {
  const values: Record<string, Label> = {}
  const active: FlatParam[] = []
  const problems: Record<string, string> = {}
  for (const param of searched.params) {
    const { name } = param
    // Parents stand before their children, so that what decides about them is known.
    if (!isActive(param, values)) continue
    active.push(param)
    const entry = entries[name]
    if (entry === undefined) continue
    const value = param.distribution.kind === 'choice' ? entry : numberOf(entry)
    if (value === undefined) continue
    if (typeof value === 'number' && Number.isNaN(value))
      problems[name] = `"${String(entry)}" is no number.`
    else values[name] = value
  }
  for (const { path, message } of checkEither(declared, searched, values))
    problems[path] ??= message
  const broken = brokenConstraint(declared, values)
  if (broken !== undefined && Object.keys(problems).length === 0) {
    problems[''] = `These values break "${broken}". Change them.`
  }
  return { values, active, problems }
}

/** The engine's words: first of the declared space, unless the searched one allows the value. */
function checkEither(declared: SearchSpace, searched: SearchSpace, values: Values): Problem[] {
  const problems = checkValues(declared, values, { partial: true })
  return problems.filter(({ path }) => {
    const distribution = distributionOf(searched, path)
    const value = values[path]
    return distribution === undefined || value === undefined || !contains(distribution, value)
  })
}

function brokenConstraint(space: SearchSpace, values: Values): string | undefined {
  const isWhole = checkValues(space, values).length === 0
  const broken = space.constraints.find((c) => (isWhole || c.partial) && !c.satisfied(values))
  return broken?.source
}

function numberOf(entry: Label): number | undefined {
  const text = String(entry).trim()
  return text === '' ? undefined : Number(text)
}

type NumericDistribution = Exclude<Distribution, { kind: 'choice' }>

/** A slider over the values of a number, on its scale. */
export interface Slider {
  /** The last place; the first is 0. */
  readonly last: number
  place(value: number): number
  /** The value at a place, with no more digits than the slider can tell. */
  value(place: number): number
}

const steps = 1000

/** The slider of a distribution: a place for each value if they are few, else a thousand on the scale. */
export function sliderOf(distribution: NumericDistribution): Slider {
  const { count, encode, decode } = codecOf(distribution)
  const { low, high, scale, step } = distribution
  if (scale === 'linear' && step !== undefined && count <= steps) {
    const clamped = (value: number): number => Math.min(high, Math.max(low, value))
    return {
      last: count - 1,
      place: (value) => Math.round((clamped(value) - low) / step),
      value: (place) => decode((place + 0.5) / count) as number,
    }
  }
  return {
    last: low === high ? 0 : steps,
    place(value) {
      if (low === high || value <= low) return 0
      return value >= high ? steps : Math.round(encode(value) * steps)
    },
    value(place) {
      if (place <= 0) return low
      if (place >= steps) return high
      const value = decode(place / steps) as number
      if (step !== undefined) return value
      return Math.min(high, Math.max(low, Number(value.toPrecision(4))))
    },
  }
}
