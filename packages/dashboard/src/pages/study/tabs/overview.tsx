import type { JSX } from 'preact'

import { navigate } from '../../../app/route.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { countOf } from '../../../ui/format.ts'
import { IconPlay } from '../../../ui/icons.tsx'
import { ChartCard } from '../charts/chart-card.tsx'
import { OptionRow } from '../charts/option-row.tsx'
import { Figures } from '../files/figures.tsx'
import { tabPath } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'
import { StudyNote } from '../parts/study-note.tsx'

/** The charts that tell most about a study. */
export function Overview(): JSX.Element {
  const { opened, facts } = useStudy()
  const { objectives, reports, params } = opened.about
  const states = facts.value?.states
  if (states !== undefined && Object.values(states).every((n) => n === 0)) return <NoTrial />
  const isMany = objectives.length > 1
  return (
    <div class="charts is-overview">
      <OptionRow />
      <ChartCard
        name="History"
        query={{ chart: 'history' }}
        height={380}
        isFirst
        isWide={params.length === 0}
      />
      {isMany ? (
        <ChartCard
          name="Pareto front"
          query={{ chart: 'front' }}
          height={380}
          only={(place) => place === 0}
        />
      ) : params.length === 1 ? (
        <ChartCard
          name="Slice"
          query={{ chart: 'slice', params: [params[0]!.name] }}
          height={380}
        />
      ) : (
        <ImportanceCard />
      )}
      {params.length > 1 ? (
        <ChartCard name="Parallel coordinates" query={{ chart: 'parallel' }} height={380} isWide />
      ) : null}
      {reports ? (
        <ChartCard name="Curves" query={{ chart: 'curves' }} height={380} isWide={!isMany} />
      ) : null}
      {isMany ? <ImportanceCard isWide={!reports} /> : null}
      <Figures />
      <StudyNote />
    </div>
  )
}

/** Of a study that has not begun. */
function NoTrial(): JSX.Element {
  const { opened, onServer } = useStudy()
  const { name, params } = opened.about
  return (
    <div class="stack">
      <EmptyState title="No trial yet" icon={<IconPlay size={28} />}>
        <p>
          {name} searches {countOf(params.length, 'parameter')}; its first trial appears here as
          soon as it starts{onServer ? ', without loading the page again' : ''}.
        </p>
      </EmptyState>
      <Figures />
      <StudyNote />
    </div>
  )
}

function ImportanceCard({ isWide = false }: { readonly isWide?: boolean }): JSX.Element | null {
  const { id, opened } = useStudy()
  if (opened.about.params.length === 0) return null
  const name = opened.about.objectives[0]?.name
  return (
    <ChartCard
      name="Importance"
      query={{ chart: 'importance', ...(name === undefined ? {} : { metrics: [name] }) }}
      height={380}
      isWide={isWide}
      onBar={(param) => navigate(tabPath(id, 'importance', { param }))}
    />
  )
}
