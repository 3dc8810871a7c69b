import type {
  AttuneError,
  ColumnLabels,
  History,
  Importance,
  ReportedTrial,
  StudyConfig,
  TrialAttempt,
} from '@attune/core'

import type { Diagnosis } from '../describe/describe-diagnosis.ts'
import type { RunWords } from '../describe/describe-runs.ts'

/** Everything that a report about a study says something of. */
export interface StudyFacts {
  readonly history: History
  readonly config: StudyConfig
  /** The journal's file, as it was given. */
  readonly file: string
  /** In milliseconds since the epoch, as are all moments here. */
  readonly createdAt: number
  /** When the last event happened. */
  readonly lastAt: number
  readonly events: number
  /** The version of the journal's events. */
  readonly format: number
  readonly labels: ColumnLabels
  /** Every run of every trial, by its beginning. */
  readonly attempts: readonly TrialAttempt[]
  /** The last runs, as far as they said who they were, by their beginning. */
  readonly runs: readonly RunWords[]
  /** The command line that started the newest of them. */
  readonly startedBy: string | undefined
  /** What some trials reported, the best ones among them; all of `reporting` trials when they are few. */
  readonly reported: readonly ReportedTrial[]
  /** How many trials reported more than once. */
  readonly reporting: number
  /** The best trial, or the Pareto front. */
  readonly best: readonly number[]
  /** What the engine says of how the study goes; the error says why it cannot. */
  readonly diagnosis: Diagnosis | AttuneError
  readonly importances: readonly TargetImportance[]
  /** How trials are run, in a line; undefined for a function in code. */
  readonly program: string | undefined
  /** The lines for a shell that run the best trials again, in the order of `best`. */
  readonly commands: readonly (string | undefined)[]
  /** A call of attune about this study, as it can be typed here. */
  readonly call: (command: string) => string
  /** What the author of the report wants to be said. */
  readonly note: string | undefined
  readonly written: Written
}

/** What decides about one target. */
export interface TargetImportance {
  /** A metric, or `seconds`. */
  readonly target: string
  readonly found: readonly Importance[] | AttuneError
  /** By parameter, where its share lies if trials are drawn again; undefined where that takes too long. */
  readonly intervals?: Readonly<Record<string, readonly [low: number, high: number]>>
}

/** When and by what a report was written. */
export interface Written {
  readonly at: number
  /** Of attune. */
  readonly version: string
  readonly node: string
  readonly platform: string
}
