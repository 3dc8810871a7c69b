import { useId, useState } from 'preact/hooks'

import { shownTheme } from '../app/settings.ts'
import { EmptyPlot } from './empty-plot.tsx'
import { Legend } from './legend.tsx'
import { ParallelPlot } from './parallel-plot.tsx'
import { PlanePlot } from './plane-plot.tsx'
import type { PlotProps, Tool } from './plot-props.ts'
import { PlotTable } from './plot-table.tsx'
import { PlotTools } from './plot-tools.tsx'
import { SpacePlot } from './space-plot.tsx'
import { viewOf } from './zoom-store.ts'
import './plot.css'

export type { PlotProps } from './plot-props.ts'

const usualHeight = 340
const compactHeight = 240

/**
 * A chart: marks on a canvas, everything that is read in HTML and SVG around it. Zoom, hidden marks and
 * the order of axes belong to the chart's key; they stay when it grows.
 */
export function Plot(props: PlotProps) {
  const { chart, compact = false, height = compact ? compactHeight : usualHeight } = props
  if (chart === undefined) {
    return <div class="plot waiting" style={{ height: `${height}px` }} aria-hidden="true" />
  }
  return <Figure key={chart.key} {...props} chart={chart} height={height} compact={compact} />
}

function Figure(
  props: PlotProps & {
    readonly chart: NonNullable<PlotProps['chart']>
    readonly height: number
    readonly compact: boolean
  },
) {
  const { chart, height, compact, theme = shownTheme() } = props
  const [tool, setTool] = useState<Tool>('brush')
  const [isTable, setTable] = useState(false)
  const id = useId()
  const view = viewOf(chart.key)
  const common = { theme, view, tool, describedBy: id }
  return (
    <figure
      class={`plot ${compact ? 'compact' : ''}`}
      style={{ height: `${height}px` }}
      aria-label={chart.title}
      aria-describedby={id}
    >
      <div class="head">
        <div class="words">
          <h3 title={chart.title}>{chart.title}</h3>
          {chart.subtitle === undefined ? null : <p title={chart.subtitle}>{chart.subtitle}</p>}
        </div>
        <PlotTools
          {...props}
          theme={theme}
          tool={tool}
          setTool={setTool}
          view={view}
          openTable={() => setTable(true)}
        />
      </div>
      <p id={id} class="plot-summary">
        {chart.summary}
      </p>
      {chart.kind !== 'parallel' && chart.note === undefined ? (
        <Legend chart={chart} theme={theme} view={view} compact={compact} />
      ) : null}
      {chart.note !== undefined ? (
        <EmptyPlot note={chart.note} />
      ) : chart.kind === 'plane' ? (
        <PlanePlot {...props} {...common} chart={chart} />
      ) : chart.kind === 'space' ? (
        <SpacePlot {...props} {...common} chart={chart} />
      ) : (
        <ParallelPlot {...props} {...common} chart={chart} />
      )}
      {isTable && props.table !== undefined ? (
        <PlotTable title={chart.title} load={props.table} onClose={() => setTable(false)} />
      ) : null}
    </figure>
  )
}
