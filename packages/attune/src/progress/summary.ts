import type { History, Study } from '@attune/core'
import { bestTrials, countStates } from '@attune/core'
import { groupFailures } from '../describe/failures.ts'
import { bestJson } from '../describe/record-json.ts'
import { jsonLine } from '../text/json-line.ts'
import { sectionsText } from '../describe/sections.ts'
import type { SummaryInfo } from './summary-info.ts'
import { summarySections } from './summary-sections.ts'

/**
 * Writes how a run ended: the best trial with its parameters and the line that runs it again (or
 * the Pareto front), what decides about the result, what failed and why, and where the study is.
 * In mode `json` that is one object of type `summary`.
 */
export function printSummary(
  study: Pick<Study, 'name' | 'history'>,
  info: SummaryInfo,
  write: (text: string) => void,
): void {
  if (info.mode === 'json') write(jsonLine(summaryObject(study, info)))
  else write(`\n${sectionsText(summarySections(study, info), info.color)}`)
}

function summaryObject(
  { name, history }: Pick<Study, 'name' | 'history'>,
  { reason, ran, seconds, journal, importance, commandOf }: SummaryInfo,
): object {
  const failures = groupFailures(history).map(({ failure, ...group }) => ({
    ...group,
    message: failure.message,
    help: failure.help,
  }))
  return {
    type: 'summary',
    study: name,
    reason,
    ran,
    seconds,
    trials: countStates(history),
    ...bestObjects(history, commandOf),
    importance: importance ?? null,
    failures,
    journal,
  }
}

/** `best`, null while there is none; with several objectives `front` instead. */
function bestObjects(history: History, commandOf: SummaryInfo['commandOf']): object {
  const all = bestTrials(history).map((trial) => ({
    ...bestJson(history, trial),
    command: commandOf?.(trial),
  }))
  return (history.config?.objectives.length ?? 1) > 1 ? { front: all } : { best: all[0] ?? null }
}
