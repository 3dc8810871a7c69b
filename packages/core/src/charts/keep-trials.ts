import type { Column, Columns } from '../journal/columns.ts'
import type { History } from '../journal/history.ts'
import { createHistory } from '../journal/history.ts'

/**
 * A history in which only some trials happened, for charts of a selection. Trials keep their numbers;
 * those left out have no state, no values and no results. The history that it was made from stays as it
 * is, and what is added to it later is not seen.
 */
export function keepTrials(history: History, keep: (trial: number) => boolean): History {
  const kept = Uint8Array.from({ length: history.length }, (_, trial) => (keep(trial) ? 1 : 0))
  const isKept = (trial: number): boolean => kept[trial] === 1
  const order = history.finishOrder.slice(0, history.finished).filter(isKept)
  const { values } = history
  return {
    ...history,
    columns: keepRows(history.columns, isKept),
    values: {
      ...createHistory().values,
      labels: values.labels,
      names: values.names,
      get: (name, trial) => (isKept(trial) ? values.get(name, trial) : undefined),
    },
    details: new Map([...history.details].filter(([trial]) => isKept(trial))),
    finishOrder: order,
    finished: order.length,
    open: new Set([...history.open].filter(isKept)),
    skipped: new Set([...history.skipped].filter(isKept)),
    excluded: new Set([...history.excluded].filter(isKept)),
  }
}

function keepRows(columns: Columns, isKept: (row: number) => boolean): Columns {
  const made = new Map<Column, Column>()
  const masked = (column: Column): Column => {
    let found = made.get(column)
    if (found === undefined) {
      found = { data: column.data.map((x, row) => (isKept(row) ? x : Number.NaN)) }
      made.set(column, found)
    }
    return found
  }
  return {
    ...createHistory().columns,
    capacity: columns.capacity,
    names: columns.names,
    get(name) {
      const column = columns.get(name)
      return column === undefined ? undefined : masked(column)
    },
    group: (prefix) => columns.group(prefix).map(([name, column]) => [name, masked(column)]),
  }
}
