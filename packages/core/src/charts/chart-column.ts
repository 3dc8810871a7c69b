import { AttuneError } from '../errors.ts'
import { jointSpace } from '../journal/discovered.ts'
import type { History } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import { nearest } from '../nearest.ts'
import type { FlatParam } from '../space/space.ts'
import type { Axis } from './chart.ts'
import { columnValues } from './column-values.ts'

/** How columns are called and measured. */
export interface ColumnLabels {
  /** By the name of a metric or parameter, such as `{ loss: 'nats' }`; seconds and memory have theirs. */
  readonly units?: Readonly<Record<string, string>>
  /** Names of metrics and parameters that are drawn on a log axis though nothing says so. */
  readonly log?: readonly string[]
}

/** What a chart may draw of every trial, with its axis; as the study stands when it is asked for. */
export interface ChartColumn {
  readonly axis: Axis
  /** The place of a trial on the axis; NaN where it has none. */
  valueOf(trial: number): number
}

const measured = {
  seconds: { name: 'duration', unit: 's', column: 'seconds' },
  cpuSeconds: { name: 'processor time', unit: 's', column: 'cpuSeconds' },
  peakMemoryBytes: { name: 'peak memory', unit: 'MB', column: 'peakMemoryMegabytes' },
} as const

const times: Readonly<Record<string, string>> = { startedAt: 'started', finishedAt: 'finished' }

/**
 * The column of a parameter (by its flat name), of a metric, of `seconds`, `cpuSeconds`,
 * `peakMemoryBytes`, `startedAt` or `finishedAt`, or `trial` for the number. A parameter goes before a
 * metric of the same name.
 *
 * @throws AttuneError `usage` when the study has no such column
 */
export function chartColumn(
  history: History,
  name: string,
  labels: ColumnLabels = {},
): ChartColumn {
  const param = paramOf(history, name)
  if (param !== undefined) return paramColumn(history, param, labels)
  const metric = history.columns.get(`metric:${name}`) !== undefined
  if (metric || history.config?.objectives.some((o) => o.name === name)) {
    return metricColumn(history, name, labels)
  }
  if (name === 'trial') return columnOn(history, { name: 'trial' }, 'trial')
  if (Object.hasOwn(measured, name)) {
    const { name: title, unit, column } = measured[name as keyof typeof measured]
    return columnOn(history, axisOf(title, name, { units: { [name]: unit }, ...labels }), column)
  }
  if (Object.hasOwn(times, name)) {
    return columnOn(history, { name: times[name]!, time: true }, name)
  }
  throw unknown(history, name)
}

/** The column of a metric, final results only. */
export function metricColumn(
  history: History,
  name: string,
  labels: ColumnLabels = {},
): ChartColumn {
  const objective = history.config?.objectives.find((one) => one.name === name)
  const good = objective?.direction === 'maximize' ? 'high' : 'low'
  return columnOn(
    history,
    { ...axisOf(name, name, labels), ...(objective === undefined ? {} : { good }) },
    `metric:${name}`,
  )
}

/** A column as it is now; later trials have nothing in it. */
function columnOn(history: History, axis: Axis, column: string): ChartColumn {
  const { values, labels } = columnValues(history, column)
  return {
    axis: {
      ...axis,
      ...(labels === undefined ? {} : { scale: 'categories' as const, labels }),
      column,
    },
    valueOf: (trial) => values[trial] ?? Number.NaN,
  }
}

/** An axis on which no range tells trials apart. */
export function withoutColumn(axis: Axis): Axis {
  const { column: _, ...rest } = axis
  return rest
}

/** The axis of something that is called so. */
export function axisOf(title: string, name: string, { units, log }: ColumnLabels): Axis {
  const unit = units?.[name]
  return {
    name: title,
    ...(unit === undefined ? {} : { unit }),
    ...(log?.includes(name) === true ? { scale: 'log' as const } : {}),
  }
}

/** The parameters of a study, those that were met while running among them. */
export function paramsOf(history: History): readonly FlatParam[] {
  return jointSpace(history, spaceOf(history)).params
}

function paramOf(history: History, name: string): FlatParam | undefined {
  return paramsOf(history).find((param) => param.name === name)
}

function paramColumn(
  history: History,
  { name, distribution }: FlatParam,
  labels: ColumnLabels,
): ChartColumn {
  const isChoice = distribution.kind === 'choice'
  const log = isChoice ? [] : distribution.scale === 'log' ? [name] : (labels.log ?? [])
  return columnOn(history, axisOf(name, name, { ...labels, log }), `param:${name}`)
}

function unknown(history: History, name: string): AttuneError {
  const known = [
    ...paramsOf(history).map((param) => param.name),
    ...history.columns.group('metric:').map(([metric]) => metric),
    ...Object.keys(measured),
    ...Object.keys(times),
    'trial',
  ]
  const meant = nearest(name, known)
  const hint = meant === undefined ? `It has ${known.join(', ')}.` : `Did you mean "${meant}"?`
  return new AttuneError('usage', `The study has no column "${name}" to draw. ${hint}`)
}
