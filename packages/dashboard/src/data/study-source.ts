import type { Entry, History } from '@attune/core'

import type { Connection } from './engine.ts'
import type { EventBook } from './event-book.ts'

/** Where a source puts what it reads. */
export interface SourceSink {
  /**
   * A history, which takes the place of any before.
   * @param whole whether nothing of the study is missing; a part has states, results and times
   */
  begin(history: History, whole: boolean): void
  /** What happened after that. */
  add(entries: readonly Entry[]): void
  connection(state: Connection): void
  /** How far reading is, from 0 to 1. */
  progress(share: number): void
}

/** A study that is read and followed. */
export interface StudySource {
  /** Resolves when all of it is there, and follows it from then on; rejects when it cannot be read. */
  start(sink: SourceSink): Promise<void>
  /** Nobody looks: stops following until `resume`. */
  pause(): void
  resume(): void
  close(): void
  /** The events that curves and attempts are made of, up to what the sink was given. */
  readonly book: EventBook
}
