import { rankCorrelation } from '../analysis/diagnostics.ts'
import type { Rungs } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { cell, rungAt, rungStep, stateOf } from '../journal/history.ts'
import { median, quantile } from '../math/stats.ts'
import type { Axis, Chart, Mark } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { metricColumn } from './chart-column.ts'
import { objectiveAt } from './objective-at.ts'
import { count, say, trialsInState } from './words.ts'

export interface PruningChartsOptions extends ColumnLabels {
  /** The objective that decided, by its place; default 0. */
  readonly objective?: number
}

/** Rows of steps at most; more are put together. */
const mostRows = 16
/** Of fewer values nothing is said. */
const fewest = 4

/** Steps from one on, until the next row begins. */
interface Row {
  readonly from: number
  readonly label: string
  readonly pruned: readonly number[]
  readonly paused: readonly number[]
  /** How many came further, or were complete. */
  readonly wentOn: number
  /** By trial that is complete, what it had reported here; NaN where nothing is known. */
  readonly values: (trial: number) => number
}

/**
 * What a scheduler did: at which steps trials were stopped and how many went on, and what the stopped ones
 * had reported, beside the middle half of what complete trials had reported at the same steps. The words say
 * how many were stopped though they were better than half of those, and how well early reports rank the
 * results in the end: where they do not, pruning stops the wrong ones.
 *
 * Values at a step are those of the rungs that schedulers decide at; of a study without rungs only what the
 * stopped ones had is known.
 *
 * @throws AttuneError `usage` when there is no such objective
 */
export function pruningCharts(history: History, options: PruningChartsOptions = {}): Chart[] {
  const { objective = 0 } = options
  const { name } = objectiveAt(history, objective)
  const rows = rowsOf(history, name)
  if (rows.length === 0) return [empty(history)]
  return [stopsChart(rows), valuesChart(history, rows, options)]
}

function empty(history: History): Chart {
  const stopped = trialsInState(history, 'pruned', 'paused').length
  const note =
    stopped === 0
      ? 'No trial was pruned.'
      : `${count(stopped, 'trial')} stopped, and none of them had reported a step.`
  return {
    ...{ title: 'Trials stopped by step', summary: `Trials stopped by step: ${note}`, note },
    ...{ x: { name: 'trials', min: 0 }, y: { name: 'step' }, marks: [] },
  }
}

function stopsChart(rows: readonly Row[]): Chart {
  const title = 'Trials stopped by step'
  const listed = rows.toReversed()
  const bars = (name: string, colour: number, of: (row: Row) => number): Mark[] =>
    rows.some((row) => of(row) > 0) ? [{ kind: 'bars', name, colour, values: listed.map(of) }] : []
  const pruned = rows.reduce((sum, row) => sum + row.pruned.length, 0)
  const paused = rows.reduce((sum, row) => sum + row.paused.length, 0)
  const most = rows.reduce((a, b) => (b.pruned.length > a.pruned.length ? b : a))
  const parts = [
    `${count(pruned, 'trial')} pruned`,
    ...(paused > 0 ? [`${paused} paused`] : []),
    ...(pruned > 0 ? [`most at ${most.label}: ${most.pruned.length}`] : []),
  ].join(', ')
  return {
    title,
    subtitle: parts,
    summary: `${title}: ${parts}.`,
    x: { name: 'trials', min: 0 },
    y: { name: 'last step', scale: 'categories', labels: listed.map(({ label }) => label) },
    marks: [
      ...bars('pruned', 4, (row) => row.pruned.length),
      ...bars('paused', 5, (row) => row.paused.length),
      ...bars('went on', 0, (row) => row.wentOn),
    ],
  }
}

function valuesChart(history: History, rows: readonly Row[], options: PruningChartsOptions): Chart {
  const { name, direction } = objectiveAt(history, options.objective ?? 0)
  const { axis, valueOf } = metricColumn(history, name, options)
  const sign = direction === 'maximize' ? -1 : 1
  const complete = trialsInState(history, 'complete')
  const known = rows.map((row) => {
    const values = complete.map(row.values).filter((x) => !Number.isNaN(x))
    return { row, sorted: Float64Array.from(values).sort() }
  })
  const told = known.filter(({ sorted }) => sorted.length >= fewest)
  const stopped = rows.flatMap(({ pruned, paused }) => [...pruned, ...paused])
  const lastOf = (trial: number): number => cell(history, `last:${name}`, trial)
  const middleOf = medians(history, name, complete)
  const compared = stopped.flatMap((trial) => {
    const middle = stateOf(history, trial) === 'pruned' ? middleOf(trial) : undefined
    return middle === undefined ? [] : [sign * (lastOf(trial) - middle)]
  })
  const better = compared.filter((behind) => behind < 0).length
  const parts = [
    ...(compared.length === 0
      ? []
      : [
          `${better} of ${compared.length} pruned were better than the median of complete trials there`,
        ]),
    ...rankWords(),
  ]
  const steps: Axis = {
    name: 'step',
    column: 'step',
    ...(rows[0]!.from > 0 && rows.at(-1)!.from > 30 * rows[0]!.from ? { scale: 'log' } : {}),
  }
  const title = `${name} of stopped trials`
  const subtitle =
    parts.length > 0 ? parts.join('; ') : 'what complete trials reported there is not known'
  return {
    title,
    subtitle,
    summary: `${title} by step: ${subtitle}.`,
    x: steps,
    y: { ...axis, column: `last:${name}` },
    marks: [
      {
        ...{ kind: 'band', name: 'middle half of complete trials', colour: 0 },
        points: told.map(
          ({ row, sorted }) =>
            [...([row.from, quantile(sorted, 0.25), quantile(sorted, 0.75)] as const)] as const,
        ),
      } as Mark,
      {
        ...{ kind: 'line', name: 'median of complete trials', colour: 0 },
        points: told.map(({ row, sorted }) => [row.from, median(sorted)] as const),
      } as Mark,
      ...(['pruned', 'paused'] as const).map((state): Mark => {
        const trials = stopped.filter((trial) => stateOf(history, trial) === state)
        return {
          ...{ kind: 'points', name: `${state} (last report)`, shape: 'triangle' },
          colour: state === 'pruned' ? 4 : 5,
          points: trials.map((trial) => [cell(history, 'step', trial), lastOf(trial)] as const),
          trials,
        }
      }),
    ].filter((mark) => !('points' in mark) || mark.points.length > 0),
  }

  /** At the step where most were stopped of those whose complete trials are known. */
  function rankWords(): string[] {
    const [most] = told.toSorted((a, b) => b.row.pruned.length - a.row.pruned.length)
    if (most === undefined) return []
    const both = complete.filter(
      (trial) => !Number.isNaN(most.row.values(trial)) && !Number.isNaN(valueOf(trial)),
    )
    const rank = rankCorrelation(
      Float64Array.from(both, most.row.values),
      Float64Array.from(both, valueOf),
    )
    if (both.length < fewest || Number.isNaN(rank)) return []
    return [
      `rank correlation of ${most.row.label} with the result ${say(rank)}, of ${both.length} complete`,
    ]
  }
}

/** By trial the median of what complete trials had reported at its last rung, if they are enough. */
function medians(
  history: History,
  metric: string,
  complete: readonly number[],
): (trial: number) => number | undefined {
  const rungs = history.config?.scheduler.rungs
  const known = new Map<number, number | undefined>()
  return (trial) => {
    const begin = beginOf(rungs, cell(history, 'step', trial))
    if (!known.has(begin)) {
      const values = complete.map(valuesAt(history, rungs, metric, begin))
      const numbers = values.filter((x) => !Number.isNaN(x))
      known.set(begin, numbers.length < fewest ? undefined : median(numbers))
    }
    return known.get(begin)
  }
}

/** The step of the rung at which a trial was that had come so far. */
function beginOf(rungs: Rungs | undefined, step: number): number {
  const rung = rungs === undefined ? -1 : rungAt(rungs, step)
  return rungs === undefined || rung < 0 ? step : rungStep(rungs, rung)
}

/** Rows from the first step at which a trial was stopped to the last. */
function rowsOf(history: History, metric: string): readonly Row[] {
  const stepOf = (trial: number): number => cell(history, 'step', trial)
  const stopped = trialsInState(history, 'pruned', 'paused').filter(
    (trial) => !Number.isNaN(stepOf(trial)),
  )
  const rungs = history.config?.scheduler.rungs
  const begins = [...new Set(stopped.map((trial) => beginOf(rungs, stepOf(trial))))].sort(
    (a, b) => a - b,
  )
  const width = Math.ceil(begins.length / mostRows)
  const kept = begins.filter((_, i) => i % width === 0)
  const complete = trialsInState(history, 'complete')
  const others = trialsInState(history, 'pruned', 'paused', 'failed', 'running', 'waiting')
  return kept.map((from, i) => {
    const until = kept[i + 1] ?? Number.POSITIVE_INFINITY
    const within = stopped.filter((trial) => stepOf(trial) >= from && stepOf(trial) < until)
    const last = begins.findLast((begin) => begin < until)!
    return {
      from,
      label: last === from ? `step ${say(from)}` : `steps ${say(from)} to ${say(last)}`,
      pruned: within.filter((trial) => stateOf(history, trial) === 'pruned'),
      paused: within.filter((trial) => stateOf(history, trial) === 'paused'),
      wentOn:
        complete.filter((trial) => stepOf(trial) >= from).length +
        others.filter((trial) => stepOf(trial) >= until).length,
      values: valuesAt(history, rungs, metric, from),
    }
  })
}

function valuesAt(
  history: History,
  rungs: Rungs | undefined,
  metric: string,
  step: number,
): (trial: number) => number {
  const rung = rungs === undefined ? -1 : rungAt(rungs, step)
  const data = history.columns.get(`rung:${metric}:${rung}`)?.data
  return (trial) => data?.[trial] ?? Number.NaN
}
