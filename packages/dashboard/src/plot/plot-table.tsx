import { useEffect, useState } from 'preact/hooks'

import { Dialog } from '../ui/dialog.tsx'
import { countOf } from '../ui/format.ts'
import type { PlotProps } from './plot-props.ts'

type Table = Awaited<ReturnType<NonNullable<PlotProps['table']>>>

/** Of more rows the first ones are shown; the rest is in the CSV. */
const mostRows = 200

/** What a chart shows, as a table. */
export function PlotTable(props: {
  readonly title: string
  readonly load: NonNullable<PlotProps['table']>
  readonly onClose: () => void
}) {
  const { title, load, onClose } = props
  const [table, setTable] = useState<Table | string>()
  useEffect(() => {
    let isThere = true
    load().then(
      (found) => isThere && setTable(found),
      (error: unknown) =>
        isThere && setTable(error instanceof Error ? error.message : String(error)),
    )
    return () => {
      isThere = false
    }
  }, [])
  return (
    <Dialog title={title} onClose={onClose} size="large">
      {table === undefined ? (
        <p>Loading…</p>
      ) : typeof table === 'string' ? (
        <p role="alert">{table}</p>
      ) : (
        <Rows table={table} />
      )}
    </Dialog>
  )
}

function Rows({ table: { columns, rows } }: { readonly table: Table }) {
  return (
    <>
      <p class="plot-table-count">
        {countOf(rows.length, 'row')}
        {rows.length > mostRows ? `, the first ${mostRows} shown; the download as CSV has all` : ''}
      </p>
      <div class="plot-table" tabIndex={0} role="region" aria-label="Table">
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, mostRows).map((row, i) => (
              <tr key={i}>
                {row.map((cell, k) => (
                  <td key={k}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
