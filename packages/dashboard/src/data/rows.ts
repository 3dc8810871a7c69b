import { stateOf } from '@attune/core'

import type { RowQuery, Rows } from './engine.ts'
import { latestMemo } from './memo.ts'
import { rowOrder } from './row-order.ts'
import type { StudyData } from './study-data.ts'
import { cellText } from './table-column.ts'
import { tellInfinity } from './tell-infinity.ts'

export interface TrialTable {
  /** All of its trials in their order; never to be written to. */
  order(query: Pick<RowQuery, 'selection' | 'sort'>): Int32Array
  rows(query: RowQuery): Rows
}

/** The table of trials of a study; orders and formats are kept until the study changes. */
export function trialTable(data: StudyData): TrialTable {
  const orders = latestMemo<Int32Array>(6)
  const texts = latestMemo<(trial: number) => string>(200)
  const { history } = data
  const order: TrialTable['order'] = ({ selection, sort }) => {
    const key = JSON.stringify([selection, sort], tellInfinity)
    return orders.get(history.seq, key, () => rowOrder(data, selection, sort))
  }
  const rows: TrialTable['rows'] = ({ from, to, columns, ...rest }) => {
    const all = order(rest)
    const trials = all.slice(Math.max(0, from), Math.max(0, to))
    const cells = columns.map((column) =>
      texts.get(history.seq, column, () => cellText(data, column)),
    )
    return {
      total: all.length,
      trials,
      states: Array.from(trials, (trial) => stateOf(history, trial)),
      cells: Array.from(trials, (trial) => cells.map((text) => text(trial))),
    }
  }
  return { order, rows }
}
