import { diagnoseSurrogate } from '../analysis/diagnostics.ts'
import { jointSpace } from '../journal/discovered.ts'
import type { History } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import type { Axis, Chart, Position } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { metricColumn, withoutColumn } from './chart-column.ts'
import { objectiveAt } from './objective-at.ts'
import { isUntold, unlessUntold } from './telling.ts'
import { count, say } from './words.ts'

/**
 * How well a surrogate predicts results it was not given, as `diagnoseSurrogate` has it: predictions
 * with their central 95 % by result, and how often results lie within intervals of each probability.
 *
 * @throws AttuneError `usage` when there is no such objective
 */
export function diagnosisCharts(
  history: History,
  options: ColumnLabels & {
    /** The objective, by its place among those of the study; default 0. */
    readonly objective?: number
  } = {},
): [predictions: Chart, calibration: Chart] {
  const { objective = 0 } = options
  const { name } = objectiveAt(history, objective)
  const space = jointSpace(history, spaceOf(history))
  const found = unlessUntold(() => diagnoseSurrogate(space, history, { objective }))
  const { axis } = metricColumn(history, name, options)
  const titles = [
    `Predicted and actual ${name}`,
    `Calibration of the surrogate of ${name}`,
  ] as const
  const predictions = {
    title: titles[0],
    x: { ...withoutColumn(axis), name: `${name} predicted without the trial` },
    y: { ...axis, name: `${name} of the trial` },
  }
  const calibration = {
    title: titles[1],
    x: { name: 'central interval of probability', unit: '%', min: 0, max: 100 },
    y: { name: 'results within', unit: '%', min: 0, max: 100 },
  }
  if (isUntold(found)) {
    const empty = (about: typeof predictions | typeof calibration): Chart => ({
      ...about,
      summary: `${about.title}: ${found.untold}`,
      ...{ note: found.untold, marks: [] },
    })
    return [empty(predictions), empty(calibration)]
  }
  const { trials, observed, predicted, low, high, summary } = found
  const { levels, shares } = summary.calibration
  const whiskers = Array.from(trials, (_, i): Position[] => [
    [low[i]!, observed[i]!],
    [high[i]!, observed[i]!],
    [Number.NaN, Number.NaN],
  ])
  const r2 = `R² ${say(summary.r2)}`
  const rank = `rank correlation ${say(summary.rankCorrelation)}`
  const wide = shares.at(-1)!
  const ends = endsOf([...observed, ...predicted])
  return [
    {
      ...predictions,
      x: { ...predictions.x, ...ends },
      y: { ...predictions.y, ...ends },
      subtitle: `${count(summary.results, 'result')}; ${r2}, ${rank}`,
      summary: `${titles[0]}: of ${count(summary.results, 'result')} predicted from all others, ${r2} and ${rank}.`,
      marks: [
        { kind: 'rule', name: 'perfect', colour: 6, at: 'diagonal' },
        { kind: 'line', name: 'central 95 %', colour: 5, faint: true, points: whiskers.flat() },
        {
          ...{ kind: 'points', name: 'trials', colour: 0 },
          points: Array.from(trials, (_, i) => [predicted[i]!, observed[i]!] as const),
          trials: [...trials],
        },
      ],
    },
    {
      ...calibration,
      subtitle: `${count(summary.results, 'result')}; above the diagonal: too unsure, below: too sure`,
      summary: `${titles[1]}: of ${count(summary.results, 'result')}, ${say(100 * wide)} % lie within central intervals of 95 %.`,
      marks: [
        { kind: 'rule', name: 'perfect', colour: 6, at: 'diagonal' },
        {
          ...{ kind: 'line', name: 'surrogate', colour: 0 },
          points: Array.from(levels, (level, i): Position => [100 * level, 100 * shares[i]!]),
        },
      ],
    },
  ]
}

/** Both axes are those of the points; intervals may reach further. */
function endsOf(values: readonly number[]): Pick<Axis, 'min' | 'max'> {
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return {}
  const low = finite.reduce((a, b) => Math.min(a, b))
  const high = finite.reduce((a, b) => Math.max(a, b))
  const room = 0.08 * (high - low || Math.abs(high) || 1)
  return { min: low - room, max: high + room }
}
