import type { OptimizeLimits, Study } from '@attune/core'

/** `screen`: one region redrawn in place; `lines`: a line a trial; `json`: an object a line. */
export type ProgressMode = 'screen' | 'lines' | 'json'

/** Where progress is written, and what may be assumed of the place. */
export interface ProgressIo {
  write(text: string): void
  /** Size of the terminal; asked again before every drawing. */
  columns(): number
  rows(): number
  readonly color: boolean
  /** Milliseconds since the epoch, by the clock of the study. */
  now(): number
}

/** What is read of a study. */
export type WatchedStudy = Pick<Study, 'name' | 'config' | 'history' | 'subscribe'>

/** A run with all that ends it; limits that are absent do not. */
export interface ProgressStart extends Omit<OptimizeLimits, 'signal' | 'workers'> {
  readonly study: WatchedStudy
  readonly workers: number
  /** Where the study is stored, as people would type it. */
  readonly journal: string
  /** Trials that had finished before this run. */
  readonly resumedFrom: number
}

/**
 * Shows a study while it runs. `start` follows it until `stop`, which leaves the final state;
 * further calls of `stop` do nothing. A note is a sentence for the user; it may hold any text.
 */
export interface Progress {
  start(info: ProgressStart): void
  stop(): void
  note(line: string): void
}
