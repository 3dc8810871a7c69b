/** What a number must be, for the study file, its schema and the command line alike. */
export interface NumberRule {
  readonly whole: boolean
  readonly min?: number
  /** What it must be larger than. */
  readonly above?: number
  readonly expected: string
  readonly example: number
}

export const numberRules: Readonly<
  Record<
    | 'trials'
    | 'target'
    | 'patience'
    | 'costLimit'
    | 'costPerSecond'
    | 'failures'
    | 'regret'
    | 'workers'
    | 'waiting'
    | 'gpus'
    | 'trialGpus'
    | 'trialCores'
    | 'nice'
    | 'retryTimes'
    | 'keepBest'
    | 'evaluations'
    | 'seed'
    | 'lag',
    NumberRule
  >
> = {
  trials: { whole: true, min: 1, expected: 'a whole number >= 1', example: 60 },
  target: { whole: false, expected: 'a finite number', example: 0.99 },
  patience: { whole: true, min: 1, expected: 'a whole number >= 1', example: 50 },
  costLimit: { whole: false, above: 0, expected: 'a number > 0', example: 20 },
  costPerSecond: { whole: false, above: 0, expected: 'a number > 0', example: 0.0003 },
  failures: { whole: true, min: 1, expected: 'a whole number >= 1, or false', example: 30 },
  regret: { whole: false, min: 0, expected: 'a number >= 0', example: 0.01 },
  workers: { whole: true, min: 1, expected: 'a whole number >= 1, or auto', example: 2 },
  waiting: { whole: true, min: 1, expected: 'a whole number >= 1', example: 5 },
  gpus: {
    whole: true,
    min: 1,
    expected: 'a whole number >= 1, names of GPUs, or auto',
    example: 2,
  },
  trialGpus: {
    whole: false,
    above: 0,
    expected: 'a whole number >= 1, or a part of 1',
    example: 1,
  },
  trialCores: { whole: true, min: 1, expected: 'a whole number >= 1', example: 2 },
  nice: { whole: true, min: 0, expected: 'a whole number from 0 to 19', example: 10 },
  retryTimes: { whole: true, min: 0, expected: 'a whole number >= 0', example: 2 },
  evaluations: { whole: true, min: 1, expected: 'a whole number >= 1', example: 3 },
  keepBest: { whole: true, min: 1, expected: 'a whole number >= 1', example: 3 },
  seed: { whole: true, expected: 'a whole number within ±2^53', example: 1 },
  lag: { whole: true, min: 1, expected: 'a whole number >= 1', example: 8 },
}

/** Whether a trial can have so many GPUs: whole ones, or a part of one. */
export const isGpuShare = (x: number): boolean => x > 0 && (x < 1 || Number.isInteger(x))

/** Whether a number is what the rule asks. */
export function obeys(
  { whole, min = -Infinity, above = -Infinity }: NumberRule,
  x: number,
): boolean {
  return (whole ? Number.isSafeInteger(x) : Number.isFinite(x)) && x >= min && x > above
}

/** Names of studies also name folders. */
export const studyNamePattern: RegExp = /^(?!\.{1,2}$)[^/\\\p{Cc}]{1,100}$/u
export const studyNameExpected = 'a name of 1 to 100 characters without / and \\'

export const resultRules = ['last', 'best', 'final'] as const

/** What becomes of configurations that were tried before. */
export const duplicatePolicies = ['allow', 'resample', 'memoise'] as const

/** No trial is started while so many run or wait for people, where nothing else is said. */
export const usualWaiting = 5

/** So many failures in a row, all for the same reason, end a run that says nothing else. */
export const usualFailures = 30
