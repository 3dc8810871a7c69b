import { resolve } from 'node:path'
import type { Described, FailureReason, Problem } from '@attune/core'
import { failureReasons } from '@attune/core'
import { checkDescribed } from './check-described.ts'
import type { DescribedKind } from './check-described.ts'
import { durationExpected, parseDuration } from './duration.ts'
import { parseNumber } from './param-flag.ts'
import { duplicatePolicies, isGpuShare, numberRules, obeys } from './rules.ts'
import type { StudySpec } from './study-spec.ts'
import { parseSize, sizeExpected } from './size.ts'
import { hint, show } from './wording.ts'

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
  readonly cpuLimit?: string
  readonly failures?: string
  /** `N` or `N:reason,reason`. */
  readonly retry?: string
  /** `POLICY` or `POLICY:EVALUATIONS`. */
  readonly duplicates?: string
  readonly workers?: string
  readonly seed?: string
  readonly sampler?: string
  readonly scheduler?: string
  readonly trialTimeout?: string
  readonly trialMemory?: string
  readonly trialCpu?: string
  readonly trialOutput?: string
  readonly trialDisk?: string
  readonly trialCores?: string
  readonly trialGpus?: string
  readonly trialNice?: string
  readonly gpus?: string
  readonly deterministic?: boolean
  readonly lag?: string
  /** Patterns of files. */
  readonly artifact?: readonly string[]
  readonly keepArtifacts?: string
  readonly journal?: string
}

/** What the options say of a study. */
export type StudySettings = Partial<StudySpec>

/**
 * Reads the options that are there, adding every mistake to `problems`. `before` is the cost that a
 * study has without them; options may change a part of it.
 */
export function readStudyFlags(
  flags: StudyFlags,
  problems: Problem[],
  before?: StudySpec['cost'],
): StudySettings {
  const { duration, number } = createReader(problems)
  const described = (kind: DescribedKind, name: string): Described => {
    for (const { message } of checkDescribed(kind, { name })) {
      problems.push({ path: `--${kind}`, message })
    }
    return { name }
  }
  const { trials, time, target, patience, regret, workers, seed, lag } = flags
  const { journal, sampler, scheduler, deterministic } = flags
  const { cpuLimit, failures } = flags
  return present({
    trials: trials === undefined ? undefined : number('trials', trials),
    seconds: duration('time', time, '10m'),
    target: target === undefined ? undefined : number('target', target),
    patience: patience === undefined ? undefined : number('patience', patience),
    cost: readCost(flags, problems, before),
    regret: regret === undefined ? undefined : number('regret', regret),
    cpuSeconds: duration('cpu-limit', cpuLimit, '2h'),
    failures: readFailures(failures, problems),
    retry: readRetry(flags, problems),
    duplicates: readDuplicates(flags, problems),
    workers: workers === undefined || workers === 'auto' ? workers : number('workers', workers),
    gpus: readGpus(flags, problems),
    seed: seed === undefined ? undefined : number('seed', seed),
    lag: lag === undefined ? undefined : number('lag', lag),
    sampler: sampler === undefined ? undefined : described('sampler', sampler),
    scheduler: scheduler === undefined ? undefined : described('scheduler', scheduler),
    trial: readTrial(flags, problems),
    deterministic,
    journal: journal === undefined ? undefined : resolve(journal),
  })
}

interface Reader {
  /** Says what an option expects; gives undefined. */
  expect(flag: string, expected: string, given: string, example: unknown): undefined
  /** The number of an option, which has the name of its rule if no other is given. */
  number(key: keyof typeof numberRules, given: string, flag?: string): number | undefined
  /** The seconds of an option, more than 0, if it is there. */
  duration(flag: string, given: string | undefined, example: string): number | undefined
}

function createReader(problems: Problem[]): Reader {
  const expect: Reader['expect'] = (flag, expected, given, example) => {
    const message = `expected ${expected}, got ${show(given)}. Example: --${flag} ${String(example)}`
    problems.push({ path: `--${flag}`, message })
  }
  return {
    expect,
    duration(flag, given, example) {
      const value = given === undefined ? undefined : parseDuration(given)
      if (given === undefined || (value !== undefined && value > 0)) return value
      return expect(flag, durationExpected, given, example)
    },
    number(key, given, flag = key) {
      const rule = numberRules[key]
      const value = parseNumber(given.trim())
      if (value !== undefined && obeys(rule, value)) return value
      return expect(flag, rule.expected, given, rule.example)
    },
  }
}

/** How many failures in a row end a run; false: none do. */
function readFailures(given: string | undefined, problems: Problem[]): StudySpec['failures'] {
  if (given === undefined) return undefined
  return given === 'false' ? false : createReader(problems).number('failures', given)
}

/** How often failed trials are tried again, and on which reasons: `2` or `2:error,timeout`. */
function readRetry({ retry }: StudyFlags, problems: Problem[]): StudySpec['retry'] {
  if (retry === undefined) return undefined
  const { number } = createReader(problems)
  const [amount, reasons] = splitAtColon(retry)
  const times = number('retryTimes', amount, 'retry')
  const on = reasons?.split(',').map((word) => word.trim())
  const unknown = (on ?? []).filter((word) => !failureReasons.includes(word as FailureReason))
  for (const word of unknown) {
    const message = `${show(word)} is no reason to fail. ${hint(word, failureReasons)} Example: --retry 2:error,timeout`
    problems.push({ path: '--retry', message })
  }
  if (times === undefined || unknown.length > 0) return undefined
  return { times, ...(on === undefined ? {} : { on: on as FailureReason[] }) }
}

/** What becomes of configurations tried before: `resample`, or `memoise:3` after 3 evaluations. */
function readDuplicates({ duplicates }: StudyFlags, problems: Problem[]): StudySpec['duplicates'] {
  if (duplicates === undefined) return undefined
  const [word, amount] = splitAtColon(duplicates)
  const policy = duplicatePolicies.find((known) => known === word)
  const evaluations = parseNumber(amount ?? '1')
  if (policy === undefined || !obeys(numberRules.evaluations, evaluations ?? 0)) {
    const expected = `${duplicatePolicies.join(', ')}, or one with a number of evaluations`
    return createReader(problems).expect('duplicates', expected, duplicates, 'memoise:3')
  }
  if (policy === 'allow' || amount === undefined) return policy
  return { policy, evaluations: evaluations as number }
}

function splitAtColon(text: string): [string, string?] {
  const at = text.indexOf(':')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
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

/** The GPUs of the study: `auto`, a number, or names: `0,2`, also of a single one: `2,`. */
function readGpus({ gpus }: StudyFlags, problems: Problem[]): StudySpec['gpus'] {
  if (gpus === undefined || gpus === 'auto') return gpus
  const names = gpus.split(',').map((name) => name.trim())
  if (names.length > 1) return names.filter((name) => name !== '')
  return createReader(problems).number('gpus', gpus)
}

/** What each trial may use and needs. */
function readTrial(flags: StudyFlags, problems: Problem[]): StudySpec['trial'] | undefined {
  const { duration, expect, number } = createReader(problems)
  const { trialTimeout, trialMemory, trialCpu, trialOutput, trialDisk } = flags
  const { trialCores, trialGpus, trialNice } = flags
  const gpus = trialGpus === undefined ? undefined : number('trialGpus', trialGpus, 'trial-gpus')
  const nice = trialNice === undefined ? undefined : number('nice', trialNice, 'trial-nice')
  if (gpus !== undefined && !isGpuShare(gpus)) {
    expect('trial-gpus', numberRules.trialGpus.expected, String(trialGpus), 1)
  }
  if (nice !== undefined && nice > 19) {
    expect('trial-nice', numberRules.nice.expected, String(trialNice), 10)
  }
  const size = (flag: string, given: string | undefined, example: string) =>
    given === undefined
      ? undefined
      : (parseSize(given) ?? expect(flag, sizeExpected, given, example))
  const limits = present({
    timeoutSeconds: duration('trial-timeout', trialTimeout, '60s'),
    memoryBytes: size('trial-memory', trialMemory, '2GB'),
    cpuSeconds: duration('trial-cpu', trialCpu, '30s'),
    outputBytes: size('trial-output', trialOutput, '100MB'),
    diskBytes: size('trial-disk', trialDisk, '1GB'),
    cores: trialCores === undefined ? undefined : number('trialCores', trialCores, 'trial-cores'),
    gpus,
    nice,
  })
  return Object.keys(limits).length === 0 ? undefined : limits
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The entries that have a value. */
function present<T extends object>(entries: T): Present<T> {
  const found = Object.entries(entries).filter(([, value]) => value !== undefined)
  return Object.fromEntries(found) as Present<T>
}
