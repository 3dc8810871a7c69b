import type { Json } from '../errors.ts'
import { AttuneError } from '../errors.ts'
import type { Distribution } from '../space/distribution.ts'
import type { FlatParam, Values } from '../space/space.ts'
import type { SpaceJson } from '../space/to-json.ts'

/** The version of the events written here; a log with a newer one is refused. */
export const journalVersion = 1

export type Direction = 'minimize' | 'maximize'
/** One thing to optimise: the name under which results report it, and which way is better. */
export interface ObjectiveSpec {
  readonly name: string
  readonly direction: Direction
}

/** The name of a sampler or scheduler with its options, as stored. */
export interface Described {
  readonly name: string
  readonly options?: { readonly [key: string]: Json | undefined }
}

/**
 * The steps at which a scheduler decides. `factor` gives first, first·factor, first·factor² …;
 * `every` gives first, first + every, first + 2·every …
 */
export type Rungs =
  | { readonly first: number; readonly factor: number }
  | { readonly first: number; readonly every: number }

export interface StudyConfig {
  readonly name: string
  readonly space: SpaceJson
  readonly objectives: readonly ObjectiveSpec[]
  /** Outcome constraints: conditions on the results, such as `latency_ms <= 50`. */
  readonly constraints: readonly string[]
  readonly seed: number
  readonly deterministic: boolean
  readonly lag: number
  readonly sampler: Described
  readonly scheduler: Described & { readonly rungs?: Rungs }
  /** Which failed trials are tried again; absent: none. */
  readonly retry?: RetryRule
  /** What becomes of configurations that were tried before; absent: they are tried again. */
  readonly duplicates?: DuplicateRule
  /** How the objective is run, for those who want to repeat a trial; attune's CLI writes it. */
  readonly program?: Json
}

/** A number as JSON can hold it. */
export type StoredNumber = number | 'NaN' | 'Infinity' | '-Infinity'
export type StoredNumbers = { readonly [name: string]: StoredNumber }

/** The reasons for which trials fail. */
export const failureReasons = [
  'error',
  'timeout',
  'cpu-time',
  'out-of-memory',
  'output-size',
  'disk-space',
  'not-a-number',
  'killed',
  'lost',
  'invalid-result',
  'missing-result',
  'refused',
] as const
export type FailureReason = (typeof failureReasons)[number]

/** Why a trial failed: the reason, what was said, the last lines of output and how to mend it. */
export interface Failure {
  readonly reason: FailureReason
  readonly message: string
  readonly help?: string
  readonly output?: readonly string[]
}

/** A trial that fails for one of these reasons is tried again, up to so many times. */
export interface RetryRule {
  readonly times: number
  readonly on: readonly FailureReason[]
}

/**
 * What becomes of a configuration that has been evaluated `evaluations` times: another one is
 * suggested (`resample`), or its latest result is taken over without running it (`memoise`).
 */
export interface DuplicateRule {
  readonly policy: 'resample' | 'memoise'
  readonly evaluations: number
}

/** A file that a trial left or somebody attached, kept under the hash of its content. */
export interface Artifact {
  /** Its path within the trial's folder, or as it was attached, with forward slashes. */
  readonly name: string
  /** The SHA-256 of its content, in hexadecimal digits. */
  readonly sha256: string
  readonly bytes: number
}

/** What a trial used. */
export interface Resources {
  /** Wall-clock seconds. */
  readonly seconds?: number
  readonly cpuSeconds?: number
  readonly peakMemoryBytes?: number
}

/** What a program gave and used, of a trial that people are yet to judge. */
export interface Ran {
  readonly metrics: StoredNumbers
  readonly standardErrors?: StoredNumbers
  readonly resources: Resources
}

/** A parameter met while the objective ran, with its value. */
export interface Discovered {
  readonly param: FlatParam
  readonly value: string | number | boolean | null
}

interface At {
  /** Milliseconds since the epoch. */
  readonly at: number
}
interface OfTrial extends At {
  readonly trial: number
}

export interface StudyCreated extends At {
  readonly type: 'study-created'
  readonly version: number
  readonly study: StudyConfig
}
export interface StudyChanged extends At {
  readonly type: 'study-changed'
  readonly study: StudyConfig
}
/**
 * A configuration to be tried soon; parameters that are missing are proposed by the sampler. With
 * `from` it starts with a copy of what that trial left in its folder.
 */
export interface TrialEnqueued extends At {
  readonly type: 'trial-enqueued'
  readonly values: Values
  readonly from?: number
}
export interface TrialOpened extends OfTrial {
  readonly type: 'trial-opened'
}
/**
 * `proposed` holds values for parameters that earlier trials discovered while running; `seen` is the
 * number of the last event that was known when the values were worked out.
 */
export interface TrialSuggested extends OfTrial {
  readonly type: 'trial-suggested'
  readonly seen?: number
  readonly values: Values
  readonly proposed?: Values
  readonly why?: string
  readonly memo?: Json
}
export interface TrialClaimed extends OfTrial {
  readonly type: 'trial-claimed'
  readonly worker: string
  readonly epoch: number
}
export interface TrialReported extends OfTrial {
  readonly type: 'trial-reported'
  readonly epoch: number
  readonly step: number
  readonly values: StoredNumbers
  readonly discovered?: readonly Discovered[]
}
/** `seen` is the number of the last event that was known when it was decided. */
export interface TrialDecided extends OfTrial {
  readonly type: 'trial-decided'
  readonly epoch: number
  readonly seen?: number
  readonly step: number
  readonly decision: 'continue' | 'stop' | 'pause'
  readonly reason?: string
}
/** The run ended because the scheduler paused the trial, which may go on later. */
export interface TrialPaused extends OfTrial {
  readonly type: 'trial-paused'
  readonly epoch: number
  readonly resources?: Resources
  readonly discovered?: readonly Discovered[]
}
/** A paused trial is to go on where it paused, under the next epoch. */
export interface TrialPromoted extends OfTrial {
  readonly type: 'trial-promoted'
  readonly epoch: number
  readonly reason: string
}
/** Somebody does not want this trial: it ends as pruned, without a result. */
export interface TrialSkipped extends OfTrial {
  readonly type: 'trial-skipped'
  readonly why?: string
}
/**
 * The program of a trial has ended well, and people are yet to judge what it made: the trial stays
 * running, without a worker, so that nobody runs it again, until somebody tells its result. What the
 * program gave becomes a part of that. Attune of before this event takes such a trial for lost when its
 * worker is gone, and runs it again.
 */
export interface TrialRan extends OfTrial, Ran {
  readonly type: 'trial-ran'
  readonly epoch: number
  readonly discovered?: readonly Discovered[]
  readonly artifacts?: readonly Artifact[]
}
export interface TrialFinished extends OfTrial {
  readonly type: 'trial-finished'
  readonly epoch: number
  readonly state: 'complete' | 'pruned' | 'failed'
  readonly metrics?: StoredNumbers
  readonly standardErrors?: StoredNumbers
  readonly failure?: Failure
  readonly resources?: Resources
  readonly discovered?: readonly Discovered[]
  readonly artifacts?: readonly Artifact[]
  /** The earlier trial of the same configuration whose result was taken over. */
  readonly copyOf?: number
}
/**
 * The trial waits again, under the next epoch: its run was interrupted, its worker was lost, or it
 * failed and is tried again; then `failure` and `resources` are those of the attempt that failed.
 */
export interface TrialRequeued extends OfTrial {
  readonly type: 'trial-requeued'
  readonly epoch: number
  readonly cause: 'interrupted' | 'lost' | 'failed'
  readonly failure?: Failure
  readonly resources?: Resources
}
/** A result that came under an old epoch; kept, but it changes nothing. */
export interface TrialStale extends OfTrial {
  readonly type: 'trial-stale'
  readonly epoch: number
  readonly state: 'complete' | 'pruned' | 'failed'
  readonly metrics?: StoredNumbers
}

/**
 * What somebody wants of whoever runs the study: open no further trials (`pause`), go on (`resume`), or
 * end the run and put back what runs (`stop`).
 */
export interface StudySteered extends At {
  readonly type: 'study-steered'
  readonly command: 'pause' | 'resume' | 'stop'
  readonly why?: string
}
/**
 * From now on these parameters are searched in other ranges or choices than the space declares; null
 * gives a parameter its declared one back.
 */
export interface SpaceAdjusted extends At {
  readonly type: 'space-adjusted'
  readonly params: { readonly [name: string]: Distribution | null }
}

/**
 * What somebody says of a trial, or without `trial` of the study. Only given fields change: an empty
 * note takes it away, tags take the place of those before; title and archived are of a study, excluded
 * of a trial, which is then out of what samplers and schedulers see, of the best, analysis and charts,
 * until an event takes it back. `attached` are files that somebody adds, each in place of one attached
 * by that name before; `detached` names those that are taken away, after that.
 *
 * `was` is the number of the event that wrote the note which was edited, 0 where there was none: if the
 * note has been written by another one meanwhile, the annotation changes nothing.
 *
 * Attune of before these events passes them over: it has no notes, and searches on with what is excluded.
 * What it writes is right all the same, so the version of the journal stays.
 */
export interface Annotated extends At {
  readonly type: 'annotated'
  readonly trial?: number
  readonly by?: string
  readonly note?: string
  readonly was?: number
  readonly tags?: readonly string[]
  readonly title?: string
  readonly archived?: boolean
  readonly excluded?: boolean
  readonly attached?: readonly Artifact[]
  readonly detached?: readonly string[]
  readonly why?: string
}

/** What a run was told to end at, as `optimize` was given it; absent: no limit. */
export interface RunLimits {
  /** How many trials the study shall have in all, those of earlier runs included. */
  readonly trials?: number
  /** Wall-clock seconds from the start of the run. */
  readonly seconds?: number
  readonly target?: number
  readonly patience?: number
  readonly cost?: { readonly limit: number; readonly perSecond?: number; readonly metric?: string }
  readonly cpuSeconds?: number
  readonly failures?: number
  readonly regret?: number
}

/** Where trials ran. */
export interface RunMachine {
  /** Such as `linux`. */
  readonly platform: string
  /** Such as `x64`. */
  readonly arch: string
  readonly cores: number
  readonly memoryBytes: number
  /** The model of its processor, where it is told. */
  readonly cpu?: string
}

/**
 * A process begins to run trials of the study. Told for people alone: no suggestion, decision or limit
 * depends on it, and attune of before these events passes them over.
 */
export interface RunStarted extends At {
  readonly type: 'run-started'
  readonly worker: string
  /** The version of attune. */
  readonly attune: string
  /** What runs it, such as `node 24.21.0`. */
  readonly runtime: string
  readonly machine: RunMachine
  /** How many trials it runs at once. */
  readonly workers: number
  readonly limits: RunLimits
  /** The words of the command line that started it. */
  readonly command?: readonly string[]
}
/** Why a run ended; one that was killed says nothing any more. */
export interface RunEnded extends At {
  readonly type: 'run-ended'
  readonly worker: string
  /** The reason that `optimize` gives, or `error`. */
  readonly why: string
}

export type TrialEvent =
  | TrialOpened
  | TrialSuggested
  | TrialClaimed
  | TrialReported
  | TrialDecided
  | TrialPaused
  | TrialPromoted
  | TrialSkipped
  | TrialRan
  | TrialFinished
  | TrialRequeued
  | TrialStale
export type StudyEvent =
  | StudyCreated
  | StudyChanged
  | StudySteered
  | SpaceAdjusted
  | TrialEnqueued
  | Annotated
  | RunStarted
  | RunEnded
  | TrialEvent

const types: ReadonlySet<string> = new Set<StudyEvent['type']>([
  'study-created',
  'study-changed',
  'study-steered',
  'space-adjusted',
  'trial-enqueued',
  'trial-opened',
  'trial-suggested',
  'trial-claimed',
  'trial-reported',
  'trial-decided',
  'trial-paused',
  'trial-promoted',
  'trial-skipped',
  'trial-ran',
  'trial-finished',
  'trial-requeued',
  'trial-stale',
  'annotated',
  'run-started',
  'run-ended',
])

/** Whether this version of attune knows the type of an event; others are passed over. */
export function isKnownEvent(event: { readonly type: string }): event is StudyEvent {
  return types.has(event.type)
}

/** NaN and infinities become strings, because JSON has no words for them. */
export function storeNumber(x: number): StoredNumber {
  return Number.isFinite(x) ? x : (String(x) as StoredNumber)
}

export function storeNumbers(values: Readonly<Record<string, number>>): StoredNumbers {
  const stored: Record<string, StoredNumber> = {}
  for (const name of Object.keys(values)) stored[name] = storeNumber(values[name]!)
  return stored
}

/** The numbers that were stored so. */
export function numbersOf(stored: StoredNumbers): Record<string, number> {
  return Object.fromEntries(Object.entries(stored).map(([name, x]) => [name, Number(x)]))
}

/**
 * Reads one stored event.
 * @throws AttuneError `journal/corrupt` when it is not an event, `journal/version` when a newer
 *   attune wrote the study.
 */
export function parseEvent(text: string, where: string): StudyEvent {
  let event: Partial<StudyCreated>
  try {
    event = JSON.parse(text) as Partial<StudyCreated>
  } catch (cause) {
    const message = `${where}: this is not JSON, so the journal is damaged here. Restore a copy, or export what comes before with an editor.`
    throw new AttuneError('journal/corrupt', message, { cause })
  }
  if (typeof event !== 'object' || event === null || typeof event.type !== 'string') {
    throw new AttuneError('journal/foreign', `${where}: this is JSON, but no event of attune.`)
  }
  if (event.type === 'study-created' && (event.version ?? 0) > journalVersion) {
    throw new AttuneError(
      'journal/version',
      `${where}: the study was written by a newer attune (format ${event.version}, this one reads up to ${journalVersion}). Update attune.`,
    )
  }
  return event as StudyEvent
}
