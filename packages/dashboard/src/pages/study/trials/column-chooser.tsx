import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import type { ColumnAbout } from '../../../data/engine.ts'
import { Button } from '../../../ui/button.tsx'
import { IconColumns } from '../../../ui/icons.tsx'
import { setQuery } from '../model/page-query.ts'
import { allColumns, useStudy } from '../model/study-model.ts'
import { encodeColumn } from './table-query.ts'

/** Which columns the table shows; the address holds them. */
export function ColumnChooser(): JSX.Element {
  const { opened, table } = useStudy()
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const box = useRef<HTMLDivElement>(null)
  const shown = table.query.value.columns
  useEffect(() => {
    if (!open) return undefined
    const onDown = (event: Event): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) === false)
        setOpen(false)
    }
    document.addEventListener('pointerdown', onDown)
    return () => document.removeEventListener('pointerdown', onDown)
  }, [open])
  const all = allColumns(opened).filter(({ column }) => column !== 'trial')
  const wanted = all.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
  const set = (columns: readonly string[]): void =>
    setQuery({ cols: columns.map(encodeColumn).join(',') })
  const toggle = ({ column }: ColumnAbout): void => {
    const next = shown.includes(column)
      ? shown.filter((each) => each !== column)
      : [...shown, column]
    set(next)
  }
  return (
    <div class="chooser" ref={box}>
      <Button icon={<IconColumns size={14} />} aria-expanded={open} onClick={() => setOpen(!open)}>
        Columns
      </Button>
      {open ? (
        <div
          class="chooser-panel"
          role="group"
          aria-label="Columns"
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.stopPropagation()
            setOpen(false)
          }}
        >
          {all.length > 12 ? (
            <input
              class="input"
              type="search"
              placeholder="Find a column"
              aria-label="Find a column"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          ) : null}
          <ul>
            {wanted.slice(0, 80).map((each) => (
              <li key={each.column}>
                <label title={each.about}>
                  <input
                    type="checkbox"
                    checked={shown.includes(each.column)}
                    onChange={() => toggle(each)}
                  />
                  <span class="cut">{each.name}</span>
                </label>
              </li>
            ))}
          </ul>
          <div class="chooser-foot">
            <button type="button" class="link" onClick={() => set([])}>
              Usual
            </button>
            <button type="button" class="link" onClick={() => set(all.map(({ column }) => column))}>
              All
            </button>
          </div>
        </div>
      ) : null}
    </div>
  )
}
