import type { AnyChart, ExpectedResult, History } from '@attune/core'
import { AttuneError, expectedResult, historyFromSnapshot, snapshotBytes } from '@attune/core'

import { drawCharts } from './draw-charts.ts'
import type { ChartQuery } from './engine.ts'
import type { HelperMethods } from './protocol.ts'
import type { Channel } from './rpc.ts'
import { connect } from './rpc.ts'

/** Work that takes long, done where it holds nobody up. */
export interface HeavyWork {
  draw(history: History, query: ChartQuery): Promise<readonly AnyChart[]>
  /** What to expect of a trial when it is run again; see `expectedResult` of core. */
  expect(history: History, trial: number): Promise<ExpectedResult | undefined>
}

/** The same done here, where there is no other place. */
export const workHere: HeavyWork = {
  draw: drawHere,
  expect: async (history, trial) => expectedResult(history, trial),
}

/** Charts that need nothing but a history. */
function drawHere(history: History, query: ChartQuery): Promise<readonly AnyChart[]> {
  const none = async (): Promise<readonly never[]> => []
  const name = history.config?.name ?? ''
  return drawCharts([{ name, history, attempts: none, reported: none }], query)
}

/** A history as bytes, without what models of results have no use for. */
export function slimSnapshot(history: History): Uint8Array {
  const details: History['details'] = new Map()
  for (const [trial, { paused, failure }] of history.details) {
    if (paused === undefined && failure === undefined) continue
    details.set(trial, {
      ...(paused === undefined ? {} : { paused }),
      ...(failure === undefined ? {} : { failure: { ...failure, output: [] } }),
    })
  }
  return snapshotBytes({ ...history, details })
}

/** The side that works out what takes long. */
export function serveHelper(channel: Channel): void {
  connect<never, never, HelperMethods, never>(
    channel,
    {
      draw: (_, snapshot, query) => drawHere(historyOf(snapshot), query),
      expect: (_, snapshot, trial) => expectedResult(historyOf(snapshot), trial),
    },
    () => {},
  )
}

function historyOf(snapshot: Uint8Array): History {
  const history = historyFromSnapshot(snapshot)
  if (history !== undefined) return history
  throw new AttuneError('usage', 'This page is of two versions of attune. Load it anew.')
}
