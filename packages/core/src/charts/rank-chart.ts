import { ranks } from '../math/stats.ts'
import type { History } from '../journal/history.ts'
import type { Chart } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { chartColumn, metricColumn } from './chart-column.ts'
import { objectiveAt } from './objective-at.ts'
import { completeTrials, count, say, whyEmpty } from './words.ts'

export interface RankChartOptions extends ColumnLabels {
  /** The objective, by its place among those of the study; default 0. */
  readonly objective?: number
  readonly title?: string
}

/**
 * Two columns of complete trials against each other, coloured by the rank of an objective among them: 1
 * for the best; equal results share the mean of their ranks. The best one is drawn last.
 *
 * @throws AttuneError `usage` when the study has no such column or objective
 */
export function rankChart(
  history: History,
  x: string,
  y: string,
  options: RankChartOptions = {},
): Chart {
  const { name, direction } = objectiveAt(history, options.objective ?? 0)
  const result = metricColumn(history, name)
  const [across, up] = [x, y].map((column) => chartColumn(history, column, options))
  const trials = completeTrials(history).filter(
    (trial) =>
      !Number.isNaN(result.valueOf(trial)) &&
      Number.isFinite(across!.valueOf(trial)) &&
      Number.isFinite(up!.valueOf(trial)),
  )
  const sign = direction === 'maximize' ? -1 : 1
  const places = ranks(trials.map((trial) => sign * result.valueOf(trial)))
  const order = trials.map((_, i) => i).sort((a, b) => places[b]! - places[a]! || b - a)
  const drawn = order.map((i) => trials[i]!)
  const best = drawn.at(-1)
  const title = options.title ?? `Rank of ${name} over ${x} and ${y}`
  const subtitle = count(trials.length, 'complete trial')
  return {
    title,
    subtitle,
    summary:
      best === undefined
        ? `${title}: ${whyEmpty(history)}`
        : `${title}: ${subtitle}; the best, trial ${best} with ${say(result.valueOf(best))}, lies at ${x} ${place(across!, best)} and ${y} ${place(up!, best)}.`,
    ...(best === undefined ? { note: whyEmpty(history) } : {}),
    x: across!.axis,
    y: up!.axis,
    marks: [
      {
        ...{ kind: 'points', name: 'complete' },
        points: drawn.map((trial) => [across!.valueOf(trial), up!.valueOf(trial)] as const),
        trials: drawn,
        shades: {
          value: { name: `rank of ${name}`, min: 1, max: Math.max(2, trials.length) },
          values: order.map((i) => places[i]!),
        },
      },
    ],
  }
}

function place({ axis, valueOf }: ReturnType<typeof chartColumn>, trial: number): string {
  const at = valueOf(trial)
  return axis.labels?.[at] ?? say(at)
}
