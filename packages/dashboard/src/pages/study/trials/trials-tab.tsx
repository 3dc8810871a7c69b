import './trials.css'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'

import { tellError } from '../../../app/toasts.ts'
import { Button } from '../../../ui/button.tsx'
import { IconDownload } from '../../../ui/icons.tsx'
import { download, fileName } from '../model/download.ts'
import { setQuery } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'
import { StateMark } from '../parts/state-mark.tsx'
import { ColumnChooser } from './column-chooser.tsx'
import { FilterField } from './filter-field.tsx'
import { allStates, bestFirst, tableSelection, writeSort } from './table-query.ts'
import { TrialTable } from './trial-table.tsx'

/** All trials as a table. */
export default function TrialsTab(): JSX.Element {
  const { opened, table } = useStudy()
  useEffect(() => table.watch(), [table])
  const order = table.order.value
  const newer = table.newer.value
  const isFiltered = tableSelection(table.query.value, undefined) !== undefined
  return (
    <div class="trials-tab">
      <div class="trials-bar">
        <FilterField />
        <div class="trials-actions">
          <BestFirst />
          <ColumnChooser />
          <CsvButton />
        </div>
      </div>
      <StateChips />
      <div class="trials-frame">
        {newer > 0 ? (
          <button type="button" class="newer-pill" onClick={() => table.update()}>
            {newer === 1 ? '1 new' : `${newer} new`}
          </button>
        ) : null}
        {order === undefined ? (
          <p class="empty">{table.problem.value ?? ''}</p>
        ) : order.length === 0 ? (
          <div class="empty">
            <p>
              {isFiltered
                ? 'No trial is like that.'
                : `No trial yet: ${opened.about.name} has not begun.`}
            </p>
            {isFiltered ? (
              <Button
                onClick={() => setQuery({ filter: undefined, state: undefined, only: undefined })}
              >
                Show all
              </Button>
            ) : null}
          </div>
        ) : (
          <TrialTable order={order} />
        )}
      </div>
    </div>
  )
}

function StateChips(): JSX.Element {
  const { facts, table, selection } = useStudy()
  const { states, onlySelected } = table.query.value
  const counts: Readonly<Record<string, number>> = facts.value?.states ?? {}
  const there = allStates.filter((state) => (counts[state] ?? 0) > 0 || states.includes(state))
  const toggle = (state: string): void => {
    const next = states.includes(state)
      ? states.filter((each) => each !== state)
      : [...states, state]
    setQuery({ state: next.join(',') })
  }
  const order = table.order.value
  return (
    <div class="state-chips" role="group" aria-label="States">
      {there.map((state) => (
        <button
          key={state}
          type="button"
          class="chip"
          aria-pressed={states.includes(state)}
          onClick={() => toggle(state)}
        >
          <StateMark state={state} /> <small>{counts[state] ?? 0}</small>
        </button>
      ))}
      {onlySelected ? (
        <button
          type="button"
          class="chip"
          aria-pressed="true"
          onClick={() => setQuery({ only: undefined })}
        >
          only the {selection.count.value} selected ×
        </button>
      ) : null}
      <span class="soft trials-count" role="status">
        {order === undefined ? '' : `${order.length.toLocaleString('en')} shown`}
      </span>
    </div>
  )
}

function BestFirst(): JSX.Element {
  const { opened, table } = useStudy()
  const sort = writeSort(bestFirst(opened.about))
  const isBest = writeSort(table.query.value.sort) === sort
  return (
    <Button aria-pressed={isBest} onClick={() => setQuery({ sort: isBest ? undefined : sort })}>
      Best first
    </Button>
  )
}

function CsvButton(): JSX.Element {
  const { opened, selection, table } = useStudy()
  const write = (): void => {
    const only = table.query.value.onlySelected ? selection.selection.value : undefined
    opened
      .csv(tableSelection(table.query.value, only))
      .then((text) => download(`${fileName(opened.about.name)}.csv`, text, 'text/csv'), tellError)
  }
  return (
    <Button
      icon={<IconDownload size={14} />}
      title="What the table shows, numbers in full"
      onClick={write}
    >
      CSV
    </Button>
  )
}
