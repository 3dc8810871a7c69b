import { rankTrials } from '../analysis/best.ts'
import type { Report, ReportCourse } from '../charts/reports.ts'
import type { History } from '../journal/history.ts'
import { stateOf } from '../journal/history.ts'
import { emptyColumn, parcelReader, parcelWriter } from './parcel.ts'

/** What trials reported of one metric. */
export interface MetricReports {
  readonly metric: string
  /** Number of the last event that is in here. */
  readonly seq: number
  /** By number; those of very many that were kept. */
  readonly courses: readonly ReportCourse[]
  /** How many trials reported it. */
  readonly of: number
}

export interface ReportLimits {
  /** Steps a trial, spread evenly; the first and the last one stay. Default 200. */
  readonly steps?: number
  /** Steps of all trials together; default 200,000. */
  readonly total?: number
}

/** The best so many always stay. */
const best = 20

interface About {
  readonly metric: string
  readonly seq: number
  readonly of: number
}

/**
 * Curves of one metric as bytes, to be compressed. Long ones are thinned, and of very many those of the
 * best trials and of what runs are kept, and an even part of the others.
 * @param courses what `createReports` gives, as of the event that the history is of
 */
export function packReports(
  history: History,
  courses: readonly ReportCourse[],
  metric: string,
  { steps: most = 200, total = 200_000 }: ReportLimits = {},
): Uint8Array<ArrayBuffer> {
  const thinned = courses
    .map((course) => thin(only(course, metric), most))
    .filter(({ reports }) => reports.length > 0)
  const kept = keep(history, thinned, total)
  const parcel = parcelWriter()
  const size = kept.reduce((sum, { reports }) => sum + reports.length, 0)
  const [steps, values] = [new Float64Array(size), new Float64Array(size)]
  let at = 0
  for (const { reports } of kept) {
    for (const { step, values: reported } of reports) {
      steps[at] = step
      values[at++] = reported[metric]!
    }
  }
  parcel.add(Float64Array.from(kept, ({ trial }) => trial))
  parcel.add(Float64Array.from(kept, ({ epoch }) => epoch))
  parcel.add(Float64Array.from(kept, ({ kept: before }) => before))
  parcel.add(Float64Array.from(kept, ({ reports }) => reports.length))
  parcel.add(steps)
  parcel.add(values)
  return parcel.finish({ metric, seq: history.seq, of: thinned.length } satisfies About)
}

export function unpackReports(bytes: Uint8Array): MetricReports {
  const parcel = parcelReader(bytes)
  const { metric, seq, of } = parcel.data as About
  const column = (): Float64Array => parcel.next(emptyColumn)
  const [trials, epochs, before, lengths, steps, values] = [
    ...[column(), column(), column(), column()],
    ...[column(), column()],
  ] as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  let at = 0
  const courses = Array.from(trials, (trial, i): ReportCourse => {
    const reports = Array.from({ length: lengths[i]! }, (): Report => {
      const report = { step: steps[at]!, values: { [metric]: values[at]! } }
      at++
      return report
    })
    return { trial, epoch: epochs[i]!, kept: before[i]!, reports }
  })
  return { metric, seq, courses, of }
}

/** The reports that name a metric, with its value alone. */
function only({ trial, epoch, kept, reports }: ReportCourse, metric: string): ReportCourse {
  const has = ({ values }: Report): boolean => values[metric] !== undefined
  return {
    ...{ trial, epoch, kept: reports.slice(0, kept).filter(has).length },
    reports: reports
      .filter(has)
      .map(({ step, values }) => ({ step, values: { [metric]: values[metric]! } })),
  }
}

function thin(course: ReportCourse, most: number): ReportCourse {
  const { reports, kept } = course
  if (reports.length <= most) return course
  const places = Array.from({ length: most }, (_, k) =>
    Math.round((k * (reports.length - 1)) / Math.max(1, most - 1)),
  )
  return {
    ...course,
    kept: places.filter((place) => place < kept).length,
    reports: places.map((place) => reports[place]!),
  }
}

function keep(
  history: History,
  courses: readonly ReportCourse[],
  total: number,
): readonly ReportCourse[] {
  let room = total - courses.reduce((sum, { reports }) => sum + reports.length, 0)
  if (room >= 0) return courses
  const must = new Set([...rankTrials(history).slice(0, best), ...history.open])
  const isFirst = ({ trial }: ReportCourse): boolean =>
    must.has(trial) || stateOf(history, trial) === 'running'
  const others = courses.filter((course) => !isFirst(course))
  room = total
  for (const course of courses) if (isFirst(course)) room -= course.reports.length
  const mean = others.reduce((sum, { reports }) => sum + reports.length, 0) / others.length
  const wanted = Math.max(0, Math.min(others.length, Math.floor(room / mean)))
  const chosen = new Set(
    Array.from({ length: wanted }, (_, k) => others[Math.floor((k * others.length) / wanted)]),
  )
  return courses.filter((course) => isFirst(course) || chosen.has(course))
}
