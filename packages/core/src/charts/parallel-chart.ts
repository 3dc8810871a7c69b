import { bestTrials } from '../analysis/best.ts'
import type { Direction } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { stateOf } from '../journal/history.ts'
import { quantile } from '../math/stats.ts'
import { countValues } from '../space/distribution.ts'
import type { Axis, ParallelChart, ParallelLine } from './chart.ts'
import type { ChartColumn, ColumnLabels } from './chart-column.ts'
import { chartColumn, metricColumn, paramsOf } from './chart-column.ts'
import { importantParams } from './important-params.ts'
import { objectiveAt } from './objective-at.ts'
import { count, describeStates, say, trialsOf, whyEmpty } from './words.ts'

export interface ParallelChartOptions extends ColumnLabels {
  /** The objective that colours the lines, by its place; default 0. */
  readonly objective?: number
  /** Default: those with more than one value, the most important one first, 12 at most. */
  readonly params?: readonly string[]
  readonly title?: string
}

const mostAxes = 12

/**
 * Parallel coordinates of a study: the parameters, the most important one first, then the objectives. A
 * parameter that a trial does not have is a gap in its line. Trials that failed or were pruned stand
 * aside: they end beside the axis of the first objective. Good trials are drawn last.
 *
 * @throws AttuneError `usage` when there is no such objective or parameter
 */
export function parallelChart(history: History, options: ParallelChartOptions = {}): ParallelChart {
  const { objective = 0 } = options
  const { name, direction } = objectiveAt(history, objective)
  const all = importantParams(history, name)
  const params = options.params ?? all.slice(0, mostAxes)
  const objectives = history.config?.objectives ?? []
  const columns = [
    ...params.map((param) => rangedColumn(history, param, options)),
    ...objectives.map((one) => metricColumn(history, one.name, options)),
  ]
  const result = metricColumn(history, name)
  const best = new Set(bestTrials(history))
  const lines = trialsOf(history).flatMap((trial) => lineOf(trial))
  const drawn = inOrder(lines, direction)
  const values = lines.flatMap(({ value }) => (Number.isFinite(value) ? [value!] : []))
  const isEmpty = values.length === 0 && lines.every(({ aside }) => aside === undefined)
  const left = options.params === undefined ? all.length - params.length : 0
  const title = options.title ?? `Parameters and ${name}`
  const shown = `${count(params.length, 'parameter')}${left > 0 ? `, the most important of ${all.length}` : ''}`
  return {
    kind: 'parallel',
    title,
    subtitle: `${describeStates(history)}; ${shown}`,
    summary: isEmpty
      ? `${title}: ${whyEmpty(history)}`
      : `${title}: ${describeStates(history)} over ${shown}${values.length === 0 ? '' : `; ${name} from ${say(least(values))} to ${say(-least(values.map((x) => -x)))}`}.`,
    ...(isEmpty ? { note: whyEmpty(history) } : {}),
    axes: columns.map(({ axis, valueOf }) => withEnds(axis, lines.length, valueOf, history)),
    lines: drawn,
    value: { ...metricColumn(history, name, options).axis, ...shadeEnds(values) },
    good: direction === 'maximize' ? 'high' : 'low',
    asideAxis: params.length,
    aside: ['pruned', 'failed'].filter((group) => lines.some(({ aside }) => aside === group)),
  }

  function lineOf(trial: number): ParallelLine[] {
    const state = stateOf(history, trial)
    const at = columns.map(({ valueOf }) => valueOf(trial))
    const line = { trial, values: at }
    if (state === 'complete') {
      const value = result.valueOf(trial)
      return [{ ...line, value, ...(best.has(trial) ? { best: true } : {}) }]
    }
    if (state === 'failed') return [{ ...line, aside: 'failed' }]
    return state === 'pruned' || state === 'paused' ? [{ ...line, aside: 'pruned' }] : []
  }
}

/** Those aside first, then from the worst to the best. */
function inOrder(lines: readonly ParallelLine[], direction: Direction): ParallelLine[] {
  const sign = direction === 'maximize' ? -1 : 1
  const worth = Float64Array.from(lines, ({ value, aside }) =>
    aside === undefined ? sign * (value ?? Number.NaN) : Infinity,
  )
  const places = Array.from(lines, (_, i) => i)
  places.sort((a, b) => {
    const step = Number(lines[a]!.best ?? false) - Number(lines[b]!.best ?? false)
    return step || compare(worth[b]!, worth[a]!)
  })
  return places.map((i) => lines[i]!)
}

/** A parameter on an axis from end to end of its range. */
function rangedColumn(history: History, name: string, labels: ColumnLabels): ChartColumn {
  const column = chartColumn(history, name, labels)
  const distribution = paramsOf(history).find((param) => param.name === name)?.distribution
  if (distribution === undefined || distribution.kind === 'choice') return column
  if (countValues(distribution) < 2) return column
  return { ...column, axis: { ...column.axis, min: distribution.low, max: distribution.high } }
}

/** An axis of results ends where they do; values beyond a range, of an earlier one, make it wider. */
function withEnds(
  axis: Axis,
  trials: number,
  valueOf: (trial: number) => number,
  history: History,
): Axis {
  if (axis.scale === 'categories' || trials === 0) return axis
  const isShown = (x: number): boolean => Number.isFinite(x) && (axis.scale !== 'log' || x > 0)
  let [low, high] = [Infinity, -Infinity]
  for (const trial of trialsOf(history)) {
    const x = valueOf(trial)
    if (!isShown(x)) continue
    if (x < low) low = x
    if (x > high) high = x
  }
  if (low > high) return axis
  return { ...axis, min: Math.min(low, axis.min ?? low), max: Math.max(high, axis.max ?? high) }
}

/** Colours tell most results apart; what lies beyond has those of the ends. */
function shadeEnds(values: readonly number[]): Pick<Axis, 'min' | 'max'> {
  if (values.length === 0) return {}
  const sorted = Float64Array.from(values).sort()
  return { min: quantile(sorted, 0.05), max: quantile(sorted, 0.95) }
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b))

const compare = (a: number, b: number): number =>
  a === b ? 0 : Number.isNaN(a) || a < b ? -1 : Number.isNaN(b) || a > b ? 1 : 0
