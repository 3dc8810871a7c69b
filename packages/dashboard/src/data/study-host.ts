import type { Entry, History, StudyFacts } from '@attune/core'
import { applyEntry, studyFacts, valuesOf } from '@attune/core'

import { aboutStudy } from './about.ts'
import type { BestEstimate } from './best-estimate.ts'
import { bestEstimate } from './best-estimate.ts'
import { judgingOf, studyDefinition, valueStrips } from './definition.ts'
import { deferred } from './deferred.ts'
import type { AboutStudy, ChartQuery, Connection, OpenedStudy } from './engine.ts'
import { whereProblem } from './mask.ts'
import { nearestTrials } from './nearest-trials.ts'
import type { ParamOrder } from './param-order.ts'
import { paramOrder } from './param-order.ts'
import { packWhole } from './pack-whole.ts'
import type { TrialTable } from './rows.ts'
import { trialTable } from './rows.ts'
import type { HeavyWork } from './heavy-work.ts'
import type { ChartedStudy, StudyCharts } from './study-charts.ts'
import { studyCharts } from './study-charts.ts'
import type { StudyData } from './study-data.ts'
import { studyData } from './study-data.ts'
import type { StudySource } from './study-source.ts'
import { trialView } from './trial-view.ts'
import { trialsCsv } from './trials-csv.ts'
import type { Turns } from './turns.ts'

/** What has changed in a study since somebody was told. */
export interface HostChange {
  readonly seq: number
  readonly trials: number
  readonly ended: number
  readonly connection: Connection
  /** When it is another one than before. */
  readonly about?: AboutStudy
}

/** What an opened study can be asked for: what the page sees as `OpenedStudy`. */
export type StudyQuestions = Omit<
  OpenedStudy,
  'id' | 'about' | 'subscribe' | typeof Symbol.dispose | 'charts' | 'chartTable'
>

export interface StudyHost {
  readonly id: string
  /** Resolves when something of the study can be shown; rejects when it cannot be read. */
  readonly opened: Promise<AboutStudy>
  readonly questions: StudyQuestions
  charts(query: ChartQuery, signal?: AbortSignal): ReturnType<OpenedStudy['charts']>
  chartTable(query: ChartQuery, place: number): ReturnType<OpenedStudy['chartTable']>
  /** As other studies see it in their charts. */
  charted(): Promise<ChartedStudy>
  /** What has changed since it was asked last; undefined when nothing has. */
  takeChange(): HostChange | undefined
  pause(): void
  resume(): void
  close(): void
}

export interface HostParts {
  readonly source: StudySource
  readonly turns: Turns
  readonly heavy: HeavyWork
  /** Finds another study by id, for charts of several. */
  readonly other: (id: string) => Promise<ChartedStudy>
  readonly onChange: () => void
  readonly onProgress: (share: number) => void
}

interface Derived {
  readonly data: StudyData
  readonly table: TrialTable
  readonly charts: StudyCharts
  readonly estimate: BestEstimate
  readonly order: ParamOrder
  readonly isWhole: boolean
}

/** A study that is read, followed and asked. */
export function studyHost(id: string, parts: HostParts): StudyHost {
  const { source, turns } = parts
  const opened = deferred<Derived>()
  const whole = deferred<void>()
  let current: Derived | undefined
  let about: AboutStudy | undefined
  let toldAbout: string | undefined
  let connection: Connection = 'live'
  let toldFinished = 0
  let isChanged = false

  const changed = (): void => {
    if (isChanged) return
    isChanged = true
    parts.onChange()
  }
  const begin = (history: History, isWhole: boolean): void => {
    const data = studyData(history)
    const study = { name: history.config?.name ?? id, data, book: source.book }
    const order = paramOrder(history, parts.heavy, () => {
      about = undefined
      changed()
    })
    current = {
      ...{ data, table: trialTable(data), isWhole },
      order,
      charts: studyCharts(study, parts.heavy, turns, () => order.known),
      estimate: bestEstimate(history, parts.heavy, changed),
    }
    if (about === undefined) toldFinished = history.finished
    about = undefined
    opened.resolve(current)
    if (isWhole) whole.resolve(undefined)
    changed()
    if (isWhole) order.check()
  }
  const add = (entries: readonly Entry[]): void => {
    if (current === undefined) return
    const { history } = current.data
    for (const entry of entries) applyEntry(history, entry)
    about = undefined
    changed()
    if (current.isWhole) current.order.check()
  }
  const aboutNow = (): AboutStudy =>
    (about ??= aboutStudy(current!.data.history, current!.order.names))
  /** What needs all columns waits for them. */
  const all = async (): Promise<Derived> => {
    await whole.promise
    return current!
  }

  source
    .start({
      begin,
      add,
      progress: parts.onProgress,
      connection(state) {
        connection = state
        changed()
      },
    })
    .catch((error: unknown) => {
      opened.reject(error)
      whole.reject(error)
    })

  const charted = async (): Promise<ChartedStudy> => {
    const { data } = await all()
    return { name: data.history.config?.name ?? id, data, book: source.book }
  }
  const othersOf = (query: ChartQuery): Promise<ChartedStudy[]> =>
    Promise.all((query.with ?? []).filter((other) => other !== id).map(parts.other))
  const charts: StudyHost['charts'] = async (query, signal) => {
    const { chart, only, without } = query
    const isOfAll = only === undefined && without === undefined
    await (headCharts.has(chart) && isOfAll ? opened.promise : all())
    const others = await othersOf(query)
    return current!.charts.charts(query, others, signal)
  }

  return {
    id,
    opened: opened.promise.then(aboutNow),
    charted,
    charts,
    async chartTable(query, place) {
      await all()
      const others = await othersOf(query)
      return current!.charts.table(query, others, place)
    },
    questions: {
      facts: async (dead) => factsOf(await opened.promise.then(() => current!), dead),
      mask: async (selection) => (await all()).data.mask(selection),
      checkWhere: async (expression) => whereProblem((await all()).data.history, expression),
      rows: async (query) => (await all()).table.rows(query),
      order: async (query) => (await all()).table.order(query),
      trial: async (number) => trialView((await all()).data, source.book, number),
      nearest: async (number, count) => nearestTrials((await all()).data, number, count),
      csv: async (selection) => trialsCsv((await all()).data, selection),
      pack: async () => packWhole((await all()).data.history, source.book),
      definition: async () => studyDefinition((await all()).data.history),
      values: async (trial) => valuesOf((await all()).data.history, trial),
      strips: async () => valueStrips((await all()).data.history),
      judging: async () => judgingOf((await all()).data.history),
    },
    takeChange() {
      if (!isChanged || current === undefined) return undefined
      isChanged = false
      const { seq, length, finished } = current.data.history
      const ended = Math.max(0, finished - toldFinished)
      toldFinished = finished
      const text = JSON.stringify(aboutNow())
      const isOther = text !== toldAbout
      toldAbout = text
      return { seq, trials: length, ended, connection, ...(isOther ? { about: aboutNow() } : {}) }
    },
    pause: source.pause,
    resume: source.resume,
    close: source.close,
  }
}

/** The facts, with what is known of the best trial without waiting for it. */
function factsOf(
  { data: { history }, estimate, isWhole }: Derived,
  dead: readonly string[] = [],
): StudyFacts {
  const facts = studyFacts(history, Date.now(), { estimate: false, dead: new Set(dead) })
  const { best } = facts
  if (best === undefined || best.metrics.length === 0 || !isWhole) return facts
  if (history.config?.objectives.length !== 1) return facts
  const expected = estimate.of(best.trial)
  return expected === undefined ? facts : { ...facts, best: { ...best, estimate: expected } }
}

/** Charts of results and times alone, which come first. */
const headCharts: ReadonlySet<string> = new Set([
  'history',
  'edf',
  'hypervolume',
  'front',
  'compare',
])
