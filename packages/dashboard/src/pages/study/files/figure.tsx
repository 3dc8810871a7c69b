import { parseCharts } from '@attune/core'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { ask } from '../../../app/api.ts'
import type { ChartTableData } from '../../../data/engine.ts'
import { packChart } from '../../../data/pack-chart.ts'
import { chartRows } from '../../../plot/chart-rows.ts'
import type { PackedChart } from '../../../plot/packed-chart.ts'
import { formatBytes } from '../../../ui/format.ts'
import { ChartView } from '../charts/chart-view.tsx'
import type { ArtifactAbout } from '../trial/trial-details.ts'
import { mostFigureBytes } from './figure-files.ts'
import './files.css'

type Drawn =
  | { readonly charts: readonly PackedChart[] }
  | { readonly problems: readonly string[] }
  | undefined

/** The chart, or charts, that somebody drew in code and attached, or everything that is wrong with them. */
export function Figure(props: {
  readonly artifact: ArtifactAbout
  /** Where the server has it. */
  readonly path: string
  readonly height?: number
}): JSX.Element {
  const { artifact, path, height = 340 } = props
  const drawn = useDrawn(artifact, path)
  if (drawn !== undefined && 'problems' in drawn) {
    return (
      <div class="figure-problem">
        <h3 class="cut">{artifact.name}</h3>
        <p class="soft">This is no chart that can be drawn:</p>
        <ul>
          {drawn.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      </div>
    )
  }
  if (drawn === undefined) return <ChartView chart={undefined} height={height} />
  return (
    <>
      {drawn.charts.map((chart) => (
        <ChartView key={chart.key} chart={chart} height={height} table={() => tableOf(chart)} />
      ))}
    </>
  )
}

async function tableOf(chart: PackedChart): Promise<ChartTableData> {
  const { columns, rows } = chartRows(chart)
  return { columns, rows: rows.map((row) => row.map((cell) => String(cell ?? ''))) }
}

function useDrawn({ name, bytes, sha256 }: ArtifactAbout, path: string): Drawn {
  const [drawn, setDrawn] = useState<Drawn>(undefined)
  useEffect(() => {
    if (bytes > mostFigureBytes) {
      setDrawn({ problems: [`A chart has at most ${formatBytes(mostFigureBytes)}.`] })
      return undefined
    }
    const leaving = new AbortController()
    ask(path, { signal: leaving.signal })
      .then((response) => response.text())
      .then(
        (text) => setDrawn(draw(text, path)),
        (error: unknown) => {
          if (leaving.signal.aborted) return
          setDrawn({ problems: [error instanceof Error ? error.message : String(error)] })
        },
      )
    return () => leaving.abort()
  }, [path, name, bytes, sha256])
  return drawn
}

function draw(text: string, key: string): Drawn {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    return {
      problems: [`It is no JSON: ${error instanceof Error ? error.message : String(error)}`],
    }
  }
  const parsed = parseCharts(data)
  if ('charts' in parsed) {
    return { charts: parsed.charts.map((chart, i) => packChart(chart, `${key} ${i}`)) }
  }
  return {
    problems: parsed.problems.map(({ path, message }) =>
      path === '' ? message : `${path}: ${message}`,
    ),
  }
}
