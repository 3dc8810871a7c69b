import { bestTrials } from '../analysis/best.ts'
import type { History } from '../journal/history.ts'
import type { Chart, LineMark, Position } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { axisOf } from './chart-column.ts'
import { objectiveAt } from './objective-at.ts'
import type { ReportedTrial } from './reports.ts'
import { count, say, trialsOf } from './words.ts'

export interface CurvesChartOptions extends ColumnLabels {
  /** The reported value; default: the first objective. */
  readonly metric?: string
  /** What a step is, such as `epoch`; default `step`. */
  readonly step?: string
  /** Trials that stand out; default: the best one. */
  readonly highlight?: readonly number[]
  readonly title?: string
}

/** A reported value by step, one line a trial; the best trial stands out. */
export function curvesChart(
  history: History,
  trials: readonly ReportedTrial[],
  options: CurvesChartOptions = {},
): Chart {
  const metric = options.metric ?? objectiveAt(history, 0).name
  const bright = new Set(options.highlight ?? bestTrials(history).slice(0, 1))
  const kept = new Set(trialsOf(history))
  const drawn = trials.filter(
    ({ trial, reports }) => kept.has(trial) && reports.some(({ values }) => metric in values),
  )
  const faint = drawn.filter(({ trial }) => !bright.has(trial))
  const strong = drawn.filter(({ trial }) => bright.has(trial))
  const best = options.highlight === undefined ? 'best: ' : ''
  const title = options.title ?? `${metric} by ${options.step ?? 'step'}`
  const note = `No trial reported ${metric} while it ran.`
  const ends = strong.map((one) => {
    const [step, value] = pointsOf(one, metric).at(-1)!
    return `trial ${one.trial} came to ${say(value)} at ${options.step ?? 'step'} ${step}`
  })
  return {
    title,
    subtitle: count(drawn.length, 'trial'),
    summary: `${title}: ${drawn.length === 0 ? note : `${[count(drawn.length, 'trial'), ...ends.slice(0, 2)].join('; ')}.`}`,
    ...(drawn.length === 0 ? { note } : {}),
    x: { name: options.step ?? 'step' },
    y: axisOf(metric, metric, options),
    marks: [
      ...faint.map((one): LineMark => {
        const look = { kind: 'line', name: 'other trials', colour: 6, faint: true } as const
        return { ...look, points: pointsOf(one, metric), trial: one.trial }
      }),
      ...strong.map((one): LineMark => {
        const name = `${best}trial ${one.trial}`
        return { kind: 'line', name, points: pointsOf(one, metric), trial: one.trial }
      }),
    ],
  }
}

export interface TrajectoriesChartOptions extends ColumnLabels {
  /** The axis of the values: its name, and a scale if it is not linear. */
  readonly y: { readonly name: string; readonly unit?: string; readonly scale?: 'linear' | 'log' }
  /** What a step is, such as `update`; default `step`. */
  readonly step?: string
  /** Lines of trials that are not told apart in the legend, for many of them; default false. */
  readonly faint?: boolean
  readonly title?: string
  readonly subtitle?: string
}

/**
 * How reported values, such as hyperparameters that are tuned while weights train, went by step: one
 * line a trial and name, one colour a name.
 */
export function trajectoriesChart(
  trials: readonly ReportedTrial[],
  names: readonly string[],
  options: TrajectoriesChartOptions,
): Chart {
  const marks = names.flatMap((name, colour) =>
    trials.map((one): LineMark => {
      const faint = options.faint === true ? { faint: true } : {}
      return { kind: 'line', name, colour, points: pointsOf(one, name), trial: one.trial, ...faint }
    }),
  )
  const drawn = marks.filter(({ points }) => points.length > 0)
  const none = `No trial reported ${names.join(' or ')} while it ran.`
  return {
    title: options.title ?? `${names.join(', ')} by ${options.step ?? 'step'}`,
    subtitle: options.subtitle ?? count(trials.length, 'trial'),
    ...(drawn.length === 0 ? { note: none } : {}),
    x: { name: options.step ?? 'step' },
    y: options.y,
    marks: drawn,
  }
}

function pointsOf({ reports }: ReportedTrial, name: string): Position[] {
  return reports.flatMap(({ step, values }) => {
    const value = values[name]
    return value === undefined ? [] : [[step, value] as const]
  })
}
