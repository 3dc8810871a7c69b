import { bestTrials } from '../analysis/best.ts'
import { convergence } from '../analysis/convergence.ts'
import type { Direction } from '../journal/event.ts'
import type { History, TrialState } from '../journal/history.ts'
import { quantile } from '../math/stats.ts'
import type { Chart, Mark, Position } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { metricColumn } from './chart-column.ts'
import { columnValues } from './column-values.ts'
import { objectiveAt } from './objective-at.ts'
import {
  betterOf,
  count,
  describeStates,
  isFeasible,
  say,
  trialsInState,
  whyEmpty,
} from './words.ts'

export interface HistoryChartOptions extends ColumnLabels {
  /** The objective, by its place among those of the study; default 0. */
  readonly objective?: number
  /** Whether bad results far from all others stand at the edge, marked; default true. */
  readonly robust?: boolean
  /** Default: the objective by trial. */
  readonly title?: string
}

/**
 * Bad results count as outliers when they lie so many times further from the median than the best tenth
 * does: many trials of a study may be bad, so that their own spread says nothing.
 */
const fence = 6
/** They are only cut off where the picture becomes so much taller with them. */
const worthwhile = 3

/** Of fewer results none can be called far from the others. */
const fewest = 8

interface Place {
  readonly trial: number
  readonly value: number
}

/**
 * The objective by trial with the best so far. Pruned trials stand at their last report; failed ones
 * have no result and stand at the worst value that is drawn. Bad results that
 * lie 6 times further from the median than the best tenth does, and infinite ones, are drawn at the edge as
 * outliers, and `y` ends there.
 *
 * @throws AttuneError `usage` when there is no such objective
 */
export function historyChart(history: History, options: HistoryChartOptions = {}): Chart {
  const { objective = 0, robust = true } = options
  const { name, direction } = objectiveAt(history, objective)
  const { axis: results, valueOf } = metricColumn(history, name, options)
  const axis = { ...results, column: `shown:${name}` }
  const { values: reports } = columnValues(history, `last:${name}`)
  const last = (trial: number): number => reports[trial]!
  const inState = (...states: readonly TrialState[]): number[] => trialsInState(history, ...states)
  const placed = (trials: readonly number[], at: (trial: number) => number): Place[] =>
    trials.map((trial) => ({ trial, value: at(trial) }))
  const complete = inState('complete')
  const feasible = complete.filter((trial) => isFeasible(history, trial))
  const groups = [
    look('complete', 5, 'circle', placed(feasible, valueOf)),
    look(
      'breaks a constraint',
      3,
      'diamond',
      placed(
        complete.filter((trial) => !isFeasible(history, trial)),
        valueOf,
      ),
    ),
    look('pruned (last report)', 4, 'triangle', placed(inState('pruned', 'paused'), last)),
  ] as const
  const values = groups.flatMap(({ places }) => places.map(({ value }) => value))
  const edge = robust && axis.scale !== 'log' ? edgeOf(values, direction) : undefined
  const isOut = ({ value }: Place): boolean => isBeyond(value, edge, direction)
  const inside = groups.flatMap(({ places }) =>
    places.filter((place) => Number.isFinite(place.value) && !isOut(place)),
  )
  const worst = edge ?? inside.map(({ value }) => value).reduce(worseOf(direction), Number.NaN)
  const failed = inState('failed').map((trial) => ({ trial, value: worst }))
  const out = groups.flatMap(({ places }) => places.filter(isOut))
  const course = convergence(history, { objective, order: 'number' })
  // With several objectives the front is not shown.
  const isOnly = history.config?.objectives.length === 1
  const best = isOnly ? bestTrials(history).filter((trial) => Number.isFinite(valueOf(trial))) : []
  const marks: Mark[] = [
    ...groups.map(({ places, ...rest }) =>
      points(
        rest,
        places.filter((place) => !isOut(place)),
      ),
    ),
    points(look('failed (drawn at the worst value)', 1, 'cross', failed), failed),
    points(
      look(describeOut(out.length, direction), 6, 'triangle', out),
      out.map(({ trial }) => ({ trial, value: worst })),
    ),
    { kind: 'line', name: 'best so far', colour: 0, step: true, points: bestLine() },
    points(look('best', 0, 'diamond', []), placed(best.slice(0, 1), valueOf)),
  ]
  const title = options.title ?? `${name} by trial`
  return {
    title,
    subtitle: describeStates(history),
    summary: summarise(),
    ...(inside.length === 0 && out.length === 0 ? { note: whyEmpty(history) } : {}),
    x: { name: 'trial', column: 'trial' },
    y: edge === undefined ? axis : { ...axis, ...endAt(edge, direction) },
    marks: marks.filter((mark) => {
      if (mark.name === 'best so far') return inside.length > 0
      return mark.kind !== 'points' || mark.points.length > 0
    }),
  }

  function bestLine(): Position[] {
    const { trials, best: heights } = course
    return Array.from(trials, (trial, k): Position => {
      const height = heights[k]!
      const isDrawn = !isOut({ trial, value: height })
      return [trial, isDrawn ? height : Number.NaN]
    })
  }

  function summarise(): string {
    const { trials, best: heights } = course
    const value = heights.at(-1)
    const about = `${title}, ${direction}d`
    if (value === undefined || Number.isNaN(value)) return `${about}: ${whyEmpty(history)}`
    const since = trials[heights.indexOf(value)]!
    return `${about}: best ${say(value)} since trial ${since}; ${describeStates(history)}.`
  }
}

interface Group {
  readonly name: string
  readonly colour: number
  readonly shape: 'circle' | 'diamond' | 'triangle' | 'cross'
  readonly places: readonly Place[]
}

const look = (
  name: string,
  colour: number,
  shape: Group['shape'],
  places: readonly Place[],
): Group => ({ name, colour, shape, places })

const describeOut = (n: number, direction: Direction): string =>
  `${count(n, 'outlier')} ${direction === 'maximize' ? 'below' : 'above'}`

/** The worse of two, of which the first may be missing. */
const worseOf =
  (direction: Direction) =>
  (a: number, b: number): number =>
    Number.isNaN(a) ? b : betterOf(direction === 'maximize' ? 'minimize' : 'maximize')(a, b)

/** Where the axis ends on its bad side, when results lie far beyond most others. */
function edgeOf(values: readonly number[], direction: Direction): number | undefined {
  const sign = direction === 'maximize' ? -1 : 1
  const losses = Float64Array.from(values.filter(Number.isFinite), (x) => sign * x).sort()
  if (losses.length < fewest) return infiniteEdge()
  const [low, middle] = [quantile(losses, 0.1), quantile(losses, 0.5)]
  const limit = middle + fence * (middle - low)
  const inside = losses.filter((x) => x <= limit)
  const [best, worst] = [losses[0]!, inside.at(-1)!]
  if (!(middle > low) || losses.at(-1)! - best <= worthwhile * (worst - best)) return infiniteEdge()
  return sign * (worst + 0.08 * (worst - best))

  /** Infinite results alone stand at the worst finite one. */
  function infiniteEdge(): number | undefined {
    const isInfinite = values.some((x) => sign * x === Number.POSITIVE_INFINITY)
    if (!isInfinite || losses.length === 0) return undefined
    const [first, final] = [losses[0]!, losses.at(-1)!]
    return sign * (final + 0.08 * (final - first || Math.abs(final) || 1))
  }
}

const endAt = (edge: number, direction: Direction): { min: number } | { max: number } =>
  direction === 'maximize' ? { min: edge } : { max: edge }

function isBeyond(value: number, edge: number | undefined, direction: Direction): boolean {
  if (edge === undefined) return false
  return direction === 'maximize' ? value < edge : value > edge
}

function points(
  { name, colour, shape }: Pick<Group, 'name' | 'colour' | 'shape'>,
  places: readonly Place[],
): Mark {
  return {
    ...{ kind: 'points', name, colour, shape },
    points: places.map(({ trial, value }) => [trial, value] as const),
    trials: places.map(({ trial }) => trial),
  }
}
