import type { Clock } from '../clock.ts'
import type { Json } from '../errors.ts'
import type { Direction } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import type { SearchSpace } from '../space/space.ts'
import type { Change } from './changes.ts'
import type { DuplicatesOption } from './duplicates.ts'
import type { RetryOption } from './retry.ts'

/** `'minimize'`, `{ minimize: 'loss' }`, or a list of these for several objectives. */
export type ObjectiveOption =
  | Direction
  | { readonly minimize: string }
  | { readonly maximize: string }
export type ObjectivesOption = ObjectiveOption | readonly ObjectiveOption[]

/** What an objective function may return for the objectives of a study. */
export type ResultOf<O> = O extends readonly unknown[]
  ? { readonly [K in keyof O]: number } | NamedMetrics
  : number | NamedMetrics
export interface NamedMetrics {
  readonly [metric: string]: number | Readonly<Record<string, number>>
}

export interface StudyOptions<P, O extends ObjectivesOption> {
  /** Default `study`. */
  readonly name?: string
  /**
   * Default: what the study was stored with, or an empty space, for objectives that suggest their
   * parameters while running.
   */
  readonly space?: SearchSpace<P>
  /** Default: what the study was stored with, or `minimize`. */
  readonly objective?: O
  /** Outcome constraints: conditions on the metrics of a result, such as `latency_ms <= 50`. */
  readonly constraints?: readonly string[]
  /** Default: what the study was stored with, or `auto()`. */
  readonly sampler?: Sampler
  /** Default: what the study was stored with, or `none()`. */
  readonly scheduler?: Scheduler
  /** Default: in memory. */
  readonly journal?: Journal
  /** Default: what the study was stored with, or 0. The same seed gives the same study. */
  readonly seed?: number
  /** The same trials whatever the number and speed of workers; default false. */
  readonly deterministic?: boolean
  /** In deterministic mode, how many trials may run at once at most; default 8. */
  readonly lag?: number
  /** Whether a stored study that differs may be changed; default: refuse and say what differs. */
  readonly acceptChanges?: boolean | ((changes: readonly Change[]) => boolean | Promise<boolean>)
  /**
   * Which failed trials are tried again, under the same number and with the same values; stored
   * with the study. Default: what the study was stored with, or none. A trial whose worker
   * disappeared is run again twice in any case, and then fails as `lost`.
   */
  readonly retry?: RetryOption
  /**
   * What becomes of a configuration that was tried before: it is run again (`allow`), another one is
   * suggested (`resample`; a full space is tried again), or its result is taken over without a run
   * (`memoise`; enqueued ones too). With `evaluations` it is run that often first, as noise asks for.
   * Failed trials do not count; without declared parameters, or with others met while running, none
   * is a duplicate. Default: what the study was stored with, or `allow`.
   */
  readonly duplicates?: DuplicatesOption
  /** How the objective is run; stored with the study, so that its trials can be repeated. */
  readonly program?: Json
  readonly clock?: Clock
  /** A name for this worker that no other worker has; needed when several share a journal. */
  readonly worker?: string
  /** Whether another worker is known to live or to be dead; default: its lease tells. */
  readonly probeWorker?: (worker: string) => 'alive' | 'dead' | 'unknown'
}
