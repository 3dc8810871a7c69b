import type { ChartTable, ExpectedResult } from '@attune/core'

import type { AboutStudy, ChartQuery, OpenedStudy, Source } from './engine.ts'
import type { PackedChart } from '../plot/packed-chart.ts'
import type { HostChange, StudyQuestions } from './study-host.ts'

/** What the page calls in its worker. */
export type EngineMethods = {
  /** @param study how it is called from then on */
  readonly open: (study: string, source: Source) => AboutStudy
  /** One of `StudyQuestions` of an opened study. */
  readonly ask: (study: string, question: keyof StudyQuestions, args: readonly unknown[]) => unknown
  readonly charts: (study: string, query: ChartQuery) => ReturnType<OpenedStudy['charts']>
  readonly chartTable: (
    study: string,
    query: ChartQuery,
    place: number,
  ) => ReturnType<OpenedStudy['chartTable']>
}

/** What the page tells its worker. */
export type PageNews =
  | {
      readonly kind: 'begin'
      /** What stands before all paths of the server. */
      readonly base: string
      readonly isSeen: boolean
      /** Whether there can be a second worker. */
      readonly hasHelper: boolean
    }
  | { readonly kind: 'close'; readonly study: string }
  /** Whether anybody sees the page. */
  | { readonly kind: 'seen'; readonly isSeen: boolean }
  /** The page has shown the last change. */
  | { readonly kind: 'shown'; readonly study: string }
  /** The way to a worker for long computations. */
  | { readonly kind: 'helper'; readonly port: MessagePort }

/** What a worker tells its page. */
export type WorkerNews =
  | { readonly kind: 'change'; readonly study: string; readonly change: HostChange }
  /** There is something to compute that takes long. */
  | { readonly kind: 'helper-wanted' }
  /** There has been nothing of the kind for a while. */
  | { readonly kind: 'helper-done' }

/** What a worker for long computations is asked; a snapshot is a history as core's `snapshotBytes` has it. */
export type HelperMethods = {
  readonly draw: (snapshot: Uint8Array, query: ChartQuery) => readonly PackedChart[]
  readonly table: (snapshot: Uint8Array, query: ChartQuery, place: number) => ChartTable | undefined
  readonly important: (snapshot: Uint8Array) => readonly string[]
  readonly expect: (snapshot: Uint8Array, trial: number) => ExpectedResult | undefined
}
