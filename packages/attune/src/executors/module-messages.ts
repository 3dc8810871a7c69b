import type { Decision, Discovered, ObjectiveSpec, Outcome, TrialData } from '@attune/core'
import type { Own } from './watched-program.ts'

/** What is said to a module worker. Messages are structured clones, so NaN survives. */
export type ToWorker =
  | {
      readonly kind: 'load'
      readonly file: string
      readonly objectives: readonly ObjectiveSpec[]
      /** To be written to both output streams when a trial has ended. */
      readonly marker: string
    }
  | { readonly kind: 'run'; readonly trial: TrialData; readonly env: Record<string, string> }
  | { readonly kind: 'decision'; readonly id: number; readonly decision: Decision }
  | { readonly kind: 'abort' }

/** What a module worker says. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'report'
      readonly id: number
      readonly step: number
      readonly values: Readonly<Record<string, number>>
      readonly discovered: readonly Discovered[]
    }
  | {
      readonly kind: 'done'
      readonly outcome: Outcome
      readonly own: Own
      readonly discovered: readonly Discovered[]
    }
