import { convergence } from '../analysis/convergence.ts'
import type { Direction } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { quantile } from '../math/stats.ts'
import type { Chart, Mark, Position } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { metricColumn, withoutColumn } from './chart-column.ts'
import { sameObjective } from './same-objective.ts'
import { count, say, short, whyEmpty } from './words.ts'

/** Studies that differ in nothing but their seeds; a single one is a line without a band. */
export interface StudyGroup {
  readonly name: string
  readonly histories: readonly History[]
}

/**
 * Studies as groups, in the order in which they come: each for itself, or with `seeds` those together
 * whose names differ by the number at their end, such as `tpe-1`, `tpe_seed2` and `tpe 3`.
 */
export function groupStudies(
  studies: readonly { readonly name: string; readonly history: History }[],
  seeds = false,
): StudyGroup[] {
  if (!seeds) return studies.map(({ name, history }) => ({ name, histories: [history] }))
  const groups = new Map<string, History[]>()
  for (const { name, history } of studies) {
    const group = seedlessName(name)
    groups.set(group, [...(groups.get(group) ?? []), history])
  }
  return [...groups].map(([name, histories]) => ({ name, histories }))
}

/** A name without the number at its end, which tells the seed. */
export function seedlessName(name: string): string {
  return name.replace(/[-_. ]?(?:seed)?[-_. ]?\d+$/i, '') || name
}

export interface ComparisonChartOptions extends ColumnLabels {
  /** The objective, by its place among those of the studies; default 0. */
  readonly objective?: number
  readonly title?: string
}

/** The best so far of a group after 1, 2, 3 … finished trials; NaN while a study has none. */
export interface GroupProgress {
  readonly low: readonly number[]
  readonly middle: readonly number[]
  readonly high: readonly number[]
}

/**
 * Median and quartiles over seeds of the best so far by the number of finished trials (in the order in
 * which they finished), as far as every seed has come. A seed without a result yet counts as worst, so
 * that the band is there when three quarters of the seeds have one.
 */
export function groupProgress(histories: readonly History[], objective = 0): GroupProgress {
  const courses = histories.map((history) => convergence(history, { objective }).best)
  const length = Math.min(...courses.map((course) => course.length))
  const spec = histories[0]?.config?.objectives[objective]
  const worst = spec?.direction === 'maximize' ? -Infinity : Infinity
  const at = (q: number): number[] =>
    Array.from({ length: Number.isFinite(length) ? length : 0 }, (_, k) => {
      const values = courses.map((course) => (Number.isNaN(course[k]!) ? worst : course[k]!))
      const found = quantile(Float64Array.from(values).sort(), q)
      return Number.isFinite(found) ? found : Number.NaN
    })
  return { low: at(0.25), middle: at(0.5), high: at(0.75) }
}

/**
 * The best so far of several studies by finished trials; where a group has several seeds their median
 * with the band of the quartiles.
 *
 * @throws AttuneError `usage` without a study, without such an objective, or when objectives differ
 */
export function comparisonChart(
  groups: readonly StudyGroup[],
  options: ComparisonChartOptions = {},
): Chart {
  const { objective = 0 } = options
  const studies = groups.flatMap(({ name, histories }) =>
    histories.map((history) => ({ name, history })),
  )
  const { name, direction } = sameObjective(studies, objective)
  const progress = groups.map((group) => ({
    ...group,
    course: groupProgress(group.histories, objective),
  }))
  const drawn = progress.filter(({ course }) => course.middle.some(Number.isFinite))
  const ends = drawn.map(({ name: group, course, histories }) => {
    const end = course.middle.at(-1)!
    const seeds = histories.length > 1 ? `, median of ${count(histories.length, 'seed')}` : ''
    return {
      end,
      words: `${short(group)} ${say(end)} after ${course.middle.length} trials${seeds}`,
    }
  })
  const sign = direction === 'maximize' ? -1 : 1
  const best = ends.toSorted((a, b) => sign * (a.end - b.end)).map(({ words }) => words)
  const edge = edgeOf(
    drawn.map(({ course }) => course),
    direction,
  )
  const axis = withoutColumn(metricColumn(studies[0]!.history, name, options).axis)
  const isCut = edge !== undefined && axis.scale !== 'log'
  const title = options.title ?? `Best ${name} so far`
  const empty = whyEmpty(studies[0]!.history)
  const seeds = Math.max(...groups.map(({ histories }) => histories.length))
  return {
    title,
    subtitle: `${direction}d; ${groups.length === 1 ? '1 study' : `${groups.length} studies`}${seeds > 1 ? ', median and quartiles over seeds' : ''}${isCut ? '; the first trials begin beyond the picture' : ''}`,
    summary: `${title}: ${best.length === 0 ? empty : `${best.join('; ')}.`}`,
    ...(drawn.length === 0 ? { note: empty } : {}),
    x: { name: 'finished trials' },
    y: isCut ? { ...axis, [direction === 'maximize' ? 'min' : 'max']: edge } : axis,
    marks: drawn.flatMap(({ name: group, histories, course }): Mark[] => {
      const line: Mark = {
        ...{ kind: 'line', name: short(group), step: true },
        points: course.middle.map((y, k): Position => [k + 1, y]),
      }
      if (histories.length === 1) return [line]
      const points = course.low.map((low, k) => [k + 1, low, course.high[k]!] as const)
      return [{ kind: 'band', name: short(group), step: true, points }, line]
    }),
  }
}

/** The first trials of a study say little, and may lie far from all that comes later. */
const firstTrials = 0.1
/** The picture is cut where it would else be so many times taller. */
const worthwhile = 3

/** Where the axis ends on its bad side, when only the first trials lie beyond. */
function edgeOf(courses: readonly GroupProgress[], direction: Direction): number | undefined {
  const sign = direction === 'maximize' ? -1 : 1
  const lossesFrom = (share: number): number[] =>
    courses.flatMap((course) =>
      [course.low, course.middle, course.high].flatMap((values) =>
        values.slice(Math.ceil(share * values.length)).map((x) => sign * x),
      ),
    )
  const range = (losses: readonly number[]): readonly [number, number] => {
    const finite = losses.filter(Number.isFinite)
    return [
      finite.reduce((a, b) => Math.min(a, b), Infinity),
      finite.reduce((a, b) => Math.max(a, b), -Infinity),
    ]
  }
  const [best, worst] = range(lossesFrom(0))
  const later = range(lossesFrom(firstTrials))[1]
  if (!(worst - best > worthwhile * (later - best)) || !(later > best)) return undefined
  return sign * (later + 0.08 * (later - best))
}
