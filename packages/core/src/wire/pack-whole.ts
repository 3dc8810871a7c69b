import type { TrialAttempt } from '../charts/attempts.ts'
import type { ReportCourse } from '../charts/reports.ts'
import type { History } from '../journal/history.ts'
import { packAttempts, unpackAttempts } from './pack-attempts.ts'
import type { MetricReports, ReportLimits } from './pack-reports.ts'
import { packReports, unpackReports } from './pack-reports.ts'
import { addRest, packHead, packRest, unpackHead } from './pack-study.ts'
import { parcelReader, parcelWriter } from './parcel.ts'

/** What belongs to a study beside its history. */
export interface StudyExtras {
  /** As `createReports` gives them; packed for every metric that is named. */
  readonly courses?: readonly ReportCourse[]
  /** Default: the objectives. */
  readonly metrics?: readonly string[]
  readonly limits?: ReportLimits
  readonly attempts?: readonly TrialAttempt[]
}

/** A study in one piece. */
export interface UnpackedStudy {
  readonly history: History
  /** A metric each. */
  readonly reports: readonly MetricReports[]
  readonly attempts: readonly TrialAttempt[]
}

/** All of a study as bytes, to be compressed, such as for a page of its own. */
export function packStudy(history: History, extras: StudyExtras = {}): Uint8Array<ArrayBuffer> {
  const { courses = [], attempts = [], limits } = extras
  const metrics = extras.metrics ?? (history.config?.objectives ?? []).map(({ name }) => name)
  const parcel = parcelWriter()
  parcel.addBytes(packHead(history))
  parcel.addBytes(packRest(history))
  parcel.addBytes(packAttempts(attempts))
  for (const metric of metrics) parcel.addBytes(packReports(history, courses, metric, limits))
  return parcel.finish({ metrics: metrics.length })
}

export function unpackStudy(bytes: Uint8Array): UnpackedStudy {
  const parcel = parcelReader(bytes)
  const { metrics } = parcel.data as { readonly metrics: number }
  const history = unpackHead(parcel.nextBytes())
  addRest(history, parcel.nextBytes())
  return {
    history,
    attempts: unpackAttempts(parcel.nextBytes()),
    reports: Array.from({ length: metrics }, () => unpackReports(parcel.nextBytes())),
  }
}
