import type { History, TrialState } from '@attune/core'
import { AttuneError, askedTrials, bestTrials, countStates, openHistory } from '@attune/core'

import type { JournalStore, StudySummary } from '../journals/journal-store.ts'
import { jsonLine } from '../text/json-line.ts'
import { table } from '../text/table.ts'
import { plain } from '../text/text.ts'
import {
  describeObjectives,
  describeResult,
  hasManyObjectives,
} from '../describe/describe-study.ts'
import { formatTime } from '../describe/format-time.ts'
import type { Io } from './io.ts'
import { lastActivity, openStoreForReading } from './open-study.ts'
import { standingJson } from '../describe/record-json.ts'

export interface StudiesOptions {
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** One line of JSON a study. */
  readonly json?: boolean | undefined
}

/** A study without its history, which may be large. */
interface Overview extends StudySummary {
  readonly trials: Readonly<Record<TrialState, number>>
  /** How many trials its newest run was to come to, if that was limited. */
  readonly asked: number | undefined
  readonly best: string
  readonly objective: string
  readonly paused: boolean
  /** When its last event happened, in milliseconds since the epoch. */
  readonly lastActivityAt: number
  readonly json: object
}

/**
 * `attune studies`: the studies of a journal. A study that cannot be read is named with the reason
 * and the others are shown; then the exit code is 1.
 */
export async function studies(options: StudiesOptions, io: Io): Promise<number> {
  await using store = await openStoreForReading(options.journal)
  const found: Overview[] = []
  let code = 0
  for (const summary of await store.studies()) {
    try {
      found.push(await overviewOf(store, summary))
    } catch (error) {
      if (!(error instanceof AttuneError)) throw error
      io.err(`attune: study "${plain(summary.name)}" cannot be read: ${error.message}\n`)
      code = 1
    }
  }
  if (options.json) {
    for (const { json } of found) io.out(jsonLine(json))
  } else if (found.length > 0) {
    io.out(`${studyTable(found, io.columns).join('\n')}\n`)
  } else if (code === 0) {
    io.out(`${store.file} holds no study yet. Start one: attune run.\n`)
  }
  return code
}

/** A column for every state in which some study has trials, and one that tells which are paused. */
function studyTable(found: readonly Overview[], width: number): string[] {
  const all = Object.keys(found[0]?.trials ?? {}) as TrialState[]
  const states = all.filter((state) => found.some(({ trials }) => trials[state] > 0))
  const anyPaused = found.some(({ paused }) => paused)
  const anyAsked = found.some(({ asked }) => asked !== undefined)
  const rows = found.map(({ name, trials, asked, best, objective, paused, lastActivityAt }) => [
    name,
    ...states.map((state) => String(trials[state])),
    ...(anyAsked ? [asked === undefined ? '' : String(asked)] : []),
    ...(anyPaused ? [paused ? 'study paused' : ''] : []),
    best,
    objective,
    formatTime(lastActivityAt),
  ])
  const columns = [
    'study',
    ...states,
    ...(anyAsked ? ['asked'] : []),
    ...(anyPaused ? ['status'] : []),
    'best',
    'objective',
    'last activity',
  ]
  const align = [
    'left' as const,
    ...states.map(() => 'right' as const),
    ...(anyAsked ? (['right'] as const) : []),
  ]
  return table(rows, { columns, align, maxWidth: width })
}

async function overviewOf(store: JournalStore, summary: StudySummary): Promise<Overview> {
  await using journal = await store.journal(summary.name)
  const { history } = await openHistory(journal)
  const lastActivityAt = await lastActivity(journal, history)
  const trials = countStates(history)
  const best = bestTrials(history)
  const { objectives } = history.config ?? {}
  const standing = standingJson(history, best)
  const paused = history.steering?.command === 'pause'
  const asked = askedTrials(history)
  return {
    ...summary,
    trials,
    asked,
    best: describeBest(history, best),
    objective: describeObjectives(history),
    paused,
    lastActivityAt,
    json: {
      ...summary,
      lastActivityAt,
      objectives,
      paused,
      trials,
      asked: asked ?? null,
      ...standing,
    },
  }
}

function describeBest(history: History, best: readonly number[]): string {
  const [first] = best
  if (first === undefined) return ''
  if (hasManyObjectives(history)) return `front of ${best.length}`
  return `${describeResult(history, first)} (trial ${first})`
}
