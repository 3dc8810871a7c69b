import type { ChartQuery } from '../../../data/engine.ts'
import type { PackedChart, PackedMark, PackedPlane } from '../../../plot/packed-chart.ts'

/** Charts with the question they answer. */
export interface Answered {
  readonly query: ChartQuery
  readonly charts: readonly PackedChart[]
}

/**
 * The histories of a question that differs from one that is answered only in what stands on log axes,
 * when that moves no mark: nothing was cut off, and every value has a logarithm. Undefined when they have
 * to be worked out.
 */
export function flippedCharts(
  answered: Answered,
  query: ChartQuery,
): readonly PackedChart[] | undefined {
  if (query.chart !== 'history' || !isSameButLog(answered.query, query)) return undefined
  const flipped = answered.charts.map((chart) => flippedChart(chart, query.log ?? []))
  return flipped.every((chart) => chart !== undefined) ? flipped : undefined
}

function isSameButLog(a: ChartQuery, b: ChartQuery): boolean {
  const textOf = (query: ChartQuery): string => JSON.stringify({ ...query, log: undefined })
  return textOf(a) === textOf(b)
}

/** Outliers are cut off on even axes alone, so that only an even axis without them is as the log one. */
function flippedChart(chart: PackedChart, log: readonly string[]): PackedChart | undefined {
  if (chart.kind !== 'plane' || chart.note !== undefined) return undefined
  const { y, range } = chart
  const [, metric] = /^shown:(.*)$/s.exec(y.column ?? '') ?? []
  if (metric === undefined) return undefined
  const isLog = y.scale === 'log'
  if (log.includes(metric) === isLog) return chart
  if (isLog || y.min !== undefined || y.max !== undefined) return undefined
  if (!chart.marks.every(hasLogarithms)) return undefined
  const { min, max, whole } = range.y
  const base = whole && max <= 100 * min ? 2 : 10
  return {
    ...chart,
    y: { ...y, scale: 'log' },
    range: { ...range, y: { ...range.y, base } },
  } satisfies PackedPlane
}

function hasLogarithms(mark: PackedMark): boolean {
  if (mark.kind === 'points' || mark.kind === 'line') {
    for (let i = 1; i < mark.xy.length; i += 2) if (mark.xy[i]! <= 0) return false
    return true
  }
  if (mark.kind !== 'band') return false
  for (let i = 0; i < mark.xlh.length; i++) if (i % 3 !== 0 && mark.xlh[i]! <= 0) return false
  return true
}
