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

/** Reads the options that are there, adding every mistake to `problems`. */
export function readStudyFlags(flags: StudyFlags, problems: Problem[]): StudySettings {
  const expect = (flag: string, expected: string, given: string, example: unknown): undefined => {
    const message = `expected ${expected}, got ${show(given)}. Example: --${flag} ${String(example)}`
    problems.push({ path: `--${flag}`, message })
  }
  const number = (key: keyof typeof numberRules, given: string): number | undefined => {
    const rule = numberRules[key]
    const value = parseNumber(given.trim())
    if (value !== undefined && obeys(rule, value)) return value
    return expect(key, rule.expected, given, rule.example)
  }
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
  const { trials, time, target, workers, seed, lag, trialTimeout, journal } = flags
  const { sampler, scheduler, deterministic } = flags
  return present({
    trials: trials === undefined ? undefined : number('trials', trials),
    seconds: time === undefined ? undefined : duration('time', time, '10m'),
    target: target === undefined ? undefined : number('target', target),
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

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The entries that have a value. */
function present<T extends object>(entries: T): Present<T> {
  const found = Object.entries(entries).filter(([, value]) => value !== undefined)
  return Object.fromEntries(found) as Present<T>
}
