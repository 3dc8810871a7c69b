import type {
  Described,
  DuplicatesOption,
  FailureReason,
  JudgedMetric,
  ObjectiveOption,
  OptimizeLimits,
  SearchSpace,
} from '@attune/core'
import type { ArtifactRule } from '../artifacts/artifact-rule.ts'
import type { Command } from '../executors/command-template.ts'
import type { TrialLimits } from '../executors/limits.ts'

/** What a trial needs of the machine. */
export interface TrialNeeds {
  /** Processor cores, for `workers: auto`. Default 1. */
  readonly cores?: number
  /** GPUs: a whole number, or a part of one. Default 1 where the study has GPUs. */
  readonly gpus?: number
  /** How willingly it lets others run before it, 0 to 19. Default 0. */
  readonly nice?: number
}

/**
 * A study with the program that is its objective, checked: what a study file and the options of the
 * command line both become. What is absent takes the default of the study, or what a stored study
 * of this name was created with.
 */
export interface StudySpec {
  readonly name: string
  /** The program to run; either this or `module` is present, or only `judge`. */
  readonly command?: Command
  /** Absolute path of a JavaScript or TypeScript file whose default export is the objective. */
  readonly module?: string
  /** What people are asked about each trial, instead of a program or when it has ended. */
  readonly judge?: readonly JudgedMetric[]
  /** With a program and `judge`: no trial is started while so many run or wait. Absent: 5. */
  readonly waiting?: number
  /** The folder that trials run in, absolute: that of the study file, or the current one. */
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly space: SearchSpace
  readonly objectives: readonly Exclude<ObjectiveOption, string>[]
  /** Outcome constraints: conditions on the results, such as `latency_ms <= 50`. */
  readonly constraints: readonly string[]
  /** Which of the values that a command reports is its result. */
  readonly result: 'last' | 'best' | 'final'
  /** A regular expression for the output of a command; absent: JSON lines. */
  readonly metric?: string
  readonly trials?: number
  readonly seconds?: number
  readonly target?: number
  readonly patience?: number
  readonly cost?: NonNullable<OptimizeLimits['cost']>
  readonly regret?: number
  /** CPU seconds of all trials. */
  readonly cpuSeconds?: number
  /** Failures in a row for one reason; false: no limit. Absent: 30. */
  readonly failures?: number | false
  readonly workers?: number | 'auto'
  readonly sampler?: Described
  readonly scheduler?: Described
  /** The GPUs that trials may use: their names, how many, or all that are found. */
  readonly gpus?: readonly string[] | number | 'auto'
  /** What each trial may use and needs, and how long it has to end. */
  readonly trial: TrialLimits & TrialNeeds & { readonly graceSeconds?: number }
  /** Which failed trials are tried again. */
  readonly retry?: { readonly times: number; readonly on?: readonly FailureReason[] }
  /** What becomes of configurations that were tried before. */
  readonly duplicates?: DuplicatesOption
  /** The files that trials leave and attune keeps. */
  readonly artifacts?: ArtifactRule
  readonly seed?: number
  readonly deterministic?: boolean
  readonly lag?: number
  /** Absolute path of the journal's file. */
  readonly journal?: string
}
