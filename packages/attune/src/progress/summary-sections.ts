import type { History, Study, Summary } from '@attune/core'
import { bestTrials, cell, countStates, rankTrials, trialsToJudge } from '@attune/core'
import { attuneCall } from './attune-call.ts'
import { judgingCall, waitText } from './judging-place.ts'
import {
  describeResult,
  describeStates,
  describeValues,
  wasSkipped,
} from '../describe/describe-study.ts'
import { groupFailures } from '../describe/failures.ts'
import { describeImportance } from '../describe/describe-importance.ts'
import { trialTable } from '../describe/trial-table.ts'
import { formatDuration, formatNumber } from '../text/format.ts'
import { paint, span } from '../text/line.ts'
import type { TextSection } from '../describe/sections.ts'
import { shownPath } from '../text/shown-path.ts'
import type { SummaryInfo } from './summary-info.ts'
import { firstLine, plain, plainLines } from '../text/text.ts'

const shownFront = 10
const shownParams = 8

/** The end of a run for people. */
export function summarySections(
  { name, history }: Pick<Study, 'name' | 'history'>,
  info: SummaryInfo,
): TextSection[] {
  const about = history.config?.objectives[0]?.name ?? ''
  return [
    ...bestSections(name, history, info),
    { title: `What decides about ${about}`, lines: importanceLines(history, info.importance) },
    { title: 'What failed', lines: failureLines(history, info.color) },
    { title: `Study ${name}`, lines: studyLines(name, history, info) },
  ]
}

function bestSections(name: string, history: History, info: SummaryInfo): TextSection[] {
  const found = bestTrials(history)
  const [first] = found
  if (first === undefined) {
    return history.length === 0 ? [] : [{ title: 'Best', lines: [noBest(history)] }]
  }
  const command = info.commandOf?.(first)
  if ((history.config?.objectives.length ?? 1) === 1) {
    return [
      {
        title: `Best: trial ${first}, ${describeResult(history, first)}`,
        lines: describeValues(history, first),
      },
      { title: 'To run it again', lines: command === undefined ? [] : plainLines(command) },
    ]
  }
  const hidden = found.length - shownFront
  const call = attuneCall('best', name, info.journal)
  const ways = [
    ...(hidden > 0 ? [`… and ${hidden} more: ${call}`] : []),
    ...(command === undefined ? [] : [`The lines that run them again: ${call} --command`]),
  ]
  const rows = trialTable(history, found.slice(0, shownFront), info.columns - 2)
  const title = `Pareto front: ${found.length} of ${history.length} trials`
  return [{ title, lines: [...rows, ...ways] }]
}

function noBest(history: History): string {
  const [nearest] = rankTrials(history)
  if (nearest === undefined) return 'No trial is complete, so none is the best.'
  const rules = plain((history.config?.constraints ?? []).join(', '))
  const violation = formatNumber(cell(history, 'violation', nearest))
  return `No trial meets ${rules}. Trial ${nearest} comes nearest (violation ${violation}).`
}

function importanceLines(history: History, importance: SummaryInfo['importance'] = []): string[] {
  const hidden = importance.length - shownParams
  const lines = describeImportance(history, importance.slice(0, shownParams))
  return hidden > 0 ? [...lines, `… and ${hidden} more that decide less`] : lines
}

function failureLines(history: History, color: boolean): string[] {
  return groupFailures(history).flatMap(({ reason, count, trial, failure }) => [
    paint(
      [
        span(`${count} × `),
        span(reason, 'bad'),
        span(`, such as trial ${trial}: ${firstLine(failure.message)}`),
      ],
      color,
    ),
    ...(failure.help === undefined ? [] : [`    ${plain(failure.help)}`]),
  ])
}

const reasons: Readonly<Record<Summary['reason'], string>> = {
  trials: 'All trials that were asked for are done.',
  time: 'The time is up.',
  target: 'The target is reached.',
  patience: 'As many trials as the patience allows brought no new best.',
  cost: 'The cost limit is reached.',
  cpuSeconds: 'The limit of CPU time is reached.',
  failures: 'Paused: one trial after the other fails for the same reason, so something is broken.',
  stopped: 'Stopped by attune stop.',
  regret: 'Hardly more than the regret asked for is left to gain.',
  exhausted: 'Every configuration has been tried.',
  signal: 'Stopped before the end.',
}
const continuations: Readonly<Record<Summary['reason'], string>> = {
  trials: 'The same command with more --trials continues it.',
  time: 'The same command continues it.',
  target: 'The same command with another target continues it.',
  patience: 'The same command with more --patience continues it.',
  cost: 'The same command with a larger --cost-limit continues it.',
  cpuSeconds: 'The same command with a larger --cpu-limit continues it.',
  failures: 'Mend what is broken (see the failures above); then the same command continues it.',
  stopped: 'The same command continues it.',
  regret: 'The same command with a smaller --regret continues it.',
  exhausted: 'The same command with a larger space continues it.',
  signal: 'The same command continues it.',
}

function studyLines(name: string, history: History, info: SummaryInfo): string[] {
  const { pruned: ended, waiting, paused } = countStates(history)
  const toJudge = trialsToJudge(history).length
  const all = Array.from({ length: history.length }, (_, i) => i)
  const skipped = all.filter((trial) => wasSkipped(history, trial)).length
  const pruned = ended - skipped
  const scheduler = history.config?.scheduler.name ?? ''
  const present = history.length === 0 ? 'No trials' : describeStates(history)
  return [
    `${reasons[info.reason]} ${present}; ${info.ran} in this run of ${formatDuration(info.seconds)}.`,
    ...(pruned > 0 ? [`${count(pruned)} stopped early by ${scheduler}.`] : []),
    ...(skipped > 0 ? [`${count(skipped)} skipped by attune skip.`] : []),
    ...(paused > 0
      ? [`${count(paused)} paused by ${scheduler}; with more trials the best of them go on.`]
      : []),
    ...(toJudge > 0 ? [`${waitText(toJudge)}: ${plain(judgingCall(info.journal))}`] : []),
    ...(waiting > 0 ? [`${count(waiting)} put back and will be run again.`] : []),
    `Stored in ${plain(shownPath(info.journal))}: ${attuneCall('show', name, info.journal)}`,
    continuations[info.reason],
  ]
}

const count = (trials: number): string => (trials === 1 ? '1 trial was' : `${trials} trials were`)
