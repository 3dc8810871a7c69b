import { csvLine, trialsTable } from '@attune/core'

import type { Selection } from './selection.ts'
import type { StudyData } from './study-data.ts'

/** The table of `attune export`: all trials or those of a selection, numbers in full. */
export function trialsCsv({ history, mask }: StudyData, selection: Selection | undefined): string {
  const { header, cells } = trialsTable(history)
  const kept = selection === undefined ? undefined : mask(selection)
  const lines = [csvLine(header)]
  for (let trial = 0; trial < history.length; trial++) {
    if (kept === undefined || kept[trial] === 1) lines.push(csvLine(cells(trial)))
  }
  return lines.join('')
}
