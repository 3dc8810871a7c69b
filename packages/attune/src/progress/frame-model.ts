import type { ProgressStart } from './progress-contract.ts'
import type { Tracker } from './tracker.ts'

/** Everything the screen shows, at one moment. */
export interface FrameModel {
  readonly info: ProgressStart
  readonly tracker: Tracker
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly now: number
  /** Trials a minute; NaN while unknown. */
  readonly rate: number
  readonly notes: readonly string[]
  /** The run is over: only the outcome is left, and a summary follows. */
  readonly ended: boolean
}

export const arrows = { minimize: '↓', maximize: '↑' } as const
