import type { StudyCard } from '@attune/core'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useKeys } from '../app/keys.ts'
import { usePageTitle } from '../app/page-title.ts'
import { navigate, route, setQuery, studyPath } from '../app/route.ts'
import { canWrite, session } from '../app/session.ts'
import { areLoaded, followStudies, loadStudies, studies, studiesProblem } from '../app/studies.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { countOf } from '../ui/format.ts'
import { IconArchive, IconPlus, IconRefresh, IconWarning } from '../ui/icons.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { Segmented } from '../ui/field.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { setArchived } from './list-actions.ts'
import { ChosenBar } from './list-chosen.tsx'
import { EmptyList } from './list-empty.tsx'
import { keepOrder, listStudies, readSort, statusOf, usualSort, writeSort } from './list-model.ts'
import type { ListQuery, Sort } from './list-model.ts'
import { NewStudy } from './list-new-study.tsx'
import { ListTable } from './list-table.tsx'
import './list.css'

/** All studies of the server, as they are. */
export function ListPage() {
  usePageTitle('Studies')
  useEffect(followStudies, [])
  const [isNewOpen, setNew] = useState(false)
  const { query: params } = route.value
  const query: ListQuery = {
    search: params.get('q') ?? '',
    sort: readSort(params.get('sort')),
    isArchive: params.get('archive') === '1',
  }
  const all = studies.value
  const cards = useMemo(() => [...(all?.values() ?? [])], [all])
  const isFirst = areLoaded.value && cards.length === 0
  return (
    <div class="page list-page">
      <div class="page-title">
        <h1>Studies</h1>
        <p class="soft" role="status">
          {all === undefined ? '' : describe(cards)}
        </p>
        <span class="spread" />
        <Button icon={<IconPlus />} onClick={() => setNew(true)}>
          New study
        </Button>
      </div>
      {studiesProblem.value === undefined ? null : <Problem error={studiesProblem.value} />}
      {isFirst ? (
        <EmptyList journals={session.value?.journals ?? []} />
      ) : (
        <>
          <ListBar query={query} cards={cards} />
          {all === undefined ? (
            studiesProblem.value === undefined ? (
              <Waiting />
            ) : null
          ) : (
            <Studies cards={cards} query={query} />
          )}
        </>
      )}
      {isNewOpen ? (
        <NewStudy journals={session.value?.journals ?? []} onClose={() => setNew(false)} />
      ) : null}
    </div>
  )
}

function describe(cards: readonly StudyCard[]): string {
  const shown = cards.filter(({ archived }) => !archived)
  const running = shown.filter((card) => statusOf(card) === 'running').length
  return `${countOf(shown.length, 'study', 'studies')}${running === 0 ? '' : `, ${running} running`}`
}

function ListBar({
  query,
  cards,
}: {
  readonly query: ListQuery
  readonly cards: readonly StudyCard[]
}) {
  const archived = cards.filter((card) => card.archived).length
  return (
    <div class="list-bar">
      <SearchBox
        label="Filter studies"
        placeholder="Filter by name, tag, journal, objective, is:running …"
        value={query.search}
        onInput={(search) => setQuery({ q: search })}
      />
      {archived === 0 && !query.isArchive ? null : (
        <Segmented
          label="Which studies"
          value={query.isArchive ? '1' : ''}
          options={[
            { value: '', label: 'Current' },
            { value: '1', label: `Archive ${archived}` },
          ]}
          onChange={(archive) => setQuery({ archive })}
        />
      )}
    </div>
  )
}

function Studies({
  cards,
  query,
}: {
  readonly cards: readonly StudyCard[]
  readonly query: ListQuery
}) {
  const { shown, hasMoved, sortAgain } = useKeptOrder(cards, query)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [active, setActive] = useState(-1)
  // Keys may come faster than the page is drawn.
  const at = useRef(-1)
  const last = useRef(-1)
  const choose = (place: number, isRange: boolean): void => {
    const id = shown[place]?.id
    if (id === undefined) return
    const from = isRange && last.current >= 0 ? last.current : place
    const range = shown.slice(Math.min(from, place), Math.max(from, place) + 1)
    last.current = place
    setChosen((old) => {
      const next = new Set(old)
      for (const card of range) {
        if (old.has(id)) next.delete(card.id)
        else next.add(card.id)
      }
      return next
    })
  }
  const here = shown.filter(({ id }) => chosen.has(id))
  const move = (step: number): void => {
    at.current = Math.max(0, Math.min(shown.length - 1, at.current + step))
    setActive(at.current)
  }
  useKeys([
    { keys: 'j', about: 'Next study', act: () => move(1) },
    { keys: 'k', about: 'Study before', act: () => move(-1) },
    { keys: 'x', about: 'Choose the study', act: () => choose(at.current, false) },
    {
      keys: 'o',
      about: 'Open the study',
      act: () => {
        const card = shown[at.current]
        if (card !== undefined) navigate(studyPath(card.id))
      },
    },
    {
      keys: 'e',
      about: 'Archive the study',
      act: () => {
        const card = shown[at.current]
        if (card !== undefined && canWrite.value) void setArchived([card], !card.archived)
      },
    },
  ])
  if (shown.length === 0) return <NothingFound query={query} />
  return (
    <>
      {hasMoved ? (
        <button type="button" class="moved-pill" onClick={sortAgain}>
          <IconRefresh size={14} />
          The order has changed: sort again
        </button>
      ) : null}
      <ListTable
        cards={shown}
        sort={query.sort}
        onSort={(sort) => {
          setQuery({ sort: isUsual(sort) ? '' : writeSort(sort) })
          sortAgain()
        }}
        chosen={chosen}
        onChoose={choose}
        onChooseAll={(isOn) => setChosen(new Set(isOn ? shown.map(({ id }) => id) : []))}
        active={active}
      />
      <ChosenBar cards={here} onClear={() => setChosen(new Set())} />
    </>
  )
}

const isUsual = ({ column, isDown }: Sort): boolean =>
  column === usualSort.column && isDown === usualSort.isDown

/** Rows stay where they are while studies go on, until somebody asks for their order of now. */
function useKeptOrder(cards: readonly StudyCard[], query: ListQuery) {
  const key = `${query.search}\n${writeSort(query.sort)}\n${query.isArchive}`
  const order = useRef<{ key: string; ids: readonly string[] }>({ key: '', ids: [] })
  const [, redraw] = useState(0)
  const now = listStudies(cards, query)
  const ids = now.map(({ id }) => id)
  const isSame = order.current.key === key && areLoaded.value
  order.current = { key, ids: isSame ? keepOrder(order.current.ids, ids) : ids }
  if (!areLoaded.value) order.current.key = ''
  const byId = new Map(now.map((card) => [card.id, card]))
  return {
    shown: order.current.ids.flatMap((id) => byId.get(id) ?? []),
    hasMoved: order.current.ids.some((id, place) => id !== ids[place]),
    sortAgain: () => {
      order.current = { key: '', ids: [] }
      redraw((n) => n + 1)
    },
  }
}

function NothingFound({ query }: { readonly query: ListQuery }) {
  return (
    <EmptyState
      icon={query.isArchive ? <IconArchive size={32} /> : undefined}
      title={query.search === '' ? 'No study is here' : 'No study fits this filter'}
      actions={
        <Button onClick={() => setQuery({ q: '', archive: '' })}>
          {query.search === '' ? 'Current studies' : 'Show all studies'}
        </Button>
      }
    >
      {query.search === '' && !query.isArchive ? <p>All studies are in the archive.</p> : null}
    </EmptyState>
  )
}

function Problem({ error }: { readonly error: Error }) {
  return (
    <div class="list-problem" role="alert">
      <IconWarning />
      <span>The studies could not be read: {error.message}</span>
      <Button isSmall onClick={() => void loadStudies()}>
        Try again
      </Button>
    </div>
  )
}

function Waiting() {
  return (
    <div class="stack" role="status" aria-label="Loading the studies">
      {Array.from({ length: 6 }, (_, k) => (
        <Skeleton key={k} height={48} />
      ))}
    </div>
  )
}
