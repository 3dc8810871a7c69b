import { bestTrials } from '../analysis/best.ts'
import type { History } from '../journal/history.ts'
import type { Chart, Mark } from './chart.ts'
import type { ChartColumn, ColumnLabels } from './chart-column.ts'
import { chartColumn } from './chart-column.ts'
import { objectiveAt } from './objective-at.ts'
import { completeTrials, count, say, whyEmpty } from './words.ts'

export interface ScatterChartOptions extends ColumnLabels {
  /** Default: the two columns. */
  readonly title?: string
}

/**
 * Two columns of complete trials against each other; the best trial, or the Pareto front, stands out.
 * Columns are named as `chartColumn` takes them.
 *
 * @throws AttuneError `usage` when the study has no such column
 */
export function scatterChart(
  history: History,
  x: string,
  y: string,
  options: ScatterChartOptions = {},
): Chart {
  const across = chartColumn(history, x, options)
  const up = chartColumn(history, y, options)
  const trials = completeTrials(history).filter(
    (trial) => Number.isFinite(across.valueOf(trial)) && Number.isFinite(up.valueOf(trial)),
  )
  const best = new Set(bestTrials(history))
  const marks = [
    pointsOf('complete', 5, 'circle', across, up)(trials.filter((trial) => !best.has(trial))),
    pointsOf('best', 1, 'diamond', across, up)(trials.filter((trial) => best.has(trial))),
  ]
  const title = options.title ?? `${up.axis.name} over ${across.axis.name}`
  const subtitle = count(trials.length, 'complete trial')
  const first = trials.find((trial) => best.has(trial))
  const isEmpty = trials.length === 0
  return {
    title,
    subtitle,
    summary: isEmpty
      ? `${title}: ${whyEmpty(history)}`
      : `${title}: ${subtitle}${first === undefined ? '' : `; the best, trial ${first}, at ${placeOf(across, first)} with ${placeOf(up, first)}`}.`,
    ...(isEmpty ? { note: whyEmpty(history) } : {}),
    x: across.axis,
    y: up.axis,
    marks: marks.filter((mark) => mark.kind === 'points' && mark.points.length > 0),
  }
}

const placeOf = ({ axis, valueOf }: ChartColumn, trial: number): string =>
  axis.labels?.[valueOf(trial)] ?? say(valueOf(trial))

/**
 * An objective over one parameter: where on its range the good trials lie. Trials in which the
 * parameter does not exist are left out.
 *
 * @throws AttuneError `usage` when there is no such parameter or objective
 */
export function sliceChart(
  history: History,
  param: string,
  options: ScatterChartOptions & {
    /** The objective, by its place among those of the study; default 0. */
    readonly objective?: number
  } = {},
): Chart {
  const { name } = objectiveAt(history, options.objective ?? 0)
  return scatterChart(history, param, name, { title: `${name} over ${param}`, ...options })
}

function pointsOf(
  name: string,
  colour: number,
  shape: 'circle' | 'diamond',
  x: ChartColumn,
  y: ChartColumn,
): (trials: readonly number[]) => Mark {
  return (trials) => ({
    ...{ kind: 'points', name, colour, shape },
    points: trials.map((trial) => [x.valueOf(trial), y.valueOf(trial)] as const),
    trials,
  })
}
