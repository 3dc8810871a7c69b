import type { AnyChart, ChartTable, ExpectedResult, History } from '@attune/core'
import {
  AttuneError,
  chartTable,
  expectedResult,
  historyFromSnapshot,
  importantParams,
  snapshotBytes,
} from '@attune/core'

import type { PackedChart } from '../plot/packed-chart.ts'
import { drawCharts } from './draw-charts.ts'
import type { ChartQuery } from './engine.ts'
import { chartBuffers, packChart } from './pack-chart.ts'
import type { HelperMethods } from './protocol.ts'
import type { Channel } from './rpc.ts'
import { connect, transferred } from './rpc.ts'

/** Work that takes long, of a history alone, done where it holds nobody up. */
export interface HeavyWork {
  /** Charts without their keys. */
  draw(history: History, query: ChartQuery, signal?: AbortSignal): Promise<readonly PackedChart[]>
  /** What one of these charts shows as a table; undefined when there is none in this place. */
  table(history: History, query: ChartQuery, place: number): Promise<ChartTable | undefined>
  /** Parameters by importance for the first objective; see `importantParams` of core. */
  important(history: History): Promise<readonly string[]>
  /** What to expect of a trial when it is run again; see `expectedResult` of core. */
  expect(history: History, trial: number): Promise<ExpectedResult | undefined>
}

/** The same done here, where there is no other place. */
export function workHere(): HeavyWork {
  let last: { readonly key: string; readonly charts: Promise<readonly AnyChart[]> } | undefined
  /** The last charts are kept: after the picture comes its table. */
  const drawn = (history: History, query: ChartQuery): Promise<readonly AnyChart[]> => {
    const key = JSON.stringify([history.config?.name, history.seq, query])
    if (last?.key !== key) last = { key, charts: drawHere(history, query) }
    return last.charts
  }
  return {
    draw: async (history, query) =>
      (await drawn(history, query)).map((chart) => packChart(chart, '')),
    async table(history, query, place) {
      const chart = (await drawn(history, query))[place]
      return chart === undefined ? undefined : chartTable(chart)
    },
    important: async (history) => importantParams(history),
    expect: async (history, trial) => expectedResult(history, trial),
  }
}

/** Charts that need nothing but a history. */
function drawHere(history: History, query: ChartQuery): Promise<readonly AnyChart[]> {
  const none = async (): Promise<readonly never[]> => []
  const name = history.config?.name ?? ''
  return drawCharts([{ name, history, attempts: none, reported: none }], query)
}

/** A history as bytes, without what models of results have no use for. */
export function slimSnapshot(history: History): Uint8Array<ArrayBuffer> {
  const details: History['details'] = new Map()
  for (const [trial, { paused, failure }] of history.details) {
    if (paused === undefined && failure === undefined) continue
    details.set(trial, {
      ...(paused === undefined ? {} : { paused }),
      ...(failure === undefined ? {} : { failure: { ...failure, output: [] } }),
    })
  }
  return snapshotBytes({ ...history, details }) as Uint8Array<ArrayBuffer>
}

/** The side that works out what takes long. */
export function serveHelper(channel: Channel): void {
  const work = workHere()
  connect<never, never, HelperMethods, never>(
    channel,
    {
      async draw(_, snapshot, query) {
        const charts = await work.draw(historyOf(snapshot), query)
        return transferred(charts, charts.flatMap(chartBuffers))
      },
      table: (_, snapshot, query, place) => work.table(historyOf(snapshot), query, place),
      important: (_, snapshot) => work.important(historyOf(snapshot)),
      expect: (_, snapshot, trial) => work.expect(historyOf(snapshot), trial),
    },
    () => {},
  )
}

function historyOf(snapshot: Uint8Array): History {
  const history = historyFromSnapshot(snapshot)
  if (history !== undefined) return history
  throw new AttuneError('usage', 'This page is of two versions of attune. Load it anew.')
}
