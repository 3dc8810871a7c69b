import type { History } from '../journal/history.ts'
import { quantile } from '../math/stats.ts'
import type { Chart, LineMark, Position } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { metricColumn } from './chart-column.ts'
import { completeTrials, isFeasible, count, say, short, whyEmpty } from './words.ts'
import { sameObjective } from './same-objective.ts'

export interface EdfChartOptions extends ColumnLabels {
  /** A metric by name; default: the first objective. */
  readonly metric?: string
  readonly title?: string
}

/** A study under the name that a legend has for it. */
export interface NamedHistory {
  readonly name: string
  readonly history: History
}

/**
 * The empirical distribution of a result: by value, the share of complete feasible trials that are no
 * larger. One line a study.
 *
 * @throws AttuneError `usage` without a study, or when they have different first objectives
 */
export function edfChart(studies: readonly NamedHistory[], options: EdfChartOptions = {}): Chart {
  const metric = options.metric ?? sameObjective(studies, 0).name
  const found = studies.map(({ name, history }) => {
    const { valueOf } = metricColumn(history, metric)
    const trials = completeTrials(history).filter((trial) => isFeasible(history, trial))
    const known = trials.map(valueOf).filter((x) => !Number.isNaN(x))
    return { name, sorted: Float64Array.from(known).sort() }
  })
  const { axis } = metricColumn(studies[0]!.history, metric, options)
  const some = found.filter(({ sorted }) => sorted.length > 0)
  const parts = some.map(
    ({ name, sorted }) =>
      `${studies.length > 1 ? `${short(name)}: ` : ''}median ${say(quantile(sorted, 0.5))} of ${count(sorted.length, 'result')}`,
  )
  const title = options.title ?? `Distribution of ${metric}`
  const note = whyEmpty(studies[0]!.history)
  return {
    title,
    ...(parts.length === 0 || parts.length > 3 ? {} : { subtitle: parts.join('; ') }),
    summary: `${title}: ${parts.length === 0 ? note : `${parts.join('; ')}.`}`,
    ...(some.length === 0 ? { note } : {}),
    x: axis,
    y: { name: 'trials with no more', unit: '%', min: 0, max: 100 },
    marks: some.map(({ name, sorted }): LineMark => ({
      ...{ kind: 'line', name: short(name), step: true },
      points: stepsOf(sorted),
    })),
  }
}

/** One point a distinct value, behind one at 0 %. */
function stepsOf(sorted: Float64Array): Position[] {
  const steps: Position[] = [[sorted[0]!, 0]]
  sorted.forEach((x, i) => {
    if (x !== sorted[i + 1]) steps.push([x, (100 * (i + 1)) / sorted.length])
  })
  return steps
}
