import type { History, ReportedTrial, StudyEvent, TrialAttempt } from '@attune/core'
import {
  AttuneError,
  bestTrials,
  cell,
  importanceIntervals,
  keepTrials,
  reportedTrials,
  trialAttempts,
} from '@attune/core'

import { describeRuns } from '../describe/describe-runs.ts'
import { shellQuote } from '../executors/shell-quote.ts'
import { attuneCall } from '../progress/attune-call.ts'
import { evenly } from '../report/evenly.ts'
import type { StudyFacts, TargetImportance, Written } from '../report/study-facts.ts'
import { commandOf, describeProgram } from './command-of.ts'
import { diagnosisOf } from './diagnose.ts'
import { importancesOf } from './importance.ts'
import type { OpenStudy } from './open-study.ts'
import { standingsOf } from './open-study.ts'

/** Curves of more trials than this are a blot. */
const mostCurves = 100
const mostCommands = 5

/** Reads and works out everything that a report about a study says something of. */
export async function reportFacts(
  study: OpenStudy,
  given: Pick<StudyFacts, 'labels' | 'note'> & { readonly written: Written },
): Promise<StudyFacts> {
  const { name, file, createdAt } = study
  const history = withoutExcluded(study.history)
  const { config } = history
  if (config === undefined) {
    throw new AttuneError(
      'usage',
      `Study "${name}" in ${file} has no beginning: its first event is missing.`,
    )
  }
  const best = bestTrials(history)
  const reporting = reportingTrials(history)
  const chosen = new Set([...evenly(reporting, mostCurves), ...best.slice(0, 1)])
  const read = await readEvents(study, chosen)
  return {
    ...{ history, config, file, createdAt, best, ...given },
    lastAt: read.lastAt,
    events: read.events,
    format: read.format,
    reported: read.reported.filter(({ reports }) => reports.length > 1),
    reporting: reporting.length,
    attempts: read.attempts,
    runs: describeRuns(history, await standingsOf(study)),
    startedBy: history.runs
      .at(-1)
      ?.command?.map((word) => shellQuote(word))
      .join(' '),
    diagnosis: diagnosisOf(history),
    importances: importances(history),
    program: describeProgram(history),
    commands: best.slice(0, mostCommands).map((trial) => commandOf(history, trial, file)),
    call: (command) => attuneCall(command, name, file),
  }
}

/** A report tells of trials that take part. */
function withoutExcluded(history: History): History {
  const { excluded } = history
  return excluded.size === 0 ? history : keepTrials(history, (trial) => !excluded.has(trial))
}

/** Trials with more than one report. */
function reportingTrials(history: History): number[] {
  return Array.from({ length: history.length }, (_, trial) => trial).filter(
    (trial) => cell(history, 'steps', trial) > 1,
  )
}

/** When runs begin and end. */
const tellsOfRuns: ReadonlySet<StudyEvent['type']> = new Set([
  ...(['trial-claimed', 'trial-finished', 'trial-paused', 'trial-requeued'] as const),
])

async function readEvents(
  { journal }: OpenStudy,
  chosen: ReadonlySet<number>,
): Promise<{
  readonly lastAt: number
  readonly events: number
  readonly format: number
  readonly reported: ReportedTrial[]
  readonly attempts: TrialAttempt[]
}> {
  const kept: StudyEvent[] = []
  const runs: StudyEvent[] = []
  let [lastAt, events, format] = [Number.NaN, 0, 1]
  for await (const entries of journal.read(0)) {
    events += entries.length
    lastAt = entries.at(-1)?.event.at ?? lastAt
    for (const { event } of entries) {
      if (event.type === 'study-created') format = event.version
      if ('trial' in event && chosen.has(event.trial)) kept.push(event)
      if (tellsOfRuns.has(event.type)) runs.push(event)
    }
  }
  const attempts = trialAttempts(runs)
  return { lastAt, events, format, attempts, reported: reportedTrials(kept) }
}

/** For each objective, and for how long a trial takes. */
function importances(history: History): TargetImportance[] {
  const objectives = (history.config?.objectives ?? []).map(({ name }) => name)
  const timed = !objectives.includes('seconds') && takesTime(history)
  return [...objectives, ...(timed ? ['seconds'] : [])].map((target): TargetImportance => {
    const found = importancesOf(history, { target })
    if (found instanceof AttuneError) return { target, found }
    const intervals = importanceIntervals(history, { target })
    return { target, found, ...(intervals === undefined ? {} : { intervals }) }
  })
}

/** Whether trials take long enough, and differently enough, for their duration to tell anything. */
function takesTime(history: History): boolean {
  const known = Array.from({ length: history.length }, (_, t) =>
    cell(history, 'seconds', t),
  ).filter((seconds) => seconds > 0)
  const low = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = known.reduce((a, b) => Math.max(a, b), 0)
  return high > 1 && high > 1.2 * low
}
