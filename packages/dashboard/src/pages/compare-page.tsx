import { useEffect, useMemo, useState } from 'preact/hooks'
import { usePageTitle } from '../app/page-title.ts'
import { hrefOf, route, setQuery } from '../app/route.ts'
import { followStudies, studies } from '../app/studies.ts'
import type { ChartQuery, OpenedStudy } from '../data/engine.ts'
import type { PackedChart } from '../plot/packed-chart.ts'
import { Plot } from '../plot/plot.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Check, Select } from '../ui/field.tsx'
import { countOf } from '../ui/format.ts'
import { IconCompare, IconInfo, IconWarning } from '../ui/icons.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { cautions, commonGround, haveSeeds } from './compare-model.ts'
import type { ComparedStudy } from './compare-model.ts'
import { CompareTable } from './compare-table.tsx'
import { titleOf } from './list-model.ts'
import { useCompared } from './use-compared.ts'
import type { Comparison } from './use-compared.ts'
import './compare.css'

/** Several studies side by side. */
export default function ComparePage() {
  usePageTitle('Compare studies')
  useEffect(followStudies, [])
  const { query } = route.value
  const text = query.get('ids') ?? ''
  const ids = useMemo(() => [...new Set(text.split(',').filter((id) => id !== ''))], [text])
  const comparison = useCompared(ids)
  if (ids.length < 2) return <TooFew />
  return (
    <div class="page compare-page">
      <div class="page-title">
        <h1>Compare studies</h1>
        <p class="soft">{countOf(ids.length, 'study', 'studies')}</p>
      </div>
      {comparison.refused.map(({ id, message }) => (
        <p key={id} class="notice bad" role="alert">
          <IconWarning />
          <span>
            {nameOf(id) ?? id} cannot be shown: {message}
          </span>
          <LeaveOut ids={ids} odd={[id]} />
        </p>
      ))}
      {comparison.isReady ? <Compared ids={ids} comparison={comparison} /> : <Waiting />}
    </div>
  )
}

function Compared(props: { readonly ids: readonly string[]; readonly comparison: Comparison }) {
  const { ids, comparison } = props
  const { opened, version } = comparison
  const compared = opened.map(({ id, study }): ComparedStudy => ({
    ...{ id, about: study.about },
    name: nameOf(id) ?? study.about.name,
  }))
  const shown = useMemo(() => opened.map(({ study }) => study), [opened])
  const { objectives, refusal } = commonGround(compared)
  const { query } = route.value
  const objective = objectives.find(({ name }) => name === query.get('objective')) ?? objectives[0]
  const withSeeds = haveSeeds(compared)
  const joins = withSeeds && query.get('seeds') !== '0'
  if (opened.length < 2 && refusal === undefined) return null
  if (refusal !== undefined || objective === undefined) {
    return (
      <EmptyState
        icon={<IconCompare size={32} />}
        title="These studies cannot be compared"
        actions={
          refusal === undefined || ids.length - refusal.odd.length < 2 ? (
            <LinkButton href={hrefOf('/')}>Choose others</LinkButton>
          ) : (
            <LeaveOut ids={ids} odd={refusal.odd} />
          )
        }
      >
        <p>{refusal?.text}</p>
      </EmptyState>
    )
  }
  const said = cautions(compared)
  const request = { objective: objective.place, options: { seeds: joins } }
  return (
    <div class="stack">
      <h2 class="visually-hidden">{objective.name}</h2>
      {objectives.length > 1 || withSeeds ? (
        <div class="row">
          {objectives.length > 1 ? (
            <Select
              isInline
              label="Objective"
              value={objective.name}
              options={objectives.map(({ name, direction }) => ({
                value: name,
                label: `${name}, ${direction}`,
              }))}
              onChange={(name) => setQuery({ objective: name })}
            />
          ) : null}
          {withSeeds ? (
            <Check
              label="Join seeds: studies whose names differ by a number"
              isChecked={joins}
              onChange={(isOn) => setQuery({ seeds: isOn ? '' : '0' })}
            />
          ) : null}
        </div>
      ) : null}
      <div class="panel">
        <ComparedChart studies={shown} version={version} query={{ ...request, chart: 'compare' }} />
      </div>
      <CompareTable
        studies={shown}
        names={compared}
        objective={objective}
        joins={joins}
        version={version}
      />
      {said.length === 0 ? null : (
        <p class="notice">
          <IconInfo />
          <span>{said.join(' ')}</span>
        </p>
      )}
      <div class="panel">
        <ComparedChart
          studies={shown}
          version={version}
          query={{ ...request, chart: 'edf', metrics: [`metric:${objective.name}`] }}
        />
      </div>
    </div>
  )
}

function nameOf(id: string): string | undefined {
  const card = studies.value?.get(id)
  return card === undefined ? undefined : titleOf(card)
}

/** A chart with all studies in it, which is drawn again when one of them has changed. */
function ComparedChart(props: {
  readonly studies: readonly OpenedStudy[]
  readonly version: number
  readonly query: ChartQuery
}) {
  const { studies: opened, version, query } = props
  const [chart, setChart] = useState<PackedChart | undefined>(undefined)
  const [isLog, setLog] = useState(false)
  const [failure, setFailure] = useState<string | undefined>(undefined)
  const [first, ...others] = opened
  const metric = first?.about.objectives[query.objective ?? 0]?.name
  const asked: ChartQuery = {
    ...query,
    with: others.map(({ id }) => id),
    ...(isLog && metric !== undefined ? { log: [`metric:${metric}`] } : {}),
  }
  const key = JSON.stringify([asked, version])
  useEffect(() => {
    let isOld = false
    first?.charts(asked).then(
      ([drawn]) => {
        if (isOld) return
        setChart(drawn)
        setFailure(undefined)
      },
      (error: Error) => {
        if (!isOld) setFailure(error.message)
      },
    )
    return () => {
      isOld = true
    }
  }, [first, key])
  if (failure !== undefined) return <p class="notice bad">{failure}</p>
  return (
    <Plot
      chart={chart}
      height={380}
      table={async () => (await first?.chartTable(asked, 0)) ?? { columns: [], rows: [] }}
      onLog={setLog}
    />
  )
}

function LeaveOut({
  ids,
  odd,
}: {
  readonly ids: readonly string[]
  readonly odd: readonly string[]
}) {
  const rest = ids.filter((id) => !odd.includes(id))
  if (rest.length < 2) return null
  return (
    <Button isSmall onClick={() => setQuery({ ids: rest.join(',') })}>
      {odd.length === 1 ? 'Leave it out' : 'Compare the others'}
    </Button>
  )
}

function TooFew() {
  return (
    <EmptyState
      isPage
      icon={<IconCompare size={32} />}
      title="Choose two studies or more"
      actions={
        <LinkButton look="primary" href={hrefOf('/')}>
          All studies
        </LinkButton>
      }
    >
      <p>Tick them in the list of studies, then press Compare.</p>
    </EmptyState>
  )
}

function Waiting() {
  return (
    <div class="stack" role="status" aria-label="Loading the studies">
      <Skeleton height={412} />
      <Skeleton height={160} />
      <Skeleton height={412} />
    </div>
  )
}
