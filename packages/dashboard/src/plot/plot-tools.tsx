import type { Signal } from '@preact/signals'

import { download } from '../pages/study/model/download.ts'
import { IconButton } from '../ui/button.tsx'
import { IconDownload, IconTable } from '../ui/icons.tsx'
import { Menu } from '../ui/menu.tsx'
import { chartFile } from './chart-file.ts'
import type { PackedChart } from './packed-chart.ts'
import { LassoIcon, LogIcon, ResetIcon, ZoomIcon } from './plot-icons.tsx'
import type { PlotProps, Tool } from './plot-props.ts'
import type { ChartView } from './zoom-store.ts'
import { isZoomed } from './zoom-store.ts'

/** The tools of a chart: what a drag does, the axis, the data, files. */
export function PlotTools(
  props: PlotProps & {
    readonly chart: PackedChart
    readonly theme: 'light' | 'dark'
    readonly tool: Tool
    readonly setTool: (tool: Tool) => void
    readonly view: Signal<ChartView>
    readonly openTable: () => void
  },
) {
  const { chart, theme, tool, setTool, view, onLog, openTable, actions } = props
  const isPlane = chart.kind === 'plane' && chart.note === undefined
  const isSpace = chart.kind === 'space' && chart.note === undefined
  const canLasso = (isPlane || isSpace) && props.onBrush !== undefined
  const toggle = (wanted: Tool): void => setTool(tool === wanted ? 'brush' : wanted)
  const isLog = chart.kind === 'plane' && chart.y.scale === 'log'
  const save = (type: 'png' | 'svg' | 'csv' | 'json'): void => {
    void chartFile(type, chart, { theme, view: view.value, selection: props.selection }).then(
      (file) => download(file.name, file.content, file.type),
    )
  }
  return (
    <div class="plot-tools" role="group" aria-label={`Tools of ${chart.title}`}>
      {actions}
      {(isPlane || isSpace) && isZoomed(view.value) ? (
        <IconButton
          label="Show all again (double click)"
          class="shown"
          isSmall
          onClick={() => {
            const { turn: _, ...rest } = view.value
            view.value = { ...rest, zoom: {} }
          }}
        >
          <ResetIcon />
        </IconButton>
      ) : null}
      {isPlane ? (
        <IconButton
          label="Zoom: drag a part of the chart, or Ctrl and wheel at any time"
          class="mode"
          aria-pressed={tool === 'zoom'}
          isSmall
          onClick={() => toggle('zoom')}
        >
          <ZoomIcon />
        </IconButton>
      ) : null}
      {canLasso ? (
        <IconButton
          label="Lasso: draw around trials"
          class="mode"
          aria-pressed={tool === 'lasso'}
          isSmall
          onClick={() => toggle('lasso')}
        >
          <LassoIcon />
        </IconButton>
      ) : null}
      {onLog !== undefined && hasLog(chart) ? (
        <IconButton
          label="Logarithmic y axis"
          aria-pressed={isLog}
          isSmall
          onClick={() => onLog(!isLog)}
        >
          <LogIcon />
        </IconButton>
      ) : null}
      {props.table === undefined ? null : (
        <IconButton label="Show as a table" isSmall onClick={openTable}>
          <IconTable size={15} />
        </IconButton>
      )}
      <Menu
        label="Download"
        align="end"
        look="quiet"
        isSmall
        icon={<IconDownload size={15} />}
        items={[
          {
            label: 'PNG',
            about: 'A picture, twice as fine as the screen',
            onSelect: () => save('png'),
          },
          { label: 'SVG', about: 'A drawing for print', onSelect: () => save('svg') },
          { label: 'CSV', about: 'What is drawn, as a table', onSelect: () => save('csv') },
          { label: 'JSON', about: 'What is drawn, for programs', onSelect: () => save('json') },
        ]}
      />
    </div>
  )
}

/** Whether the y axis may be logarithmic: cells are made for the axis they have. */
const hasLog = (chart: PackedChart): boolean =>
  chart.kind === 'plane' &&
  chart.note === undefined &&
  chart.y.scale !== 'categories' &&
  chart.marks.every(({ kind }) => kind !== 'cells')
