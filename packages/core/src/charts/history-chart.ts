import { convergence } from '../analysis/convergence.ts'
import type { History } from '../journal/history.ts'
import { cell, countStates, stateOf } from '../journal/history.ts'
import type { Chart, Mark, Position } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { metricColumn } from './chart-column.ts'
import { objectiveAt } from './objective-at.ts'

export interface HistoryChartOptions extends ColumnLabels {
  /** The objective, by its place among those of the study; default 0. */
  readonly objective?: number
  /** Default: the objective by trial. */
  readonly title?: string
}

/**
 * The objective by trial with the best so far. Pruned trials stand at their last report; failed ones
 * have no result and stand at the worst value there is.
 *
 * @throws AttuneError `usage` when there is no such objective
 */
export function historyChart(history: History, options: HistoryChartOptions = {}): Chart {
  const { objective = 0 } = options
  const { name, direction } = objectiveAt(history, objective)
  const { axis, valueOf } = metricColumn(history, name, options)
  const feasible: number[] = []
  const infeasible: number[] = []
  const pruned: number[] = []
  const failed: number[] = []
  for (let trial = 0; trial < history.length; trial++) {
    const state = stateOf(history, trial)
    if (state === 'complete') {
      const breaks = cell(history, 'violation', trial) > 0
      ;(breaks ? infeasible : feasible).push(trial)
    } else if (state === 'pruned' || state === 'paused') pruned.push(trial)
    else if (state === 'failed') failed.push(trial)
  }
  const last = (trial: number): number => cell(history, `last:${name}`, trial)
  const known = [...feasible.map(valueOf), ...pruned.map(last)].filter(Number.isFinite)
  const worst = known.reduce(
    (a, b) => (direction === 'maximize' ? Math.min(a, b) : Math.max(a, b)),
    known[0] ?? Number.NaN,
  )
  const marks: Mark[] = [
    points('complete', 5, 'circle', feasible, valueOf),
    points('breaks a constraint', 3, 'diamond', infeasible, valueOf),
    points('pruned (last report)', 4, 'triangle', pruned, last),
    points('failed (drawn at the worst value)', 1, 'cross', failed, () => worst),
    { kind: 'line', name: 'best so far', colour: 0, step: true, points: bestLine() },
  ]
  return {
    title: options.title ?? `${name} by trial`,
    subtitle: describe(history),
    x: { name: 'trial' },
    y: axis,
    marks: marks.filter((mark) => mark.kind !== 'points' || mark.points.length > 0),
  }

  function bestLine(): Position[] {
    const { trials, best } = convergence(history, { objective, order: 'number' })
    return Array.from(trials, (trial, k) => [trial, best[k]!] as const)
  }
}

function points(
  name: string,
  colour: number,
  shape: 'circle' | 'diamond' | 'triangle' | 'cross',
  trials: readonly number[],
  at: (trial: number) => number,
): Mark {
  return {
    ...{ kind: 'points', name, colour, shape },
    points: trials.map((trial) => [trial, at(trial)] as const),
    labels: trials.map((trial) => `trial ${trial}`),
  }
}

function describe(history: History): string {
  const counts = countStates(history)
  const parts = Object.entries(counts).flatMap(([state, n]) => (n > 0 ? [`${n} ${state}`] : []))
  return `${history.length} trials: ${parts.join(', ')}`
}
