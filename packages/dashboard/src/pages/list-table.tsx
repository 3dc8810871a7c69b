import type { StudyCard } from '@attune/core'
import { useEffect, useRef } from 'preact/hooks'
import { Select } from '../ui/field.tsx'
import { IconArrowDown, IconArrowUp } from '../ui/icons.tsx'
import { nextSort, writeSort, readSort } from './list-model.ts'
import type { Sort, SortColumn } from './list-model.ts'
import { ListRow } from './list-row.tsx'
import { useRowWindow } from './use-row-window.ts'

interface Column {
  readonly id: SortColumn | 'progress' | 'actions'
  readonly label: string
  readonly isNumber?: boolean
}

const columns: readonly Column[] = [
  { id: 'name', label: 'Study' },
  { id: 'best', label: 'Best', isNumber: true },
  { id: 'progress', label: 'Best so far' },
  { id: 'trials', label: 'Trials' },
  { id: 'running', label: 'Running', isNumber: true },
  { id: 'failed', label: 'Failed', isNumber: true },
  { id: 'changed', label: 'Last activity', isNumber: true },
  { id: 'created', label: 'Created', isNumber: true },
]

export interface ListTableProps {
  readonly cards: readonly StudyCard[]
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  readonly chosen: ReadonlySet<string>
  readonly onChoose: (place: number, isRange: boolean) => void
  readonly onChooseAll: (isOn: boolean) => void
  /** The place that the keys have come to; -1 for none. */
  readonly active: number
}

/** The studies as a table, or as cards where there is no room for one. */
export function ListTable(props: ListTableProps) {
  const { cards, sort, onSort, chosen, active } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const { from, to, height } = useRowWindow(body, cards.length)
  useEffect(() => {
    if (active < 0 || body.current === null) return
    const top = body.current.getBoundingClientRect().top + active * height
    const room = 120
    if (top < room) scrollBy(0, top - room)
    else if (top + height > innerHeight - room) scrollBy(0, top + height - innerHeight + room)
  }, [active])
  const areAll = cards.every(({ id }) => chosen.has(id))
  return (
    <div class="list-table-area">
      <SortSelect sort={sort} onSort={onSort} />
      <table class="list-table" aria-rowcount={cards.length + 1}>
        <caption class="visually-hidden">Studies</caption>
        <thead>
          <tr>
            <th scope="col" class="choose">
              <input
                type="checkbox"
                aria-label="Choose all"
                checked={areAll}
                indeterminate={!areAll && chosen.size > 0}
                onChange={({ currentTarget }) => props.onChooseAll(currentTarget.checked)}
              />
            </th>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
            <th scope="col" class="actions">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          <Room height={from * height} />
          {cards.slice(from, to).map((card, k) => (
            <ListRow
              key={card.id}
              card={card}
              place={from + k}
              isChosen={chosen.has(card.id)}
              isActive={from + k === active}
              onChoose={props.onChoose}
            />
          ))}
          <Room height={(cards.length - to) * height} />
        </tbody>
      </table>
    </div>
  )
}

/** Stands for the rows that are not in the page. */
function Room({ height }: { readonly height: number }) {
  if (height <= 0) return null
  return (
    <tr class="room" aria-hidden="true">
      <td colSpan={columns.length + 2} style={{ height: `${height}px` }} />
    </tr>
  )
}

function Head(props: {
  readonly column: Column
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
}) {
  const { column, sort, onSort } = props
  const { id, label, isNumber } = column
  const classes = `${id}${isNumber === true ? ' number' : ''}`
  if (id === 'progress' || id === 'actions') {
    return (
      <th scope="col" class={classes}>
        {label}
      </th>
    )
  }
  const isSorted = sort.column === id
  return (
    <th
      scope="col"
      class={classes}
      aria-sort={isSorted ? (sort.isDown ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" onClick={() => onSort(nextSort(sort, id))}>
        {label}
        {isSorted ? sort.isDown ? <IconArrowDown size={12} /> : <IconArrowUp size={12} /> : null}
      </button>
    </th>
  )
}

/** Cards have no heads of columns to click. */
function SortSelect({ sort, onSort }: Pick<ListTableProps, 'sort' | 'onSort'>) {
  return (
    <div class="sort-select">
      <Select
        isInline
        label="Sort by"
        value={writeSort(sort)}
        options={sorts}
        onChange={(text) => onSort(readSort(text))}
      />
    </div>
  )
}

const sorts = [
  { value: '-changed', label: 'last activity' },
  { value: '-created', label: 'newest first' },
  { value: 'created', label: 'oldest first' },
  { value: 'name', label: 'name' },
  { value: 'journal', label: 'journal' },
  { value: 'best', label: 'best value' },
  { value: '-trials', label: 'most trials' },
  { value: '-running', label: 'most running' },
  { value: '-failed', label: 'most failed' },
]
