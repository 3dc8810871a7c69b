import type { Distribution, History, Label, Problem, Range, Ranges } from '@attune/core'
import {
  AttuneError,
  contains,
  describeDistribution,
  refuseProblems,
  shortName,
  spaceOf,
} from '@attune/core'

import { parseLabelList, parseNumber } from '../study-file/param-flag.ts'
import { hint } from '../study-file/wording.ts'
import { table } from '../text/table.ts'
import type { Assignment } from './assignments.ts'
import { labelNamed, paramsNamed, readWords, sayTwice } from './assignments.ts'
import type { Io } from './io.ts'
import { openToSteer } from './open-to-steer.ts'
import { answer, describeRunners } from './steering.ts'

export interface NarrowOptions {
  /** The study, if it is named, and ranges: `lr=1e-4..1e-2`. */
  readonly words: readonly string[]
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** One JSON object. */
  readonly json?: boolean | undefined
}

/** A parameter whose range changed. */
interface Changed {
  readonly before: Distribution
  readonly after: Distribution
}

/**
 * `attune narrow`: searches parameters elsewhere from the next suggestion on.
 * @throws AttuneError `usage` with every mistake in what was written; `space/values` and
 *   `space/infeasible` as `Study.narrow`
 */
export async function narrow(options: NarrowOptions, io: Io): Promise<number> {
  const { study: named, assignments } = readWords(options.words)
  if (assignments.length === 0) {
    const examples = 'lr=1e-4..1e-2, act=relu,tanh, act+=gelu, act-=relu or lr=declared'
    throw new AttuneError('usage', `attune narrow takes ranges: ${examples}.`)
  }
  await using steered = await openToSteer({ study: named, journal: options.journal })
  const { study } = steered
  const { history, name } = study
  const ranges = rangesOf(history, assignments)
  const before = history.adjusted
  await study.narrow(ranges)
  const changed = changesOf(history, before, Object.keys(ranges))
  const { trials, within } = countWithin(history, changed)
  const runners = await steered.runners()
  const isRun = runners.length > 0
  const rows = Object.entries(changed).map(([param, change]) => [
    shortName(history, param),
    `was ${describeDistribution(change.before)}`,
    `now ${describeDistribution(change.after)}`,
  ])
  const lines = [
    `Study ${name} searches from ${isRun ? 'its next suggestion' : 'the next attune run'} on:`,
    ...table(rows).map((line) => `  ${line}`),
    ...(trials === 0
      ? []
      : [`Of the ${trials} trials so far ${within} lie within; all of them guide the search.`]),
    ...(isRun ? [describeRunners(runners)] : []),
  ]
  const object = { study: name, command: 'narrow', params: changed, trials, within, runners }
  answer(io, options.json, lines, object)
  return 0
}

function rangesOf(history: History, assignments: readonly Assignment[]): Ranges {
  const problems: Problem[] = []
  const ranges: Record<string, Range> = {}
  const names: string[] = []
  const searched = (flat: string): Distribution | undefined => history.adjusted.get(flat)
  for (const assignment of assignments) {
    const found = paramsNamed(history, assignment.name)
    const say = (message: string): void => {
      problems.push({ path: assignment.word, message })
    }
    if (typeof found === 'string') {
      say(found)
      continue
    }
    // What is added and removed adds up; a whole range stands once.
    names.push(...found.filter((flat) => assignment.operator === '=' || !names.includes(flat)))
    for (const flat of found) {
      const declared = declaredOf(history, flat)
      const range =
        declared === undefined
          ? 'it was met while trials ran, and the program itself gives its range.'
          : parseRange(assignment, declared, pending(ranges[flat], declared, searched(flat)))
      if (typeof range === 'string') {
        say(range)
        break
      }
      ranges[flat] = range
    }
  }
  sayTwice(names, problems)
  refuseProblems('usage', 'The new ranges', problems)
  return ranges
}

function declaredOf(history: History, name: string): Distribution | undefined {
  const space = spaceOf(history)
  return space.params[space.index.get(name) ?? -1]?.distribution
}

/** What a parameter is searched in so far: by what stands before in the same command, or else now. */
function pending(
  range: Range | undefined,
  declared: Distribution,
  now: Distribution | undefined,
): Distribution {
  if (range === null) return declared
  if (declared.kind !== 'choice' || range === undefined || !('choices' in range)) {
    return now ?? declared
  }
  return { ...declared, choices: range.choices }
}

/** What is written behind a name, or what is wrong with it; `now` is where it is searched so far. */
function parseRange(
  { operator, text, name }: Assignment,
  declared: Distribution,
  now: Distribution,
): Range | string {
  if (operator === '=' && text === 'declared') return null
  if (now.kind === 'choice') return parseChoices(operator, text, declared, now.choices)
  const is = `It is ${describeDistribution(now)}.`
  if (operator !== '=') return `only a choice gets or loses values with "${operator}". ${is}`
  const ends = text.split('..')
  const [low, high] = ends.map((end, i) =>
    end === '' && ends.length === 2 ? (i === 0 ? now.low : now.high) : parseNumber(end),
  )
  if (ends.length === 1 && low !== undefined) return { low, high: low }
  if (ends.length === 2 && low !== undefined && high !== undefined) return { low, high }
  return `expected LOW..HIGH, a number, or declared, got "${text}". ${is} Example: ${name}=${now.low}..${now.high}`
}

function parseChoices(
  operator: Assignment['operator'],
  text: string,
  declared: Distribution,
  now: readonly Label[],
): Range | string {
  const written = parseLabelList(text)
  if (written === undefined) {
    return `expected values with commas between them, got "${text}". Example: ${now.map(String).join(',')}`
  }
  const all = [...new Set([...(declared.kind === 'choice' ? declared.choices : []), ...now])]
  const areTexts = all.every((label) => typeof label === 'string')
  const labels = written.map(({ text: given, quoted, value }) => {
    const known = labelNamed(all, quoted ? `"${given}"` : given)
    if (known !== undefined) return known
    return quoted || areTexts ? given : value
  })
  if (operator === '=') return { choices: labels }
  if (operator === '+=') return { choices: [...now, ...labels] }
  const absent = labels.filter((label) => !now.includes(label))
  if (absent.length > 0) {
    return `it does not have ${absent.map(String).join(', ')} now. ${hint(String(absent[0]), now.map(String))}`
  }
  return { choices: now.filter((label) => !labels.includes(label)) }
}

function changesOf(
  history: History,
  adjusted: ReadonlyMap<string, Distribution>,
  names: readonly string[],
): Record<string, Changed> {
  const entries = names.map((name) => {
    const declared = declaredOf(history, name) as Distribution
    const change = {
      before: adjusted.get(name) ?? declared,
      after: history.adjusted.get(name) ?? declared,
    }
    return [name, change] as const
  })
  return Object.fromEntries(entries)
}

/** Of the trials that have values, those whose values lie in the new ranges as far as they have them. */
function countWithin(
  history: History,
  changed: Readonly<Record<string, Changed>>,
): { readonly trials: number; readonly within: number } {
  let trials = 0
  let within = 0
  for (let trial = 0; trial < history.length; trial++) {
    if (history.details.get(trial)?.suggested !== true) continue
    trials++
    const lies = Object.entries(changed).every(([name, { after }]) => {
      const value = history.values.get(name, trial)
      return value === undefined || contains(after, value)
    })
    if (lies) within++
  }
  return { trials, within }
}
