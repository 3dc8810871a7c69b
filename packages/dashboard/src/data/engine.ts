import type { Artifact, StudyCard, StudyFacts, Values } from '@attune/core'

import type { PackedChart } from '../plot/packed-chart.ts'
import type { Judging, StudyDefinition, ValueStrip } from './definition.ts'
import type { Selection } from './selection.ts'

/** Where a study comes from. */
export type Source =
  | { readonly kind: 'server'; readonly id: string }
  /** A journal of JSON lines that somebody dropped on the page. */
  | { readonly kind: 'file'; readonly file: File }
  /** What a page of its own carries: a packed study (core's wire), as base64 of gzip. */
  | { readonly kind: 'embedded'; readonly packed: string }

/**
 * The studies of a page, in a worker: it reads them, follows them and works out what the page shows, so
 * that the page itself never waits. One history a study, kept by core's reducer.
 */
export interface Engine {
  /**
   * Opens a study and follows it until it is closed; opening it twice gives the same one.
   * Rejects with an AttuneError's message and code.
   */
  open(source: Source, onProgress?: (share: number) => void): Promise<OpenedStudy>
}

export interface OpenedStudy extends Disposable {
  /** The same while the page is open. */
  readonly id: string
  /** What a study is before anything is asked of it: name, space, objectives, metrics. */
  readonly about: AboutStudy
  /** Calls back when something has changed, at most once a frame; gives the way to end it. */
  subscribe(listener: (change: StudyChange) => void): () => void
  /**
   * What stands at the top of a study.
   * @param dead workers that are known to be dead, which the journal does not tell
   */
  facts(dead?: readonly string[]): Promise<StudyFacts>
  /**
   * The charts of a kind (see `chartKinds` in core), with what was asked of them. Those that were asked
   * for last come first; aborting takes a request back, which then rejects with an `AbortError`.
   */
  charts(request: ChartQuery, signal?: AbortSignal): Promise<readonly PackedChart[]>
  /** What a chart shows as a table. */
  chartTable(request: ChartQuery, place: number): Promise<ChartTableData>
  /** By trial 1 where the selection holds. */
  mask(selection: Selection): Promise<Uint8Array>
  /** What is wrong with an expression, in words; undefined when nothing is. */
  checkWhere(expression: string): Promise<string | undefined>
  /** Rows of the table of trials. */
  rows(query: RowQuery): Promise<Rows>
  /**
   * The numbers of all trials of the table in its order, so that it can stay as it is while new ones
   * come: the page then asks for rows of a selection of trials.
   */
  order(query: Pick<RowQuery, 'selection' | 'sort'>): Promise<Int32Array>
  /** One trial, whole; curves and text included, as far as they are known without the server. */
  trial(number: number): Promise<TrialView>
  /** The trials whose parameters are nearest, nearest first. */
  nearest(number: number, count: number): Promise<readonly { trial: number; distance: number }[]>
  /** CSV of all trials or of a selection, numbers in full. */
  csv(selection?: Selection): Promise<string>
  /** The study in one piece, to be put into a page of its own. */
  pack(): Promise<Uint8Array>
  /** What forms need that change the study: `studyDefinition` of ./definition.ts. */
  definition(): Promise<StudyDefinition>
  /** The flat values of a trial as they are, for forms: core's `valuesOf`. */
  values(trial: number): Promise<Values>
  /** By flat name the values that were tried: `valueStrips` of ./definition.ts. */
  strips(): Promise<Readonly<Record<string, ValueStrip>>>
  /** Trials that wait for people and those that are judged: `judgingOf` of ./definition.ts. */
  judging(): Promise<Judging>
}

export interface StudyChange {
  /** Number of the last event. */
  readonly seq: number
  readonly trials: number
  /** How many trials have ended since the last call. */
  readonly ended: number
  /**
   * Whether the connection stands: `live`, `stale` (server gone, trying again), `refused` (it answers, but
   * does not let this page in any more; trying again, too), `still` (a file).
   */
  readonly connection: Connection
}

export type Connection = 'live' | 'stale' | 'refused' | 'still'

export interface AboutStudy {
  readonly name: string
  readonly objectives: readonly {
    readonly name: string
    readonly direction: 'minimize' | 'maximize'
  }[]
  /** Flat names, most important first once that is known. */
  readonly params: readonly ColumnAbout[]
  readonly metrics: readonly string[]
  /** Whether trials report while they run. */
  readonly reports: boolean
  readonly deterministic: boolean
  readonly sampler: string
  readonly scheduler: string
  readonly seed: number
}

export interface ColumnAbout {
  /** As `Axis.column`: `param:lr`, `metric:loss`, `trial`, `seconds` … */
  readonly column: string
  /** As people call it. */
  readonly name: string
  readonly unit?: string
  readonly kind: 'number' | 'text'
  /** The distribution of a parameter in words. */
  readonly about?: string
}

export interface ChartQuery {
  /** A name of `chartKinds`. */
  readonly chart: string
  readonly params?: readonly string[]
  readonly metrics?: readonly string[]
  /** Its place; default 0. */
  readonly objective?: number
  /** Columns that are drawn on a log axis. */
  readonly log?: readonly string[]
  /** Other studies in the same picture, by id, for `edf` and `compare`. */
  readonly with?: readonly string[]
  /** Only these trials are drawn. */
  readonly only?: Selection
  /** Trials of this selection are left out, such as those somebody took out of the charts. */
  readonly without?: Selection
  /** Other options of a chart function by name (`robust: false` …). */
  readonly options?: Readonly<Record<string, string | number | boolean>>
}

export interface ChartTableData {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface RowQuery {
  readonly selection?: Selection
  readonly sort: { readonly column: string; readonly down: boolean }
  /** Which of the rows in that order, `to` not included. */
  readonly from: number
  readonly to: number
  readonly columns: readonly string[]
}

export interface Rows {
  /** How many there are in all. */
  readonly total: number
  readonly trials: Int32Array
  readonly states: readonly string[]
  /** By row, then by column, ready to read. */
  readonly cells: readonly (readonly string[])[]
}

/** A trial as the drawer shows it. */
export interface TrialView {
  readonly number: number
  readonly state: string
  readonly params: readonly {
    readonly name: string
    readonly value: string
    readonly full: string
  }[]
  readonly metrics: readonly {
    readonly name: string
    readonly value: string
    readonly full: string
  }[]
  /** Why these values were suggested. */
  readonly why?: string
  readonly stopped?: string
  readonly failure?: {
    readonly reason: string
    readonly message: string
    readonly help?: string
    readonly output?: readonly string[]
  }
  readonly worker?: string
  readonly startedAt?: number
  readonly finishedAt?: number
  readonly seconds?: number
  readonly cpuSeconds?: number
  readonly peakMemoryBytes?: number
  readonly attempts: number
  readonly violated: readonly string[]
  readonly note?: { readonly text: string; readonly seq: number }
  readonly tags: readonly string[]
  /** The files that somebody attached to it. */
  readonly attached: readonly Artifact[]
  readonly excluded: boolean
  /** Of its reports, if it made any. */
  readonly curves?: PackedChart
  /** The rank among complete trials, from 1; of `of`. */
  readonly rank?: { readonly place: number; readonly of: number }
}

export type { StudyCard, StudyFacts }
