import type { AnyChart, History, PlottedStudy } from '@attune/core'
import { chartTable, importantParams } from '@attune/core'

import type { PackedChart } from '../plot/packed-chart.ts'
import { chartKey, drawCharts, modelCharts, trialCharts } from './draw-charts.ts'
import type { ChartQuery, ChartTableData } from './engine.ts'
import type { EventBook } from './event-book.ts'
import type { HeavyWork } from './heavy-work.ts'
import { latestMemo } from './memo.ts'
import { modelDrawings } from './model-drawings.ts'
import { packChart } from './pack-chart.ts'
import { restricted } from './restricted.ts'
import { aborted, isAborted } from './rpc.ts'
import type { StudyData } from './study-data.ts'
import { tellInfinity } from './tell-infinity.ts'
import type { Turns } from './turns.ts'
import { breathe } from './turns.ts'

/** A study as charts of several studies take it. */
export interface ChartedStudy {
  readonly name: string
  readonly data: StudyData
  readonly book: EventBook
}

export interface StudyCharts {
  /** @param signal aborted when nobody waits for it any more */
  charts(
    query: ChartQuery,
    others: readonly ChartedStudy[],
    signal?: AbortSignal,
  ): Promise<readonly PackedChart[]>
  table(query: ChartQuery, others: readonly ChartedStudy[], place: number): Promise<ChartTableData>
}

/** Of so many trials and more, charts of them all are drawn aside, too. */
const many = 20_000

/**
 * The charts of a study; they are kept until it changes, those of models somewhat longer.
 * @param order gives the parameters by importance for the first objective
 */
export function studyCharts(
  study: ChartedStudy,
  heavy: HeavyWork,
  turns: Turns,
  order: () => Promise<readonly string[]>,
): StudyCharts {
  const packed = latestMemo<Promise<readonly PackedChart[]>>(6)
  const models = modelDrawings(study.data, heavy)
  const { history } = study.data

  const plain = (
    query: ChartQuery,
    others: readonly ChartedStudy[],
  ): Promise<readonly AnyChart[]> =>
    drawCharts([plotted(study, query), ...others.map((other) => plotted(other, query))], query)
  const isAside = ({ chart }: ChartQuery): boolean =>
    modelCharts.has(chart) || (trialCharts.has(chart) && history.length >= many)

  /** Small multiples are drawn one by one, so that others get a turn between them. */
  const inTurns = (
    query: ChartQuery,
    others: readonly ChartedStudy[],
    signal: AbortSignal | undefined,
  ): Promise<readonly PackedChart[]> =>
    turns.run(async () => {
      const all: PackedChart[] = []
      for (const part of partsOf(query, history)) {
        if (all.length > 0) await breathe()
        if (signal?.aborted === true) throw aborted()
        const charts = await plain(part, others)
        all.push(...charts.map((chart) => packChart(chart, '')))
      }
      return all
    }, signal)
  const drawn = async (
    query: ChartQuery,
    others: readonly ChartedStudy[],
    signal: AbortSignal | undefined,
  ): Promise<readonly PackedChart[]> => {
    if (modelCharts.has(query.chart)) return models(query, signal)
    const version = others.reduce((sum, { data }) => sum + data.history.seq, history.seq)
    const key = keyOf(query, others)
    const found = packed.get(version, key, () =>
      isAside(query)
        ? heavy.draw(restricted(study.data, query), query, signal)
        : inTurns(query, others, signal),
    )
    found.catch(() => packed.forget(key))
    try {
      return await found
    } catch (error) {
      // Who shared it has gone.
      if (isAborted(error) && signal?.aborted !== true) return drawn(query, others, signal)
      throw error
    }
  }
  return {
    async charts(given, others, signal) {
      const charts = await drawn(await ordered(given, order), others, signal)
      return charts.map((chart) => ({ ...chart, key: chartKey(given, chart) }))
    },
    async table(given, others, place) {
      const query = await ordered(given, order)
      const table = isAside(query)
        ? await heavy.table(restricted(study.data, query), query, place)
        : await turns.run(async () => {
            const chart = (await plain(query, others))[place]
            return chart === undefined ? undefined : chartTable(chart)
          })
      if (table === undefined) return { columns: [], rows: [] }
      return {
        columns: table.columns,
        rows: table.rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell)))),
      }
    },
  }
}

/** How many of the most important parameters a chart shows that is asked for none. */
const shown: Readonly<Record<string, number>> = {
  ...{ slice: Infinity, effects: Infinity, contour: 2, rank: 2 },
}
/** Parallel coordinates choose themselves, and say so, when there are more parameters than this. */
const mostAxes = 12

/** A query with the parameters that it leaves open, so that they stay where they are for a while. */
async function ordered(
  query: ChartQuery,
  order: () => Promise<readonly string[]>,
): Promise<ChartQuery> {
  const { chart, params, objective = 0 } = query
  const most = chart === 'parallel' ? mostAxes : shown[chart]
  if (most === undefined || params !== undefined || objective !== 0) return query
  // Without an order a chart finds one itself.
  const all = await order().catch((): string[] => [])
  if (all.length === 0 || (chart === 'parallel' && all.length > mostAxes)) return query
  return { ...query, params: all.slice(0, most) }
}

/** A query a chart. */
function partsOf(query: ChartQuery, history: History): readonly ChartQuery[] {
  if (query.chart !== 'slice') return [query]
  const target = history.config?.objectives[query.objective ?? 0]?.name
  const params = query.params ?? importantParams(history, target)
  return params.length === 0 ? [query] : params.map((param) => ({ ...query, params: [param] }))
}

const plotted = ({ name, data, book }: ChartedStudy, query: ChartQuery): PlottedStudy => ({
  name,
  history: restricted(data, query),
  attempts: () => book.attempts(),
  reported: (metrics) => book.reports(metrics),
})

const keyOf = (query: ChartQuery, others: readonly ChartedStudy[]): string =>
  JSON.stringify([query, others.map(({ data }) => data.id)], tellInfinity)
