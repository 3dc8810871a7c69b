import type { AnyChart, ChartRequest, History, PlottedStudy } from '@attune/core'
import { chartKind, columnsOf, groupStudies } from '@attune/core'

import type { ChartQuery } from './engine.ts'

/** Charts that are worked out with a model of the results, or look at all parts of the space. */
export const modelCharts: ReadonlySet<string> = new Set([
  ...['importance', 'effects', 'contour', 'surrogate', 'failures'],
])
/** Charts of a mark a trial that need nothing but the history. */
export const trialCharts: ReadonlySet<string> = new Set([
  ...['slice', 'parallel', 'rank', 'scatter', 'pruning'],
])

/** What a query asks of core's charts. */
export function chartRequest(history: History, query: ChartQuery): ChartRequest {
  const { params = [], metrics = [], objective = 0, log, options } = query
  return {
    labels: log === undefined ? {} : { log: log.map(plainName) },
    params: columnsOf(history, params.map(plainName)),
    metrics: metrics.map(plainName),
    objective,
    ...(options === undefined ? {} : { options }),
  }
}

/** Charts call columns by plain names: `lr` for `param:lr`. */
const plainName = (column: string): string => column.replace(/^(?:param|metric|last|shown):/, '')

/**
 * The charts of a query.
 * @param studies the first is the one that was asked; others stand in the same picture where the chart
 *   can show several
 * @throws AttuneError `usage` when there is no such chart, column or objective
 */
export async function drawCharts(
  studies: readonly [PlottedStudy, ...PlottedStudy[]],
  query: ChartQuery,
): Promise<readonly AnyChart[]> {
  const { draw, drawAll } = chartKind(query.chart)
  const [own] = studies
  const request = chartRequest(own.history, query)
  if (draw !== undefined) return draw(own, request)
  const groups = groupStudies(studies, query.options?.['seeds'] === true)
  return drawAll === undefined ? [] : [drawAll(groups, request)]
}

/** Which of the charts of a query it is, the same when the study has grown. */
export function chartKey(query: ChartQuery, chart: { readonly title: string }): string {
  const { chart: kind, objective = 0, params = [], metrics = [] } = query
  return JSON.stringify([kind, objective, params, metrics, chart.title])
}
