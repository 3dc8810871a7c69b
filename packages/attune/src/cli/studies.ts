import type { History, TrialState } from '@attune/core'
import { AttuneError, bestTrials, countStates, openHistory } from '@attune/core'

import type { JournalStore, StudySummary } from '../journals/journal-store.ts'
import { formatNumber } from '../progress/format.ts'
import { jsonLine } from '../progress/json-lines.ts'
import { table } from '../progress/table.ts'
import { formatTime } from './format-time.ts'
import type { Io } from './io.ts'
import { openStoreForReading } from './open-study.ts'
import { bestJson } from './record-json.ts'

export interface StudiesOptions {
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** One line of JSON a study. */
  readonly json?: boolean | undefined
}

interface Overview extends StudySummary {
  readonly history: History
  /** When its last event happened, in milliseconds since the epoch. */
  readonly lastActivityAt: number
}

/**
 * `attune studies`: the studies of a journal. A study that cannot be read is named with the reason
 * and the others are shown; then the exit code is 1.
 */
export async function studies(options: StudiesOptions, io: Io): Promise<number> {
  await using store = await openStoreForReading(options.journal)
  const overviews: Overview[] = []
  let code = 0
  for (const summary of await store.studies()) {
    try {
      overviews.push(await overview(store, summary))
    } catch (error) {
      if (!(error instanceof AttuneError)) throw error
      io.err(`attune: study "${summary.name}" cannot be read: ${error.message}\n`)
      code = 1
    }
  }
  if (options.json) {
    for (const one of overviews) io.out(jsonLine(overviewJson(one)))
  } else if (overviews.length > 0) {
    const columns = ['study', 'trials', 'states', 'best', 'objective', 'last activity']
    const lines = table(overviews.map(overviewRow), {
      columns,
      align: ['left', 'right'],
      maxWidth: io.columns,
    })
    io.out(`${lines.join('\n')}\n`)
  } else if (code === 0) {
    io.out(`${store.file} holds no study yet. Start one: attune run.\n`)
  }
  return code
}

async function overview(store: JournalStore, summary: StudySummary): Promise<Overview> {
  await using journal = await store.journal(summary.name)
  const { history } = await openHistory(journal)
  let lastActivityAt = summary.createdAt
  for await (const entries of journal.read(history.seq - 1)) {
    lastActivityAt = entries.at(-1)?.event.at ?? lastActivityAt
  }
  return { ...summary, history, lastActivityAt }
}

/** The numbers of trials in the states that occur: `34 complete, 2 failed`. */
export function describeStates(history: History): string {
  const counts = Object.entries(countStates(history)) as [TrialState, number][]
  const present = counts.filter(([, count]) => count > 0)
  return present.map(([state, count]) => `${count} ${state}`).join(', ')
}

function overviewRow({ name, history, lastActivityAt }: Overview): string[] {
  const objectives = history.config?.objectives ?? []
  const best = bestTrials(history)
  const [first] = best
  const { metrics } = first === undefined ? { metrics: {} } : bestMetrics(history, first)
  const value = metrics[objectives[0]?.name ?? '']
  return [
    name,
    String(history.length),
    describeStates(history),
    objectives.length > 1
      ? best.length === 0
        ? ''
        : `front of ${best.length}`
      : value === undefined
        ? ''
        : `${formatNumber(value)} (trial ${first})`,
    objectives.map((o) => `${o.direction} ${o.name}`).join(', '),
    formatTime(lastActivityAt),
  ]
}
