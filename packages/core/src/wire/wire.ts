import type { Artifact, Direction } from '../journal/event.ts'
import type { TrialState } from '../journal/history.ts'

/** A study as a list of studies shows it. */
export interface StudyCard {
  /** Safe in an address; the same as long as its journal stands at its place. */
  readonly id: string
  readonly name: string
  /** How people call it, if it was renamed. */
  readonly title?: string
  /** The journal's file, as people know it. */
  readonly journal: string
  readonly objectives: readonly { readonly name: string; readonly direction: Direction }[]
  readonly createdAt: number
  /** When anything happened last. */
  readonly changedAt: number
  readonly states: Readonly<Record<TrialState, number>>
  /** How many of the running trials no worker is at: to be judged, or their worker died; absent for none. */
  readonly unattended?: number
  /** When the newest run, whose worker died in the midst of it, was heard of last; absent while any runs. */
  readonly diedAfter?: number
  /** How many trials its newest run was to come to, if that was limited. */
  readonly asked?: number
  /** The best trial with the values of all objectives; of several objectives the number in the front. */
  readonly best?: {
    readonly trial: number
    readonly values: readonly number[]
    readonly front: number
  }
  /** The best so far of the first objective, at most 40 values. */
  readonly spark: readonly number[]
  readonly steering?: 'pause' | 'resume' | 'stop'
  readonly tags: readonly string[]
  readonly archived: boolean
  /** Why it cannot be read. */
  readonly problem?: string
}

/** What stands at the top of a study: the answer first. */
export interface StudyFacts {
  readonly states: Readonly<Record<TrialState, number>>
  /** How many of the running trials no worker is at: to be judged, or their worker died; absent for none. */
  readonly unattended?: number
  /** When the newest run, whose worker died in the midst of it, was heard of last; absent while any runs. */
  readonly diedAfter?: number
  /** How many trials the newest run was to come to, if that was limited. */
  readonly asked?: number
  /** What the newest run has left of its limits, until it ends or its worker dies. */
  readonly left?: { readonly trials?: number; readonly seconds?: number }
  readonly best?: {
    readonly trial: number
    readonly metrics: readonly { readonly name: string; readonly value: number }[]
    /** Nested, as the objective gets them. */
    readonly params: unknown
    readonly flat: Readonly<Record<string, string | number | boolean | null>>
    /** What the surrogate expects of it when it is run again: less lucky than it looks. */
    readonly estimate?: { readonly value: number; readonly low: number; readonly high: number }
    /** Of several objectives: how many trials are in the front. */
    readonly front: number
  }
  readonly startedAt?: number
  /** When the last event came. */
  readonly changedAt?: number
  /** From the first start to now, or to the end of the last trial when nothing runs. */
  readonly elapsedSeconds: number
  /** Ended trials an hour, over the last tenth of them or the last 20, whichever is more. */
  readonly perHour?: number
  /** Until the newest run comes to its limit of trials or of time, at this pace. */
  readonly etaSeconds?: number
  /** Since the best was found. */
  readonly sinceGain?: { readonly trials: number; readonly seconds: number }
  readonly workers: readonly { readonly name: string; readonly trials: readonly number[] }[]
  /** In a sentence. */
  readonly lastFailure?: { readonly trial: number; readonly text: string }
  readonly steering?: { readonly command: 'pause' | 'resume' | 'stop'; readonly why?: string }
  readonly title?: string
  readonly note?: { readonly text: string; readonly seq: number }
  readonly tags: readonly string[]
  readonly archived: boolean
  /** What somebody attached to the study, by name. */
  readonly files: readonly Artifact[]
  /** How many trials were taken out of search and charts. */
  readonly excluded: number
  /** How many of the running trials have ended but for people who judge them; absent for none. */
  readonly toJudge?: number
}
