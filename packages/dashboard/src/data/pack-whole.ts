import type { History } from '@attune/core'
import { metricNames, packStudy } from '@attune/core'

import type { EventBook } from './event-book.ts'

/** A study in one piece with its curves and attempts, as `packStudy` of core has it. */
export async function packWhole(
  history: History,
  book: EventBook,
): Promise<Uint8Array<ArrayBuffer>> {
  const metrics = metricNames(history).filter((name) => history.columns.get(`last:${name}`))
  const [courses, attempts] = await Promise.all([book.reports(metrics), book.attempts()])
  return packStudy(history, { courses, metrics, attempts })
}
