import type { History, Importance } from '@attune/core'
import { AttuneError, askedTrials, bestTrials, countStates } from '@attune/core'

import { formatNumber } from '../text/format.ts'
import { jsonLine } from '../text/json-line.ts'
import { paint, span } from '../text/line.ts'
import { table } from '../text/table.ts'
import { firstLine, plain } from '../text/text.ts'
import { attuneCall } from '../progress/attune-call.ts'
import { describeProgram } from './command-of.ts'
import {
  describeAlgorithm,
  describeObjectives,
  describeParams,
  describePause,
  describeResult,
  describeStates,
  describeValues,
  hasManyObjectives,
} from '../describe/describe-study.ts'
import type { RunWords } from '../describe/describe-runs.ts'
import { describeRuns } from '../describe/describe-runs.ts'
import { formatTime } from '../describe/format-time.ts'
import { groupFailures } from '../describe/failures.ts'
import { wholeNumber } from './flags.ts'
import { describeImportance } from '../describe/describe-importance.ts'
import { importancesOf } from './importance.ts'
import type { Io } from './io.ts'
import type { OpenStudy } from './open-study.ts'
import { lastActivity, openForReading, standingsOf } from './open-study.ts'
import { recordJson, standingJson } from '../describe/record-json.ts'
import { describeTrial } from './show-trial.ts'
import { trialTable } from '../describe/trial-table.ts'

export interface ShowOptions {
  /** Default: the only study of the journal. */
  readonly study?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** Everything about the trial of this number instead. */
  readonly trial?: string | undefined
  /** The same as `trial`. */
  readonly why?: string | undefined
  /** One JSON object. */
  readonly json?: boolean | undefined
}

/** A titled part of what is shown; left out when it has no lines. */
export interface Section {
  readonly title: string
  readonly lines: readonly string[]
}

/** `attune show`: a study at a glance, or everything about one trial. */
export async function show(options: ShowOptions, io: Io): Promise<number> {
  const wanted = wholeNumber('--trial', options.trial, 0) ?? wholeNumber('--why', options.why, 0)
  await using study = await openForReading(options.journal, options.study)
  const { history, name } = study
  if (wanted !== undefined && wanted >= history.length) {
    const there = history.length === 0 ? 'no trials yet' : `trials 0 to ${history.length - 1}`
    throw new AttuneError('usage', `Study "${name}" has ${there}, got --trial ${wanted}.`)
  }
  if (options.json) {
    io.out(jsonLine(wanted === undefined ? studyJson(study) : recordJson(history, wanted)))
  } else {
    const sections =
      wanted === undefined ? await describeStudy(study, io) : describeTrial(study, wanted)
    io.out(print(sections, io.color))
  }
  return 0
}

function print(sections: readonly Section[], color: boolean): string {
  const blocks = sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) =>
      [paint([span(title, 'strong')], color), ...lines.map((line) => `  ${line}`)].join('\n'),
    )
  return `${blocks.join('\n\n')}\n`
}

async function describeStudy(study: OpenStudy, io: Io): Promise<Section[]> {
  const { history, name, journal } = study
  const found = importancesOf(history)
  const importances = found instanceof AttuneError ? [] : found
  const about = history.config?.objectives[0]?.name ?? ''
  const requirements = history.config?.space.require ?? []
  return [
    {
      title: `Study ${name}`,
      lines: table(describeConfig(study, await lastActivity(journal, history))),
    },
    {
      title: 'Space',
      lines: [
        ...table(describeParams(history)),
        ...requirements.map((rule) => plain(`required: ${rule}`)),
      ],
    },
    bestSection(history, io.columns - 2),
    { title: `What decides about ${about}`, lines: describeImportance(history, importances) },
    { title: 'What failed', lines: describeFailures(history) },
    runSection(
      describeRuns(history, await standingsOf(study)),
      history.earlierRuns,
      io.columns - 2,
    ),
  ]
}

function describeConfig({ history, name, file, createdAt }: OpenStudy, lastAt: number): string[][] {
  const { config } = history
  if (config === undefined) return []
  const mode = config.deterministic ? `, deterministic with lag ${config.lag}` : ''
  const program = describeProgram(history)
  const paused = describePause(history)
  const { excluded } = history
  const asked = askedTrials(history)
  const trials = [
    `${history.length}${asked === undefined ? '' : ` of ${asked}`}`,
    ...(history.length === 0 ? [] : [`: ${describeStates(history)}`]),
    ...(excluded.size === 0 ? [] : [`; ${excluded.size} excluded`]),
  ].join('')
  return [
    ['objective', describeObjectives(history)],
    ...config.constraints.map((rule) => ['constraint', rule]),
    ['trials', trials],
    ...(paused === undefined
      ? []
      : [['paused', `${paused}; it goes on with: ${attuneCall('resume', name, file)}`]]),
    ['sampler', describeAlgorithm(config.sampler)],
    ['scheduler', describeAlgorithm(config.scheduler)],
    ['seed', `${config.seed}${mode}`],
    ...(program === undefined ? [] : [['program', program]]),
    ['journal', file],
    ['created', formatTime(createdAt)],
    ['last activity', formatTime(lastAt)],
  ]
}

/** So many runs are shown. */
const mostRuns = 5

function runSection(runs: readonly RunWords[], earlier: number, width: number): Section {
  if (runs.length === 0) return { title: 'Runs', lines: [] }
  const left = earlier + Math.max(0, runs.length - mostRuns)
  const title = left === 0 ? 'Runs' : `Runs: the last ${mostRuns} of ${left + mostRuns}`
  const rows = runs
    .slice(-mostRuns)
    .map(({ started, workers, limits, end, attune, machine }) => [
      started,
      workers,
      limits,
      end,
      attune,
      machine,
    ])
  const columns = ['started', 'at once', 'limits', 'end', 'attune', 'machine']
  return { title, lines: table(rows, { columns, align: ['left', 'right'], maxWidth: width }) }
}

function bestSection(history: History, width: number): Section {
  const found = bestTrials(history)
  const [first] = found
  if (first === undefined) return { title: 'Best', lines: [] }
  if (hasManyObjectives(history)) {
    const title = `Pareto front: ${found.length} of ${history.length} trials`
    return { title, lines: trialTable(history, found, width) }
  }
  const title = `Best: trial ${first}, ${describeResult(history, first)}`
  return { title, lines: describeValues(history, first) }
}

function describeFailures(history: History): string[] {
  return groupFailures(history).flatMap(({ reason, count, trial, failure }) => [
    plain(
      `${formatNumber(count)} × ${reason}, such as trial ${trial}: ${firstLine(failure.message)}`,
    ),
    ...(failure.help === undefined ? [] : [plain(`    ${failure.help}`)]),
  ])
}

function studyJson({ history, name, file }: OpenStudy): object {
  const importances: readonly Importance[] | AttuneError = importancesOf(history)
  return {
    name,
    journal: file,
    config: history.config,
    paused: history.steering?.command === 'pause',
    adjusted: Object.fromEntries(history.adjusted),
    trials: countStates(history),
    asked: askedTrials(history) ?? null,
    excluded: [...history.excluded].sort((a, b) => a - b),
    runs: history.runs,
    ...standingJson(history, bestTrials(history)),
    importance: importances instanceof AttuneError ? null : importances,
    failures: groupFailures(history).map(({ reason, count, trial, failure }) => ({
      reason,
      count,
      example: { trial, message: failure.message, help: failure.help },
    })),
  }
}
