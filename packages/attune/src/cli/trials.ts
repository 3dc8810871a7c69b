import { jsonLine } from '../text/json-line.ts'
import type { Io } from './io.ts'
import { openForReading } from './open-study.ts'
import { recordJson } from '../describe/record-json.ts'
import type { Selection } from './select-trials.ts'
import { selectTrials } from './select-trials.ts'
import { trialTable } from '../describe/trial-table.ts'

export interface TrialsOptions extends Selection {
  /** Default: the only study of the journal. */
  readonly study?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** One line of JSON a trial, with everything that is recorded about it. */
  readonly json?: boolean | undefined
}

/**
 * `attune trials`: a table of trials. A trial without a result shows its last report instead, as
 * `0.31 @3` (at step 3). Parameters have a column each, or share one where the place is too narrow.
 */
export async function trials(options: TrialsOptions, io: Io): Promise<number> {
  await using study = await openForReading(options.journal, options.study)
  const { history } = study
  const selected = selectTrials(history, options)
  if (options.json) {
    for (const trial of selected) io.out(jsonLine(recordJson(history, trial)))
    return 0
  }
  if (selected.length === 0) {
    const none = history.length === 0 ? 'has no trials yet' : 'has no such trials'
    io.out(`Study ${study.name} ${none}.\n`)
    return 0
  }
  io.out(`${trialTable(history, selected, io.columns).join('\n')}\n`)
  return 0
}
