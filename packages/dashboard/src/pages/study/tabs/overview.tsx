import type { JSX } from 'preact'

import { ChartCard } from '../charts/chart-card.tsx'
import { OptionRow } from '../charts/option-row.tsx'
import { useStudy } from '../model/study-model.ts'
import { StudyNote } from '../parts/study-note.tsx'

/** The charts that tell most about a study. */
export function Overview(): JSX.Element {
  const { opened } = useStudy()
  const { objectives, reports, params } = opened.about
  const isMany = objectives.length > 1
  return (
    <div class="charts">
      <OptionRow />
      <ChartCard name="History" query={{ chart: 'history' }} height={380} isWide={params.length === 0} />
      {isMany ? (
        <ChartCard name="Pareto front" query={{ chart: 'front' }} height={380} only={(place) => place === 0} />
      ) : (
        <ImportanceCard />
      )}
      {params.length > 1 ? (
        <ChartCard name="Parallel coordinates" query={{ chart: 'parallel' }} height={380} isWide />
      ) : null}
      {reports ? <ChartCard name="Curves" query={{ chart: 'curves' }} height={340} isWide={!isMany} /> : null}
      {isMany ? <ImportanceCard /> : null}
      <StudyNote />
    </div>
  )
}

function ImportanceCard(): JSX.Element {
  const { opened } = useStudy()
  const name = opened.about.objectives[0]?.name
  return (
    <ChartCard
      name="Importance"
      query={{ chart: 'importance', ...(name === undefined ? {} : { metrics: [name] }) }}
      height={380}
    />
  )
}
