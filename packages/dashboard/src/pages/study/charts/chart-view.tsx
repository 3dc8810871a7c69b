import type { ComponentChildren, JSX } from 'preact'

import type { ChartQuery } from '../../../data/engine.ts'
import type { PackedChart } from '../../../plot/packed-chart.ts'
import type { PlotProps } from '../../../plot/plot.tsx'
import { Plot } from '../../../plot/plot.tsx'
import { pageQuery, setQuery } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'

interface ChartViewProps {
  /** Undefined while it is not there yet; its place is kept. */
  readonly chart: PackedChart | undefined
  readonly height?: number
  readonly compact?: boolean
  readonly actions?: ComponentChildren
  /** What it was asked by, and its place among the answers, for its table. */
  readonly query?: ChartQuery
  readonly place?: number
  /** A bar was picked: what it is called. */
  readonly onBar?: ((label: string) => void) | undefined
  /** Of few trials that were chosen already: it does not show the selection. */
  readonly isAlone?: boolean
  /** What it shows as a table, where it was not asked by a query. */
  readonly table?: PlotProps['table']
}

/** A chart that shares the selection, the pointer and the drawer with all others of the page. */
export function ChartView(props: ChartViewProps): JSX.Element {
  const { opened, selection, hovered } = useStudy()
  const { chart, height, compact, actions, query, place = 0, onBar, isAlone = false } = props
  const metric = chart?.kind === 'plane' ? metricOf(chart.y.column) : undefined
  return (
    <Plot
      chart={chart}
      selection={isAlone ? undefined : selection.mask.value}
      conditions={isAlone ? undefined : selection.selection.value}
      hovered={hovered.value}
      onHover={(trial) => {
        hovered.value = trial
      }}
      onPick={(trial, add) => {
        if (add) selection.toggle(trial)
        else selection.set([{ kind: 'trials', trials: [trial] }])
      }}
      onBar={onBar}
      onOpen={(trial) => setQuery({ trial: String(trial) })}
      {...(isAlone
        ? {}
        : {
            onBrush: (conditions, add) =>
              selection.set(conditions.length === 0 ? undefined : conditions, add),
          })}
      {...(height === undefined ? {} : { height })}
      {...(compact === undefined ? {} : { compact })}
      {...(actions === undefined ? {} : { actions })}
      {...(props.table === undefined ? {} : { table: props.table })}
      {...(query === undefined ? {} : { table: () => opened.chartTable(query, place) })}
      {...(metric === undefined ? {} : { onLog: (log) => setLog(metric, log) })}
    />
  )
}

/** The metric of a column, also as pictures of all trials show it: only these get a log axis by choice. */
const metricOf = (column: string | undefined): string | undefined =>
  /^(?:metric|shown):(.*)$/s.exec(column ?? '')?.[1]

function setLog(metric: string, log: boolean): void {
  const before = (pageQuery.peek().get('log') ?? '').split(',').filter((name) => name !== '')
  const others = before.filter((name) => name !== metric)
  setQuery({ log: (log ? [...others, metric] : others).join(',') })
}
