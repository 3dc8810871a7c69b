import type { Clock } from '../clock.ts'
import type { StudyConfig } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import type { Journal } from '../journal/journal.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import type { SearchSpace } from '../space/space.ts'
import type { LiveTrial } from '../trial/trial.ts'

/** What the engine room of a study is made of. */
export interface CoreParts {
  readonly journal: Journal
  readonly history: History
  readonly config: StudyConfig
  /** The space as it was declared. */
  readonly space: SearchSpace
  readonly sampler: Sampler
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly worker: string
  readonly probeWorker: (worker: string) => 'alive' | 'dead' | 'unknown'
  readonly snapshotSeq: number
}

/** A trial this process runs. */
export interface OwnTrial {
  readonly trial: LiveTrial<unknown>
  /** The controller of its signal, made when somebody first asks. */
  readonly abort: () => AbortController
  /** Whether somebody asked for it, who is to tell how it ends. */
  readonly asked: boolean
}

export type Next =
  | { readonly kind: 'trial'; readonly own: OwnTrial }
  /** Nothing can be opened before something happens after event `seq`. */
  | { readonly kind: 'wait'; readonly seq: number }
  | { readonly kind: 'done'; readonly why: 'trials' | 'exhausted' }
