import { useEffect, useRef, useState } from 'preact/hooks'

import { refreshOf } from '../model/refresh.ts'
import { useStudy } from '../model/study-model.ts'

/** One row of the table, ready to read. */
export interface RowCells {
  readonly state: string
  readonly cells: readonly string[]
}

/** So many rows are remembered. */
const most = 2000

/** The cells of the rows that are seen, by trial; what was seen before is there at once. */
export function useCells(
  trials: readonly number[],
  columns: readonly string[],
): ReadonlyMap<number, RowCells> {
  const { opened, change } = useStudy()
  const [cells, setCells] = useState<ReadonlyMap<number, RowCells>>(new Map())
  const wanted = useRef({ trials, columns })
  wanted.current = { trials, columns }
  const reading = useRef<ReturnType<typeof refreshOf>>(undefined)
  useEffect(() => {
    const refresh = refreshOf(async () => {
      const asked = wanted.current
      if (asked.trials.length === 0) return
      const sorted = asked.trials.toSorted((a, b) => a - b)
      const rows = await opened.rows({
        selection: [{ kind: 'trials', trials: sorted }],
        sort: { column: 'trial', down: false },
        from: 0,
        to: sorted.length,
        columns: asked.columns,
      })
      setCells((before) => {
        const kept = before.size > most ? [] : before
        const found = new Map(kept)
        rows.trials.forEach((trial, i) =>
          found.set(trial, { state: rows.states[i] ?? '', cells: rows.cells[i] ?? [] }),
        )
        return found
      })
    }, 30)
    reading.current = refresh
    const leave = change.subscribe(() => refresh.ask())
    return () => {
      leave()
      refresh[Symbol.dispose]()
    }
  }, [opened, change])
  const key = columns.join('\n')
  const shown = useRef(key)
  if (shown.current !== key) {
    shown.current = key
    setCells(new Map())
  }
  useEffect(() => reading.current?.ask(), [trials[0], trials.at(-1), trials.length, key])
  return cells
}
