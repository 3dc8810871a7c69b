import type { Values } from '../space/space.ts'
import type { Annotation } from './annotations.ts'
import type { Ranges } from './narrow.ts'

/** What somebody may want of a study, as plain data that travels from a page to whoever has the journal. */
export type StudyCommand =
  | { readonly kind: 'pause' | 'resume' | 'stop'; readonly why?: string }
  | { readonly kind: 'skip' | 'fail'; readonly trial: number; readonly why?: string }
  | { readonly kind: 'enqueue'; readonly values: Values; readonly from?: number }
  | { readonly kind: 'narrow'; readonly ranges: Ranges }
  /** Files that are attached must have their content in the store, as those that were attached before. */
  | ({ readonly kind: 'annotate' } & Omit<Annotation, 'by'>)
  | { readonly kind: 'ask' }
  | {
      readonly kind: 'tell'
      readonly trial: number
      readonly metrics: Readonly<Record<string, number>>
    }

/** What came of a command; `trial` after `ask`. */
export interface CommandDone {
  /** Number of the last event. */
  readonly seq: number
  readonly trial?: number
}
