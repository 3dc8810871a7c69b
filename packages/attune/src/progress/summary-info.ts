import type { Importance, Summary } from '@attune/core'
import type { ProgressMode } from './progress-contract.ts'

/** What is to be said at the end of a run. */
export interface SummaryInfo {
  readonly reason: Summary['reason']
  /** Trials that ended in this run. */
  readonly ran: number
  /** Wall-clock seconds of this run. */
  readonly seconds: number
  /** The file the study is stored in. */
  readonly journal: string
  /** The line for a shell that runs a trial again, if there is one. */
  readonly commandOf?: (trial: number) => string | undefined
  /** Undefined when there are too few trials to tell. */
  readonly importance: readonly Importance[] | undefined
  readonly mode: ProgressMode
  readonly color: boolean
  /** Width of the terminal. */
  readonly columns: number
}
