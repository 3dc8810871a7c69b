import { bestTrials } from '../analysis/best.ts'
import { AttuneError } from '../errors.ts'
import type { Direction } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { quantile } from '../math/stats.ts'
import type { Axis, Chart, Mark, PointsMark, Position } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { metricColumn, withoutColumn } from './chart-column.ts'
import { columnValues } from './column-values.ts'
import { objectiveAt } from './objective-at.ts'
import type { Distances } from './regret.ts'
import { distancesTo } from './regret.ts'
import { runningQuartiles } from './running-quartiles.ts'
import type { CourseBy } from './trial-course.ts'
import { courses, trialCourse } from './trial-course.ts'
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
  /** What it goes along; default the number of the trial. */
  readonly by?: CourseBy
  /** `regret`: the distance to the best feasible result of the study, on a log axis; default `value`. */
  readonly view?: HistoryMeasure
  /** Whether the middle half of the last results is drawn as a band, with their median; default false. */
  readonly quantiles?: boolean
  /** Default: the objective by trial. */
  readonly title?: string
}

export const historyMeasures = ['value', 'regret'] as const
export type HistoryMeasure = (typeof historyMeasures)[number]

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
  /** What it is told to be, where it stands elsewhere. */
  readonly told?: number
}

/**
 * The objective by trial with the best so far. Pruned trials stand at their last report; failed ones
 * have no result and stand at the worst value that is drawn. Bad results that
 * lie 6 times further from the median than the best tenth does, and infinite ones, are drawn at the edge as
 * outliers, and `y` ends there.
 *
 * By time or cost trials stand where they ended. As regret the best result itself, and reports that are
 * better than it, stand at the bottom of the axis, below everything that is worse.
 *
 * @throws AttuneError `usage` when there is no such objective, or no such way to draw it
 */
export function historyChart(history: History, options: HistoryChartOptions = {}): Chart {
  const { objective = 0, robust = true, by = 'trial', view = 'value' } = options
  checkChoice('by', by, courses)
  checkChoice('view', view, historyMeasures)
  const { name, direction } = objectiveAt(history, objective)
  const { axis: results, valueOf } = metricColumn(history, name, options)
  const { axis: x, words, xOf, course, unmeasured } = trialCourse(history, by, objective)
  const { values: reports } = columnValues(history, `last:${name}`)
  const raw = groupsOf(history, valueOf, (trial) => reports[trial]!)
  const known = course.best.at(-1) ?? Number.NaN
  const distances =
    view === 'value' ? undefined : distancesTo(known, direction, raw.flatMap(valuesOf))
  const isRegret = view === 'regret'
  const worseEnd = isRegret ? 'minimize' : direction
  const heightOf = distances?.of ?? ((value: number): number => (isRegret ? Number.NaN : value))
  const groups = raw.map((group) => ({ ...group, places: group.places.map(moved) }))
  const axis = isRegret
    ? distanceAxis(results, distances)
    : by === 'trial'
      ? { ...results, column: `shown:${name}` }
      : withoutColumn(results)
  const values = groups.flatMap(valuesOf)
  const edge = robust && axis.scale !== 'log' ? edgeOf(values, worseEnd) : undefined
  const isOut = ({ value }: Place): boolean => isBeyond(value, edge, worseEnd)
  const inside = groups.flatMap(({ places }) =>
    places.filter((place) => Number.isFinite(place.value) && !isOut(place)),
  )
  const worst = edge ?? inside.map(({ value }) => value).reduce(worseOf(worseEnd), Number.NaN)
  const failed = trialsInState(history, 'failed').map((trial) => ({ trial, value: worst }))
  const out = groups.flatMap(({ places }) => places.filter(isOut))
  // With several objectives the front is not shown.
  const isOnly = history.config?.objectives.length === 1
  const best = isOnly ? bestTrials(history).filter((trial) => Number.isFinite(valueOf(trial))) : []
  const quartiles = options.quantiles === true ? quartileMarks() : []
  const marks: Mark[] = [
    ...quartiles.slice(0, 1),
    ...groups.map(({ places, ...rest }) =>
      points(
        rest,
        places.filter((place) => !isOut(place)),
        xOf,
      ),
    ),
    {
      ...points(look('failed (drawn at the worst value)', 1, 'cross', failed), failed, xOf),
      told: failed.map(() => 'failed, no result'),
    },
    {
      ...points(
        look(describeOut(out.length, worseEnd), 6, 'triangle', out),
        out.map(({ trial }) => ({ trial, value: worst })),
        xOf,
      ),
      told: out.map(({ value }) => value),
    },
    ...quartiles.slice(1),
    { kind: 'line', name: 'best so far', colour: 0, step: true, points: bestLine() },
    points(
      look('best', 0, 'diamond', []),
      best.slice(0, 1).map((trial) => moved({ trial, value: valueOf(trial) })),
      xOf,
    ),
  ]
  const title = options.title ?? `${isRegret ? `Distance to the best ${name}` : name} ${words}`
  const isEmpty = inside.length === 0 && out.length === 0
  return {
    title,
    subtitle: describeStates(history) + describeUnmeasured(unmeasured),
    summary: summarise(),
    ...(isEmpty ? { note: whyNothing() } : {}),
    // A rectangle of a picture that has other axes selects what lies in it.
    x: isRegret ? withoutColumn(x) : x,
    y: edge === undefined ? axis : { ...axis, ...endAt(edge, worseEnd) },
    marks: marks.filter((mark) => {
      if (mark.name === 'best so far') return inside.length > 0
      return mark.kind !== 'points' || mark.points.length > 0
    }),
  }

  function moved({ trial, value }: Place): Place {
    const height = heightOf(value)
    return height === distances?.floor
      ? { trial, value: height, told: Math.abs(value - known) }
      : { trial, value: height }
  }

  function bestLine(): Position[] {
    const { trials, best: heights } = course
    return Array.from(trials, (trial, k): Position => {
      const height = heightOf(heights[k]!)
      const isDrawn = !isOut({ trial, value: height })
      return [xOf(trial), isDrawn ? height : Number.NaN]
    })
  }

  /** A band, and the line in its middle. */
  function quartileMarks(): Mark[] {
    const wanted = new Set(raw[0].places.map(({ trial }) => trial))
    const came = [...course.trials].filter((trial) => wanted.has(trial))
    const { window, rows } = runningQuartiles(
      came.map((trial) => [xOf(trial), heightOf(valueOf(trial))] as const),
    )
    if (rows.length === 0) return []
    const kept = (value: number): number => (isOut({ trial: 0, value }) ? Number.NaN : value)
    return [
      {
        ...{ kind: 'band', name: `middle half of the last ${window}`, colour: 2 },
        points: rows.map(([at, low, , high]) => [at, kept(low), kept(high)] as const),
      },
      {
        ...{ kind: 'line', name: `median of the last ${window}`, colour: 2 },
        points: rows.map(([at, , middle]) => [at, kept(middle)] as const),
      },
    ]
  }

  function whyNothing(): string {
    if (!isRegret || !raw.some(({ places }) => places.some(({ value }) => !Number.isNaN(value)))) {
      return whyEmpty(history)
    }
    if (Number.isNaN(known)) return whyEmpty(history)
    return Number.isFinite(known)
      ? `No result lies behind the best, ${say(known)}: there is no distance to draw.`
      : `The best result is ${say(known)}: there is no distance to it.`
  }

  function summarise(): string {
    const { trials, best: heights } = course
    const about = `${title}, ${direction}d`
    if (known === undefined || Number.isNaN(known)) return `${about}: ${whyEmpty(history)}`
    const since = trials[heights.indexOf(known)]!
    return `${about}: best ${say(known)} since trial ${since}; ${describeStates(history)}.`
  }
}

/** Trials with something to draw, by how they look; the first group is that of feasible results. */
function groupsOf(
  history: History,
  valueOf: (trial: number) => number,
  last: (trial: number) => number,
): readonly [Group, Group, Group] {
  const placed = (trials: readonly number[], at: (trial: number) => number): Place[] =>
    trials.map((trial) => ({ trial, value: at(trial) }))
  const complete = trialsInState(history, 'complete')
  const [feasible, broken] = [true, false].map((wanted) =>
    complete.filter((trial) => isFeasible(history, trial) === wanted),
  )
  const stopped = trialsInState(history, 'pruned', 'paused')
  return [
    look('complete', 5, 'circle', placed(feasible!, valueOf)),
    look('breaks a constraint', 3, 'diamond', placed(broken!, valueOf)),
    look('pruned (last report)', 4, 'triangle', placed(stopped, last)),
  ]
}

const valuesOf = ({ places }: Pick<Group, 'places'>): number[] => places.map(({ value }) => value)

function distanceAxis({ name, unit }: Axis, distances: Distances | undefined): Axis {
  return {
    name: `distance to the best ${name}`,
    ...(unit === undefined ? {} : { unit }),
    scale: 'log',
    good: 'low',
    ...(distances === undefined ? {} : { min: distances.floor }),
  }
}

const describeUnmeasured = (n: number): string =>
  n === 0 ? '' : `; ${n} did not tell what they took`

/** @throws AttuneError `usage` */
function checkChoice<T extends string>(option: string, given: T, known: readonly T[]): void {
  if (known.includes(given)) return
  throw new AttuneError(
    'usage',
    `${option}: a history has no "${given}". There are ${known.join(', ')}.`,
  )
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
  xOf: (trial: number) => number,
): PointsMark {
  const isTold = places.some(({ told }) => told !== undefined)
  return {
    ...{ kind: 'points', name, colour, shape },
    points: places.map(({ trial, value }) => [xOf(trial), value] as const),
    trials: places.map(({ trial }) => trial),
    ...(isTold ? { told: places.map(({ told, value }) => told ?? value) } : {}),
  }
}
