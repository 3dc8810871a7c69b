import { lossesOf } from '../analysis/best.ts'
import { paretoFronts } from '../analysis/pareto.ts'
import type { History } from '../journal/history.ts'
import { cell, stateOf } from '../journal/history.ts'
import type { Chart, Mark, Position } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { metricColumn } from './chart-column.ts'
import { objectiveAt } from './objective-at.ts'

export interface FrontChartOptions extends ColumnLabels {
  /** Which two objectives, by their places; default the first two. */
  readonly objectives?: readonly [x: number, y: number]
  /** The point a hypervolume is measured from, in units of the two objectives. */
  readonly reference?: Position
  /** A known front to compare with, such as that of a grid; in any order. */
  readonly known?: { readonly name: string; readonly points: readonly Position[] }
  readonly title?: string
}

/**
 * Two objectives against each other, the Pareto front of these two among feasible trials highlighted
 * and joined by steps: what lies beyond the steps no trial reached.
 *
 * @throws AttuneError `usage` when there are no such objectives
 */
export function frontChart(history: History, options: FrontChartOptions = {}): Chart {
  const places = options.objectives ?? [0, 1]
  const specs = places.map((place) => objectiveAt(history, place))
  const [x, y] = specs.map(({ name }) => metricColumn(history, name, options))
  const at = (trial: number): Position => [x!.valueOf(trial), y!.valueOf(trial)]
  const trials = Array.from({ length: history.length }, (_, trial) => trial).filter(
    (trial) => stateOf(history, trial) === 'complete' && at(trial).every(Number.isFinite),
  )
  const isFeasible = (trial: number): boolean => !(cell(history, 'violation', trial) > 0)
  const feasible = trials.filter(isFeasible)
  const fronts = paretoFronts(
    feasible.map((trial) => places.map((place) => lossesOf(history, trial)[place]!)),
  )
  const front = feasible
    .filter((_, i) => fronts[i] === 0)
    .sort((a, b) => at(a)[0] - at(b)[0] || at(a)[1] - at(b)[1])
  const level = specs[0]!.direction === 'minimize'
  const others = feasible.filter((_, i) => fronts[i] !== 0)
  const dots = (name: string, colour: number, shape: 'circle' | 'diamond', of: number[]): Mark => ({
    ...{ kind: 'points', name, colour, shape },
    points: of.map(at),
    labels: of.map((trial) => `trial ${trial}`),
  })
  const infeasible = trials.filter((trial) => !isFeasible(trial))
  const marks: Mark[] = [dots('dominated', 5, 'circle', others)]
  if (infeasible.length > 0) marks.push(dots('breaks a constraint', 3, 'diamond', infeasible))
  const { known, reference } = options
  if (known !== undefined) {
    const sorted = known.points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
    const line = { kind: 'line', name: known.name, colour: 2, dashed: true } as const
    marks.push({ ...line, points: staircase(sorted, level) })
  }
  marks.push(
    { kind: 'line', name: 'front', colour: 1, points: staircase(front.map(at), level) },
    dots('front', 1, 'diamond', front),
  )
  if (reference !== undefined) {
    const mark = { kind: 'points', name: 'reference', colour: 6, shape: 'cross' } as const
    marks.push({ ...mark, points: [reference] })
  }
  return {
    title: options.title ?? `${specs[1]!.name} against ${specs[0]!.name}`,
    subtitle: `${front.length} of ${trials.length} complete trials on the front; ${specs.map(({ name, direction }) => `${name} ${direction}d`).join(', ')}`,
    x: x!.axis,
    y: y!.axis,
    marks,
  }
}

/**
 * Between neighbours of a front the better x of the one ends where the better y of the other begins.
 * @param level whether a step is level first, then goes to the next height: where x is minimised
 */
function staircase(points: readonly Position[], level: boolean): Position[] {
  return points.flatMap((point, i) => {
    const next = points[i + 1]
    if (next === undefined) return [point]
    const corner: Position = level ? [next[0], point[1]] : [point[0], next[1]]
    return [point, corner]
  })
}
