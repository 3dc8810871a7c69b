import type { StudyEvent } from '../journal/event.ts'

/** Everything a trial reported in its last attempt, step by step. */
export interface ReportedTrial {
  readonly trial: number
  readonly reports: readonly Report[]
}

export interface Report {
  readonly step: number
  readonly values: Readonly<Record<string, number>>
}

/** What is known of a trial's reports, so that its next ones can be added. */
export interface ReportCourse extends ReportedTrial {
  readonly epoch: number
  /** Reports that stand even if the attempt after them ends: those before the last pause. */
  readonly kept: number
}

/** What trials reported, told by events one after another. */
export interface Reports {
  /** Takes the next event. */
  add(event: StudyEvent): void
  /** Trials with reports, by number. */
  trials(): ReportedTrial[]
  /** Likewise, to be gone on from. */
  courses(): ReportCourse[]
}

export interface ReportsOptions {
  /** What reports are kept; default: all values of all reports. */
  readonly metrics?: readonly string[]
  /** Where another one left off. */
  readonly from?: readonly ReportCourse[]
}

interface Course {
  epoch: number
  reports: Report[]
  kept: number
}

/**
 * What trials reported, from the events of a journal: the history keeps only the last report and those
 * at rungs. An attempt that begins anew takes the place of the one before; one that goes on after a
 * pause is joined to it.
 */
export function createReports({ metrics, from = [] }: ReportsOptions = {}): Reports {
  const courses = new Map(
    from.map(({ trial, epoch, kept, reports }): [number, Course] => [
      trial,
      { epoch, kept, reports: [...reports] },
    ]),
  )
  const courseOf = (trial: number): Course => {
    let course = courses.get(trial)
    if (course === undefined) courses.set(trial, (course = { epoch: 0, reports: [], kept: 0 }))
    return course
  }
  const known = (): ReportCourse[] =>
    [...courses]
      .flatMap(([trial, course]) => (course.reports.length > 0 ? [{ trial, ...course }] : []))
      .sort((a, b) => a.trial - b.trial)
  return {
    add(event) {
      switch (event.type) {
        case 'trial-requeued': {
          const course = courseOf(event.trial)
          course.epoch = event.epoch
          course.reports.length = course.kept
          return
        }
        case 'trial-promoted':
          courseOf(event.trial).epoch = event.epoch
          return
        case 'trial-paused': {
          const course = courses.get(event.trial)
          if (course?.epoch === event.epoch) course.kept = course.reports.length
          return
        }
        case 'trial-reported': {
          const course = courses.get(event.trial)
          if (event.epoch !== (course?.epoch ?? 0)) return
          const values = reportedValues(event.values, metrics)
          if (values !== undefined) courseOf(event.trial).reports.push({ step: event.step, values })
        }
      }
    },
    trials: () => known().map(({ trial, reports }) => ({ trial, reports: [...reports] })),
    courses: () => known().map((course) => ({ ...course, reports: [...course.reports] })),
  }
}

function reportedValues(
  given: Readonly<Record<string, number | string>>,
  metrics: readonly string[] | undefined,
): Record<string, number> | undefined {
  const names = Object.keys(given)
  const wanted = metrics === undefined ? names : names.filter((name) => metrics.includes(name))
  if (metrics !== undefined && wanted.length === 0) return undefined
  return Object.fromEntries(wanted.map((name) => [name, Number(given[name])]))
}

/** What trials reported, by number, from all events at once; see `createReports`. */
export function reportedTrials(events: Iterable<StudyEvent>): ReportedTrial[] {
  const reports = createReports()
  for (const event of events) reports.add(event)
  return reports.trials()
}
