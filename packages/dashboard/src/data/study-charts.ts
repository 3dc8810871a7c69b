import type { AnyChart, History, PlottedStudy } from '@attune/core'
import { chartTable, importantParams, keepTrials } from '@attune/core'

import type { PackedChart } from '../plot/packed-chart.ts'
import { chartKey, drawCharts, heavyCharts } from './draw-charts.ts'
import type { ChartQuery, ChartTableData } from './engine.ts'
import type { EventBook } from './event-book.ts'
import type { HeavyWork } from './heavy-work.ts'
import { latestMemo } from './memo.ts'
import { packChart } from './pack-chart.ts'
import { aborted } from './rpc.ts'
import type { StudyData } from './study-data.ts'
import { tellInfinity } from './tell-infinity.ts'
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

interface Drawn {
  readonly charts: readonly AnyChart[]
  /** How many trials had ended then, and what was known of them. */
  readonly finished: number
  readonly era: number
  readonly seq: number
  readonly milliseconds: number
}

/** What takes longer to draw is drawn anew only after this share of new trials, at least `fewest`. */
const slow = 60
const share = 0.05
const fewest = 5

/** The charts of a study; they are kept until it changes, those that take long somewhat longer. */
export function studyCharts(
  study: ChartedStudy,
  heavy: HeavyWork,
  now: () => number = () => performance.now(),
): StudyCharts {
  const packed = latestMemo<Promise<readonly PackedChart[]>>(6)
  const drawn = new Map<string, Drawn>()
  const running = new Map<string, Promise<Drawn>>()
  const { history } = study.data

  const plain = (
    query: ChartQuery,
    others: readonly ChartedStudy[],
  ): Promise<readonly AnyChart[]> =>
    drawCharts([plotted(study, query), ...others.map((other) => plotted(other, query))], query)

  const anew = async (query: ChartQuery): Promise<Drawn> => {
    const { finished, era, seq } = history
    const begun = now()
    const charts = await heavy.draw(restricted(study.data, query), query)
    return { charts, finished, era, seq, milliseconds: now() - begun }
  }
  const latest = async (query: ChartQuery): Promise<Drawn> => {
    const key = keyOf(query, [])
    const last = drawn.get(key)
    if (last !== undefined && isGood(last, history)) return last
    let next = running.get(key)
    if (next === undefined) {
      next = anew(query).finally(() => running.delete(key))
      running.set(key, next)
    }
    const found = await next
    drawn.set(key, found)
    if (drawn.size > 8) drawn.delete(drawn.keys().next().value as string)
    return found
  }
  const isOld = ({ finished }: Drawn): boolean => finished !== history.finished

  return {
    async charts(query, others, signal) {
      if (heavyCharts.has(query.chart)) {
        const found = await latest(query)
        return found.charts.map((chart) =>
          packChart(isOld(found) ? told(chart, found) : chart, chartKey(query, chart)),
        )
      }
      const version = others.reduce((sum, { data }) => sum + data.history.seq, history.seq)
      const key = keyOf(query, others)
      const found = packed.get(version, key, async () => {
        const all: PackedChart[] = []
        for (const part of partsOf(query, history)) {
          if (all.length > 0) await breathe()
          if (signal?.aborted === true) throw aborted()
          const charts = await plain(part, others)
          all.push(...charts.map((chart) => packChart(chart, chartKey(query, chart))))
        }
        return all
      })
      found.catch(() => packed.forget(key))
      return found
    },
    async table(query, others, place) {
      const charts = heavyCharts.has(query.chart)
        ? (await latest(query)).charts
        : await plain(query, others)
      const chart = charts[place]
      if (chart === undefined) return { columns: [], rows: [] }
      const { columns, rows } = chartTable(chart)
      return {
        columns,
        rows: rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell)))),
      }
    },
  }
}

/** Small multiples are drawn one by one, so that others get a turn between them. */
function partsOf(query: ChartQuery, history: History): readonly ChartQuery[] {
  if (query.chart !== 'slice') return [query]
  const target = history.config?.objectives[query.objective ?? 0]?.name
  const params = query.params ?? importantParams(history, target)
  return params.length === 0 ? [query] : params.map((param) => ({ ...query, params: [param] }))
}

function isGood(last: Drawn, history: History): boolean {
  if (last.seq === history.seq) return true
  // What stands of settled trials has changed, as when one is taken out.
  if (last.era !== history.era || last.milliseconds < slow) return false
  return history.finished - last.finished < Math.max(fewest, share * last.finished)
}

const told = (chart: AnyChart, { finished }: Drawn): AnyChart => {
  const when = `as of ${finished} finished trials`
  return { ...chart, subtitle: chart.subtitle === undefined ? when : `${chart.subtitle}; ${when}` }
}

/** A history in which only those trials happened that a query asks for. */
function restricted({ history, mask }: StudyData, { only }: ChartQuery): History {
  if (only === undefined) return history
  const kept = mask(only)
  return keepTrials(history, (trial) => kept[trial] === 1)
}

const plotted = ({ name, data, book }: ChartedStudy, query: ChartQuery): PlottedStudy => ({
  name,
  history: restricted(data, query),
  attempts: () => book.attempts(),
  reported: (metrics) => book.reports(metrics),
})

const keyOf = (query: ChartQuery, others: readonly ChartedStudy[]): string =>
  JSON.stringify([query, others.map(({ data }) => data.id)], tellInfinity)
