import { AttuneError } from '../errors.ts'
import { jointSpace } from '../journal/discovered.ts'
import type { History } from '../journal/history.ts'
import { cell } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import { nearest } from '../nearest.ts'
import { indexOfValue } from '../space/distribution.ts'
import type { FlatParam } from '../space/space.ts'
import type { Axis } from './chart.ts'

/** How columns are called and measured. */
export interface ColumnLabels {
  /** By the name of a metric or parameter, such as `{ loss: 'nats' }`; seconds and memory have theirs. */
  readonly units?: Readonly<Record<string, string>>
  /** Names of metrics and parameters that are drawn on a log axis though nothing says so. */
  readonly log?: readonly string[]
}

/** What a chart may draw of every trial, with its axis. */
export interface ChartColumn {
  readonly axis: Axis
  /** The place of a trial on the axis; NaN where it has none. */
  valueOf(trial: number): number
}

const measured = {
  seconds: { name: 'duration', unit: 's', column: 'seconds', scale: 1 },
  cpuSeconds: { name: 'processor time', unit: 's', column: 'cpuSeconds', scale: 1 },
  peakMemoryBytes: { name: 'peak memory', unit: 'MB', column: 'peakMemoryBytes', scale: 1e-6 },
} as const

/**
 * The column of a parameter (by its flat name), of a metric, of `seconds`, `cpuSeconds` or
 * `peakMemoryBytes`, or `trial` for the number. A parameter goes before a metric of the same name.
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
  if (name === 'trial') return { axis: { name: 'trial' }, valueOf: (trial) => trial }
  if (Object.hasOwn(measured, name)) {
    const { name: title, unit, column, scale } = measured[name as keyof typeof measured]
    return {
      axis: axisOf(title, name, { units: { [name]: unit }, ...labels }),
      valueOf: (trial) => cell(history, column, trial) * scale,
    }
  }
  throw unknown(history, name)
}

/** The column of a metric, final results only. */
export function metricColumn(
  history: History,
  name: string,
  labels: ColumnLabels = {},
): ChartColumn {
  return {
    axis: axisOf(name, name, labels),
    valueOf: (trial) => cell(history, `metric:${name}`, trial),
  }
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
  const value = (trial: number): ReturnType<History['values']['get']> =>
    history.values.get(name, trial)
  if (distribution.kind === 'choice') {
    return {
      axis: {
        ...axisOf(name, name, { ...labels, log: [] }),
        scale: 'categories',
        labels: distribution.choices.map(String),
      },
      valueOf(trial) {
        const label = value(trial)
        const place = label === undefined ? -1 : indexOfValue(distribution, label)
        return place < 0 ? Number.NaN : place
      },
    }
  }
  const log = distribution.scale === 'log' ? [name] : (labels.log ?? [])
  return {
    axis: axisOf(name, name, { ...labels, log }),
    valueOf(trial) {
      const label = value(trial)
      return typeof label === 'number' ? label : Number.NaN
    },
  }
}

function unknown(history: History, name: string): AttuneError {
  const known = [
    ...paramsOf(history).map((param) => param.name),
    ...history.columns.group('metric:').map(([metric]) => metric),
    ...Object.keys(measured),
    'trial',
  ]
  const meant = nearest(name, known)
  const hint = meant === undefined ? `It has ${known.join(', ')}.` : `Did you mean "${meant}"?`
  return new AttuneError('usage', `The study has no column "${name}" to draw. ${hint}`)
}
