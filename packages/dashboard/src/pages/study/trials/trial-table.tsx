import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'

import type { ColumnAbout, RowQuery } from '../../../data/engine.ts'
import { openTrial, setQuery } from '../model/page-query.ts'
import type { RowWindow } from '../model/row-window.ts'
import { rowWindow, scrollToRow } from '../model/row-window.ts'
import { between, selectionOf } from '../model/selection-change.ts'
import { allColumns, useStudy } from '../model/study-model.ts'
import { StateMark } from '../parts/state-mark.tsx'
import { enterDrawer } from '../trial/drawer-focus.ts'
import { columnWindow } from './column-window.ts'
import { nextSort, writeSort } from './table-query.ts'
import type { RowCells } from './use-cells.ts'
import { useCells } from './use-cells.ts'

const rowHeight = 32
const numberWidth = 76

/**
 * The trials, of which only the rows and columns that are seen stand in the page. Keys: j and k or
 * arrows go, Enter opens and goes into what is open, space selects, Shift selects up to there.
 */
export function TrialTable({ order }: { readonly order: Int32Array }): JSX.Element {
  const { opened, table, selection } = useStudy()
  const { columns: names, sort } = table.query.value
  const box = useRef<HTMLDivElement>(null)
  const view = useView(box)
  const [current, setCurrent] = useState<number | undefined>(undefined)
  const known = useMemo(() => allColumns(opened), [opened, opened.about])
  const columns = useMemo(() => columnsOf(names, known), [names, known])
  const widths = stretched(columns.map(widthOf), view.width - numberWidth)
  const rows = rowWindow(view.top, view.height, rowHeight, order.length)
  const across = columnWindow(view.left, view.width - numberWidth, widths)
  const shown = useMemo(() => [...order.subarray(rows.from, rows.to)], [order, rows.from, rows.to])
  const cells = useCells(shown, names)
  const mask = selection.mask.value
  // Another order begins at its top; the same one that grew does not move.
  const asked = JSON.stringify([sort, table.query.value.filter, table.query.value.states])
  const before = useRef(asked)
  useLayoutEffect(() => {
    if (before.current !== asked && box.current !== null) box.current.scrollTop = 0
    before.current = asked
  }, [asked])
  const open = openTrial.value
  useEffect(() => {
    if (open !== undefined) setCurrent(open)
  }, [open])
  // The drawer steps through the table too.
  useEffect(() => {
    if (open !== undefined) setCurrent(open)
  }, [open])
  const total = numberWidth + widths.reduce((a, b) => a + b, 0)

  const sortBy = (column: string): void =>
    setQuery({ sort: writeSort(nextSort(sort, column, opened.about)) })
  const goTo = (row: number): void => {
    const place = Math.max(0, Math.min(order.length - 1, row))
    const trial = order[place]
    const element = box.current
    if (trial === undefined || element === null) return
    setCurrent(trial)
    element.scrollTop = scrollToRow(
      place,
      element.scrollTop,
      element.clientHeight - rowHeight,
      rowHeight,
    )
    if (openTrial.peek() !== undefined) setQuery({ trial: String(trial) })
  }
  const choose = (trial: number, event: MouseEvent | KeyboardEvent): void => {
    if (event.shiftKey && current !== undefined) {
      selection.set(
        selectionOf(between([...order], current, trial).toSorted((a, b) => a - b)),
        true,
      )
    } else selection.toggle(trial)
  }
  const onKey = (event: KeyboardEvent): void => {
    const place = current === undefined ? -1 : order.indexOf(current)
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 2)
    const goes: Readonly<Record<string, number>> = {
      ...{ j: place + 1, ArrowDown: place + 1, k: place - 1, ArrowUp: place - 1 },
      ...{ PageDown: place + page, PageUp: place - page, Home: 0, End: order.length - 1 },
    }
    const row = goes[event.key]
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (row !== undefined) goTo(row)
    else if (event.key === 'Enter' && current !== undefined) {
      if (openTrial.value === current) enterDrawer()
      else setQuery({ trial: String(current) })
    } else if ((event.key === ' ' || event.key === 'x') && current !== undefined)
      choose(current, event)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const onRow = (trial: number, event: MouseEvent): void => {
    const wanted = event.ctrlKey || event.metaKey || event.shiftKey
    if (wanted) choose(trial, event)
    else setQuery({ trial: String(trial) })
    setCurrent(trial)
  }
  return (
    <div
      class="trial-table"
      ref={box}
      tabIndex={0}
      role="grid"
      aria-label="Trials"
      aria-rowcount={order.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={current === undefined ? undefined : `row-${current}`}
      onKeyDown={onKey}
    >
      <div
        class="trial-table-inner"
        style={{ width: `${total}px`, height: `${(order.length + 1) * rowHeight}px` }}
      >
        <div class="trial-row trial-head" role="row" aria-rowindex={1}>
          <Head column={trialColumn} width={numberWidth} sort={sort} onSort={sortBy} sticky />
          <span class="trial-gap" style={{ width: `${across.before}px` }} />
          {columns.slice(across.from, across.to).map((column, i) => (
            <Head
              key={column.column}
              column={column}
              width={widths[across.from + i]!}
              sort={sort}
              onSort={sortBy}
            />
          ))}
        </div>
        <div class="trial-rows" style={{ transform: `translateY(${rows.from * rowHeight}px)` }}>
          {shown.map((trial, i) => (
            <Row
              key={trial}
              trial={trial}
              place={rows.from + i}
              row={cells.get(trial)}
              columns={columns}
              widths={widths}
              across={across}
              selected={mask?.[trial] === 1}
              current={trial === current}
              onClick={onRow}
              onChoose={choose}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

interface HeadProps {
  readonly column: ColumnAbout
  readonly width: number
  readonly sort: RowQuery['sort']
  readonly onSort: (column: string) => void
  readonly sticky?: boolean
}

function Head({ column, width, sort, onSort, sticky }: HeadProps): JSX.Element {
  const sorted = sort.column === column.column
  const direction = sort.down ? 'descending' : 'ascending'
  return (
    <span
      class={`trial-cell${sticky === true ? ' trial-number' : ''}${column.kind === 'number' ? ' is-number' : ''}`}
      role="columnheader"
      aria-sort={sorted ? direction : 'none'}
      style={{ width: `${width}px` }}
    >
      <button
        type="button"
        title={`${column.name}${column.about === undefined ? '' : `: ${column.about}`}`}
        onClick={() => onSort(column.column)}
      >
        <span class="cut">{column.name}</span>
        {column.unit === undefined ? '' : <small> {column.unit}</small>}
        {sorted ? (
          <span class="sort-arrow" aria-hidden="true">
            {sort.down ? '↓' : '↑'}
          </span>
        ) : null}
      </button>
    </span>
  )
}

const trialColumn: ColumnAbout = { column: 'trial', name: 'trial', kind: 'number' }

interface RowProps {
  readonly trial: number
  readonly place: number
  readonly row: RowCells | undefined
  readonly columns: readonly ColumnAbout[]
  readonly widths: readonly number[]
  readonly across: RowWindow & { readonly before: number }
  readonly selected: boolean
  readonly current: boolean
  readonly onClick: (trial: number, event: MouseEvent) => void
  readonly onChoose: (trial: number, event: MouseEvent) => void
}

function Row(props: RowProps): JSX.Element {
  const { trial, row, columns, widths, across, selected, current } = props
  return (
    <div
      class={`trial-row${selected ? ' is-selected' : ''}${current ? ' is-current' : ''}`}
      id={`row-${trial}`}
      role="row"
      aria-rowindex={props.place + 2}
      aria-selected={selected}
      onClick={(event) => props.onClick(trial, event)}
    >
      <span
        class="trial-cell trial-number is-number"
        role="rowheader"
        style={{ width: `${numberWidth}px` }}
      >
        <input
          type="checkbox"
          tabIndex={-1}
          checked={selected}
          aria-label={`Select trial ${trial}`}
          onClick={(event) => {
            event.stopPropagation()
            props.onChoose(trial, event)
          }}
        />
        {trial}
      </span>
      <span class="trial-gap" style={{ width: `${across.before}px` }} />
      {columns.slice(across.from, across.to).map(({ column, kind }, i) => {
        const place = across.from + i
        const text = row?.cells[place]
        return (
          <span
            key={column}
            class={`trial-cell cut${kind === 'number' ? ' is-number' : ''}`}
            role="gridcell"
            style={{ width: `${widths[place]}px` }}
            title={text !== undefined && text.length > 14 ? text : undefined}
          >
            {column === 'state' && row !== undefined ? (
              <StateMark state={row.state} />
            ) : (
              (text ?? '')
            )}
          </span>
        )
      })}
    </div>
  )
}

/** The part of a box that is seen; changes are taken in once a frame. */
function useView(box: { readonly current: HTMLDivElement | null }): {
  readonly top: number
  readonly left: number
  readonly width: number
  readonly height: number
} {
  const [view, setView] = useState({ top: 0, left: 0, width: 1200, height: 640 })
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return undefined
    let frame = 0
    const read = (): void => {
      frame = 0
      const { scrollTop: top, scrollLeft: left, clientWidth: width, clientHeight: height } = element
      setView((before) =>
        before.top === top &&
        before.left === left &&
        before.width === width &&
        before.height === height
          ? before
          : { top, left, width, height },
      )
    }
    const later = (): void => {
      if (frame === 0) frame = requestAnimationFrame(read)
    }
    read()
    const observer = new ResizeObserver(later)
    observer.observe(element)
    element.addEventListener('scroll', later, { passive: true })
    return () => {
      cancelAnimationFrame(frame)
      observer.disconnect()
      element.removeEventListener('scroll', later)
    }
  }, [box])
  return view
}

function columnsOf(names: readonly string[], known: readonly ColumnAbout[]): ColumnAbout[] {
  return names.flatMap((name) => known.find(({ column }) => column === name) ?? [])
}

/** Few columns take the whole width, in moderation. */
function stretched(widths: readonly number[], room: number): readonly number[] {
  const factor = Math.min(1.7, room / widths.reduce((a, b) => a + b, 0))
  return factor > 1 ? widths.map((width) => Math.floor(width * factor)) : widths
}

const widthOf = ({ column, kind, name }: ColumnAbout): number => {
  if (column === 'state') return 116
  const room = Math.min(200, 28 + 7.5 * name.length)
  return Math.round(Math.max(kind === 'number' ? 104 : 128, room))
}
