import type { JSX } from 'preact'

import type { PackedChart } from '../../../plot/packed-chart.ts'
import { ChartCard } from '../charts/chart-card.tsx'
import { ColumnChoice, PairChoice, chosenPair } from '../charts/choices.tsx'
import { OptionRow } from '../charts/option-row.tsx'
import { pairPlace } from '../charts/pair-place.ts'
import { pageQuery, setQuery } from '../model/page-query.ts'
import { allColumns, useStudy } from '../model/study-model.ts'

/** Every chart there is of a study. */
export default function ChartsTab(): JSX.Element {
  const { opened } = useStudy()
  const { objectives, reports, params } = opened.about
  const isMany = objectives.length > 1
  return (
    <div class="charts">
      <OptionRow />
      <ChartCard
        name="History"
        query={{ chart: 'history' }}
        isWide={objectives.length === 1 || objectives.length === 3}
        height={380}
        isFirst
      />
      {isMany ? <Front /> : null}
      {params.length > 0 ? (
        <>
          <ChartCard name="Slices" query={{ chart: 'slice' }} small count={params.length} />
          <ChartCard
            name="Effects"
            query={{ chart: 'effects' }}
            small
            count={params.length}
            isHeavy
          />
        </>
      ) : null}
      {params.length > 1 ? (
        <>
          <Contour />
          <Rank />
          <ChartCard
            name="Parallel coordinates"
            query={{ chart: 'parallel' }}
            isWide
            height={400}
          />
        </>
      ) : null}
      {reports ? (
        <>
          <Curves />
          <Trajectories />
        </>
      ) : null}
      <Scatter />
      <ChartCard name="Distribution of results" query={{ chart: 'edf' }} />
      {isMany ? <ChartCard name="Hypervolume" query={{ chart: 'hypervolume' }} isHeavy /> : null}
      <ChartCard name="Surrogate" query={{ chart: 'surrogate' }} isHeavy isWide />
    </div>
  )
}

function Front(): JSX.Element {
  const { opened } = useStudy()
  const { objectives } = opened.about
  const names = objectives.map(({ name }) => name)
  const pair = chosenPair('axes', names)
  // The front of three objectives comes first, before its pairs.
  const isSpace = names.length === 3
  const places = pairPlace(pair.map((name) => names.indexOf(name ?? ''))) + (isSpace ? 1 : 0)
  const columns = names.map((name) => ({ column: name, name }))
  return (
    <>
      {isSpace ? (
        <ChartCard
          name="Pareto front"
          query={{ chart: 'front' }}
          height={380}
          only={(place) => place === 0}
        />
      ) : null}
      <ChartCard
        name={isSpace ? 'Two objectives' : 'Pareto front'}
        query={{ chart: 'front' }}
        height={380}
        only={(place) => place === places}
        actions={
          names.length > 2 ? <PairChoice name="axes" pair={pair} columns={columns} /> : undefined
        }
      />
    </>
  )
}

function useParams(): { readonly column: string; readonly name: string }[] {
  const { opened } = useStudy()
  return opened.about.params.map(({ name }) => ({ column: name, name }))
}

function Contour(): JSX.Element {
  const params = useParams()
  const asked = pageQuery.value.has('pair') ? { params: namesOf(chosenPair('pair', [])) } : {}
  return (
    <ChartCard
      name="Contour"
      query={{ chart: 'contour', ...asked }}
      isHeavy
      isWide
      height={360}
      actions={(charts) => <PairChoice name="pair" pair={shownPair(charts)} columns={params} />}
    />
  )
}

function Rank(): JSX.Element {
  const params = useParams()
  const asked = pageQuery.value.has('rank') ? { params: namesOf(chosenPair('rank', [])) } : {}
  return (
    <ChartCard
      name="Rank"
      query={{ chart: 'rank', ...asked }}
      actions={(charts) => <PairChoice name="rank" pair={shownPair(charts)} columns={params} />}
    />
  )
}

function Scatter(): JSX.Element {
  const { opened } = useStudy()
  const columns = allColumns(opened)
    .filter(({ column }) => column !== 'state')
    .map(({ column, name }) => ({ column: column.replace(/^(?:param|metric):/, ''), name }))
  const usual = [opened.about.params[0]?.name ?? 'trial', 'seconds']
  const pair = chosenPair('xy', usual)
  return (
    <ChartCard
      name="Any two columns"
      query={{ chart: 'scatter', params: namesOf(pair) }}
      actions={<PairChoice name="xy" pair={pair} columns={columns} />}
    />
  )
}

function Curves(): JSX.Element {
  const { opened } = useStudy()
  const { metrics, objectives } = opened.about
  const usual = objectives[0]?.name ?? ''
  const metric = pageQuery.value.get('metric') ?? usual
  return (
    <ChartCard
      name="Curves"
      query={{ chart: 'curves', metrics: [metric] }}
      isWide
      height={360}
      actions={
        metrics.length > 1 ? (
          <ColumnChoice
            label="Metric"
            value={metric}
            columns={metrics.map((name) => ({ column: name, name }))}
            onChange={(name) => setQuery({ metric: name === usual ? undefined : name })}
          />
        ) : undefined
      }
    />
  )
}

/** Values that trials report beside their objectives, such as a learning rate that is tuned meanwhile. */
function Trajectories(): JSX.Element | null {
  const { opened } = useStudy()
  const { metrics, objectives } = opened.about
  const others = metrics.filter((name) => !objectives.some((each) => each.name === name))
  if (others.length === 0) return null
  const chosen = pageQuery.value.get('path') ?? others[0]!
  return (
    <ChartCard
      name="Trajectories"
      query={{ chart: 'trajectories', metrics: [chosen] }}
      actions={
        <ColumnChoice
          label="Reported value"
          value={chosen}
          columns={others.map((name) => ({ column: name, name }))}
          onChange={(name) => setQuery({ path: name })}
        />
      }
    />
  )
}

/** The two parameters on the axes, which the engine may have chosen. */
function shownPair([chart]: readonly PackedChart[]): readonly [string?, string?] {
  if (chart?.kind !== 'plane') return []
  const nameOf = (column: string): string => column.replace(/^param:/, '')
  return [nameOf(chart.x.column ?? chart.x.name), nameOf(chart.y.column ?? chart.y.name)]
}

const namesOf = (pair: readonly [string?, string?]): string[] =>
  pair.flatMap((name) => (name === undefined ? [] : [name]))
