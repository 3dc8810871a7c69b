import { useEffect, useState } from 'preact/hooks'
import { hrefOf, studyPath } from '../app/route.ts'
import { columnFormat } from '../data/column-format.ts'
import type { OpenedStudy, StudyFacts } from '../data/engine.ts'
import { formatCount, formatDuration } from '../ui/format.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { comparedRows, resultsOf } from './compare-model.ts'
import type { ComparedRow, ComparedStudy } from './compare-model.ts'

interface Loaded {
  readonly facts: StudyFacts
  readonly results: Float64Array
}

/** The studies of a comparison in numbers. */
export function CompareTable(props: {
  readonly studies: readonly OpenedStudy[]
  readonly names: readonly ComparedStudy[]
  readonly objective: { readonly name: string; readonly direction: 'minimize' | 'maximize' }
  readonly joins: boolean
  readonly version: number
}) {
  const { studies, names, objective, joins, version } = props
  const [loaded, setLoaded] = useState<readonly Loaded[] | undefined>(undefined)
  useEffect(() => {
    let isOld = false
    const load = async (): Promise<void> => {
      const all = await Promise.all(studies.map((study) => loadOne(study, objective.name)))
      if (!isOld) setLoaded(all)
    }
    load().catch((error: unknown) => {
      // The charts tell of it.
      console.error(error)
    })
    return () => {
      isOld = true
    }
  }, [studies, objective.name, version])
  if (loaded === undefined || loaded.length !== names.length) return <Skeleton height={160} />
  const rows = comparedRows(
    names.map((study, place) => ({ ...study, ...(loaded[place] as Loaded) })),
    objective.name,
    joins,
  )
  const format = {
    best: columnFormat(Float64Array.from(rows.flatMap(({ best, range = [] }) => [best, ...range]))),
    result: columnFormat(
      Float64Array.from(rows.flatMap(({ results }) => Object.values(results ?? {}))),
    ),
  }
  const sign = objective.direction === 'maximize' ? -1 : 1
  const worst = Number.POSITIVE_INFINITY
  const rank = ({ best }: ComparedRow): number => (Number.isNaN(best) ? worst : sign * best)
  const sorted = rows.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
  return (
    <div
      class="panel compare-table-area"
      tabIndex={0}
      role="region"
      aria-label="The studies in numbers"
    >
      <table class="compare-table">
        <thead>
          <tr>
            <th scope="col">Study</th>
            <th scope="col" class="number">
              Best {objective.name} {objective.direction === 'minimize' ? '↓' : '↑'}
            </th>
            <th
              scope="col"
              class="number"
              title="Of the results of complete trials; quartiles in brackets"
            >
              Median result
            </th>
            <th scope="col" class="number">
              Trials
            </th>
            <th scope="col" class="number">
              Failed
            </th>
            <th scope="col" class="number">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <Row key={row.ids.join()} row={row} format={format} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  readonly row: ComparedRow
  readonly format: Readonly<Record<'best' | 'result', (x: number) => string>>
}

function Row({ row, format }: RowProps) {
  const { name, ids, best, range, results, trials, failed, seconds } = row
  const [id] = ids
  return (
    <tr>
      <th scope="row">
        {ids.length === 1 && id !== undefined ? <a href={hrefOf(studyPath(id))}>{name}</a> : name}
      </th>
      <td class="number">
        <strong>{Number.isNaN(best) ? '–' : format.best(best)}</strong>
        {range === undefined ? null : (
          <span class="soft" title="The median of the seeds, and the range of their best values">
            {' '}
            [{format.best(range[0])}, {format.best(range[1])}]
          </span>
        )}
      </td>
      <td class="number">
        {results === undefined ? (
          '–'
        ) : (
          <>
            {format.result(results.middle)}
            <span class="soft">
              {' '}
              [{format.result(results.low)}, {format.result(results.high)}]
            </span>
          </>
        )}
      </td>
      <td class="number">{formatCount(trials)}</td>
      <td class={`number${failed > 0 ? ' bad' : ''}`}>{formatCount(failed)}</td>
      <td class="number">{formatDuration(seconds)}</td>
    </tr>
  )
}

async function loadOne(study: OpenedStudy, objective: string): Promise<Loaded> {
  const [facts, [edf]] = await Promise.all([
    study.facts(),
    study.charts({ chart: 'edf', metrics: [`metric:${objective}`] }),
  ])
  const line = edf?.kind === 'plane' ? edf.marks.find((mark) => mark.kind === 'line') : undefined
  return { facts, results: resultsOf(line?.kind === 'line' ? line.xy : []) }
}
