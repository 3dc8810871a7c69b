import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { setQuery } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'
import type { RowCells } from '../trials/use-cells.ts'

/** The trials whose parameters are nearest to those of one, with what they came to. */
export function NearestTrials({ trial }: { readonly trial: number }): JSX.Element | null {
  const { opened } = useStudy()
  const [near, setNear] = useState<readonly (RowCells & { readonly trial: number })[]>([])
  const objectives = opened.about.objectives.slice(0, 2)
  useEffect(() => {
    let gone = false
    const read = async (): Promise<void> => {
      const found = await opened.nearest(trial, 5)
      const trials = found.map((each) => each.trial)
      const rows = await opened.rows({
        selection: [{ kind: 'trials', trials: trials.toSorted((a, b) => a - b) }],
        sort: { column: 'trial', down: false },
        from: 0,
        to: trials.length,
        columns: objectives.map(({ name }) => `metric:${name}`),
      })
      if (gone) return
      const byTrial = new Map(
        [...rows.trials].map((number, i) => [
          number,
          { trial: number, state: rows.states[i] ?? '', cells: rows.cells[i] ?? [] },
        ]),
      )
      setNear(trials.flatMap((number) => byTrial.get(number) ?? []))
    }
    read().catch(() => setNear([]))
    return () => {
      gone = true
    }
  }, [opened, trial])
  if (near.length === 0) return null
  return (
    <section class="drawer-part">
      <h3>Nearest trials</h3>
      <ul class="nearest">
        {near.map(({ trial: number, state, cells }) => (
          <li key={number}>
            <button type="button" class="link" onClick={() => setQuery({ trial: String(number) })}>
              trial {number}
            </button>
            <span class="soft cut">
              {state === 'complete'
                ? objectives.map(({ name }, i) => `${name} ${cells[i] ?? ''}`).join(', ')
                : state}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
