import { AttuneError } from '../errors.ts'
import type { History } from '../journal/history.ts'
import type { Chart, Mark, Position, SpaceChart } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { metricColumn } from './chart-column.ts'
import { frontParts } from './front-parts.ts'
import { frontSpaceChart } from './front-space.ts'
import { objectiveAt } from './objective-at.ts'
import { count, say, whyEmpty } from './words.ts'

export interface FrontChartOptions extends ColumnLabels {
  /** Which two objectives, by their places; default the first two. */
  readonly objectives?: readonly [x: number, y: number]
  /** The point a hypervolume is measured from, in units of the two objectives. */
  readonly reference?: Position
  /**
   * Which front stands out: that of the two objectives alone, joined by steps (default), or that of all
   * objectives of the study, whose shadow on two of them has no steps.
   */
  readonly front?: 'two' | 'all'
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
  const isAll = options.front === 'all'
  const objectives = history.config?.objectives.length ?? 0
  const parts = frontParts(
    history,
    isAll ? Array.from({ length: objectives }, (_, place) => place) : places,
    (trial) => at(trial).every(Number.isFinite),
  )
  const { all: trials, infeasible } = parts
  const front = parts.front.toSorted((a, b) => at(a)[0] - at(b)[0] || at(a)[1] - at(b)[1])
  const level = specs[0]!.direction === 'minimize'
  const dots = (
    name: string,
    colour: number,
    shape: 'circle' | 'diamond',
    of: readonly number[],
  ): Mark => ({
    ...{ kind: 'points', name, colour, shape },
    points: of.map(at),
    trials: of,
  })
  const marks: Mark[] = [dots('dominated', 5, 'circle', parts.dominated)]
  if (infeasible.length > 0) marks.push(dots('breaks a constraint', 3, 'diamond', infeasible))
  const { known, reference } = options
  if (known !== undefined) {
    const sorted = known.points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
    const line = { kind: 'line', name: known.name, colour: 2, dashed: true } as const
    marks.push({ ...line, points: staircase(sorted, level) })
  }
  if (!isAll) {
    marks.push({ kind: 'line', name: 'front', colour: 1, points: staircase(front.map(at), level) })
  }
  marks.push(dots('front', 1, 'diamond', front))
  if (reference !== undefined) {
    const mark = { kind: 'points', name: 'reference', colour: 6, shape: 'cross' } as const
    marks.push({ ...mark, points: [reference] })
  }
  const title = options.title ?? `${specs[1]!.name} against ${specs[0]!.name}`
  const goals = specs.map((spec) => `${spec.name} ${spec.direction}d`).join(', ')
  const of = isAll ? ` of all ${objectives} objectives` : ''
  const subtitle = `${front.length} of ${count(trials.length, 'complete trial')} on the front${of}; ${goals}`
  const isEmpty = trials.length === 0
  return {
    title,
    subtitle,
    summary: isEmpty ? `${title}: ${whyEmpty(history)}` : `${title}: ${subtitle}${endsOf()}.`,
    ...(isEmpty ? { note: whyEmpty(history) } : {}),
    x: x!.axis,
    y: y!.axis,
    marks: isEmpty ? [] : marks.filter((mark) => mark.kind !== 'points' || mark.points.length > 0),
  }

  function endsOf(): string {
    const [first, last] = [front[0], front.at(-1)]
    if (first === undefined || last === undefined) return ''
    const both = (trial: number): string =>
      specs.map((spec, k) => `${spec.name} ${say(at(trial)[k]!)}`).join(', ')
    return `; from ${both(first)} to ${both(last)}`
  }
}

/**
 * The front of all objectives: with two objectives the one chart of them; with three the chart of all
 * three, then every two against each other; with more every two, the front of all standing out.
 *
 * @throws AttuneError `usage` when the study has fewer than two objectives
 */
export function frontCharts(
  history: History,
  options: FrontChartOptions = {},
): (Chart | SpaceChart)[] {
  const objectives = history.config?.objectives ?? []
  const { length } = objectives
  if (length < 2) {
    throw new AttuneError(
      'usage',
      `A front lies between two or more objectives, and the study has only ${objectives[0]?.name ?? 'none'}. Its history shows how it went.`,
    )
  }
  if (length === 2) return [frontChart(history, options)]
  const pairs = Array.from({ length }, (_, y) => y).flatMap((y) =>
    Array.from({ length: y }, (_, x) => [x, y] as const),
  )
  const flat = pairs.map((one) =>
    frontChart(history, { ...options, objectives: one, front: 'all' }),
  )
  if (length > 3) return flat
  const { title: _, ...labels } = options
  return [frontSpaceChart(history, labels), ...flat]
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
