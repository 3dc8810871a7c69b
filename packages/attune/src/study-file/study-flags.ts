import { resolve } from 'node:path'
import type { Described, Problem } from '@attune/core'
import { checkDescribed } from './check-described.ts'
import type { DescribedKind } from './check-described.ts'
import { durationExpected, parseDuration } from './duration.ts'
import { parseNumber } from './param-flag.ts'
import { numberRules, obeys } from './rules.ts'
import type { StudySpec } from './study-spec.ts'
import { show } from './wording.ts'

/** The options of the command line that hold for any study, as they were written. */
export interface StudyFlags {
  readonly trials?: string
  readonly time?: string
  readonly target?: string
  readonly patience?: string
  readonly costLimit?: string
  readonly costPerSecond?: string
  readonly costMetric?: string
  readonly regret?: string
  readonly workers?: string
  readonly seed?: string
  readonly sampler?: string
  readonly scheduler?: string
  readonly trialTimeout?: string
  readonly deterministic?: boolean
  readonly lag?: string
  readonly journal?: string
}

/** What the options say of a study; `timeoutSeconds` is that of a trial. */
export type StudySettings = Partial<Omit<StudySpec, 'trial'>> & {
  readonly timeoutSeconds?: number
}

/**
 * Reads the options that are there, adding every mistake to `problems`. `before` is the cost that a
 * study has without them; options may change a part of it.
 */
export function readStudyFlags(
  flags: StudyFlags,
  problems: Problem[],
  before?: StudySpec['cost'],
): StudySettings {
  const { expect, number } = createReader(problems)
  const duration = (flag: string, given: string, example: string): number | undefined => {
    const value = parseDuration(given)
    return value !== undefined && value > 0 ? value : expect(flag, durationExpected, given, example)
  }
  const described = (kind: DescribedKind, name: string): Described => {
    for (const { message } of checkDescribed(kind, { name })) {
      problems.push({ path: `--${kind}`, message })
    }
    return { name }
  }
  const { trials, time, target, patience, regret, workers, seed, lag, trialTimeout } = flags
  const { journal, sampler, scheduler, deterministic } = flags
  return present({
    trials: trials === undefined ? undefined : number('trials', trials),
    seconds: time === undefined ? undefined : duration('time', time, '10m'),
    target: target === undefined ? undefined : number('target', target),
    patience: patience === undefined ? undefined : number('patience', patience),
    cost: readCost(flags, problems, before),
    regret: regret === undefined ? undefined : number('regret', regret),
    workers: workers === undefined || workers === 'auto' ? workers : number('workers', workers),
    seed: seed === undefined ? undefined : number('seed', seed),
    lag: lag === undefined ? undefined : number('lag', lag),
    sampler: sampler === undefined ? undefined : described('sampler', sampler),
    scheduler: scheduler === undefined ? undefined : described('scheduler', scheduler),
    timeoutSeconds:
      trialTimeout === undefined ? undefined : duration('trial-timeout', trialTimeout, '60s'),
    deterministic,
    journal: journal === undefined ? undefined : resolve(journal),
  })
}

interface Reader {
  /** Says what an option expects; gives undefined. */
  expect(flag: string, expected: string, given: string, example: unknown): undefined
  /** The number of an option, which has the name of its rule if no other is given. */
  number(key: keyof typeof numberRules, given: string, flag?: string): number | undefined
}

function createReader(problems: Problem[]): Reader {
  const expect: Reader['expect'] = (flag, expected, given, example) => {
    const message = `expected ${expected}, got ${show(given)}. Example: --${flag} ${String(example)}`
    problems.push({ path: `--${flag}`, message })
  }
  return {
    expect,
    number(key, given, flag = key) {
      const rule = numberRules[key]
      const value = parseNumber(given.trim())
      if (value !== undefined && obeys(rule, value)) return value
      return expect(flag, rule.expected, given, rule.example)
    },
  }
}

/** The limit of the cost and what is counted, each from the options or else from `before`. */
function readCost(
  { costLimit, costPerSecond, costMetric }: StudyFlags,
  problems: Problem[],
  before: StudySpec['cost'],
): StudySpec['cost'] {
  const { expect, number } = createReader(problems)
  const hasUnit = costPerSecond !== undefined || costMetric !== undefined
  if (costLimit === undefined && !hasUnit) return undefined
  const say = (path: string, message: string): void => void problems.push({ path, message })
  const limit =
    costLimit === undefined ? before?.limit : number('costLimit', costLimit, 'cost-limit')
  const perSecond =
    costPerSecond === undefined
      ? undefined
      : number('costPerSecond', costPerSecond, 'cost-per-second')
  if (costMetric === '') expect('cost-metric', 'the name of a metric', costMetric, 'dollars')
  if (costPerSecond !== undefined && costMetric !== undefined) {
    say('--cost-metric', 'the cost is counted by the second already. Leave out one of them.')
  }
  if (costLimit === undefined && before === undefined) {
    const flag = costPerSecond === undefined ? '--cost-metric' : '--cost-per-second'
    say(flag, 'there is no limit of the cost. Example: --cost-limit 20')
  }
  if (!hasUnit && before === undefined) {
    const example = '--cost-per-second 0.0003, or --cost-metric dollars'
    say('--cost-limit', `nothing says what a trial costs. Example: ${example}`)
  }
  if (limit === undefined) return undefined
  if (perSecond !== undefined) return { limit, perSecond }
  if (costMetric !== undefined) return { limit, metric: costMetric }
  return before === undefined ? undefined : { ...before, limit }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The entries that have a value. */
function present<T extends object>(entries: T): Present<T> {
  const found = Object.entries(entries).filter(([, value]) => value !== undefined)
  return Object.fromEntries(found) as Present<T>
}
