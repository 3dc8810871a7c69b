import type { TrialState } from '@attune/core'
import { cell, countStates } from '@attune/core'

import { hostOf } from '../describe/describe-runs.ts'
import { formatTime } from '../describe/format-time.ts'
import { formatDuration, formatNumber } from '../text/format.ts'
import { plain } from '../text/text.ts'
import type { Section, Words } from './document.ts'
import { section } from './document.ts'
import type { StudyFacts } from './study-facts.ts'
import { counted, listed, whole } from './wording.ts'

/** When the study ran, for how long, where, and what became of its trials. */
export function runSection(facts: StudyFacts): Section[] {
  const { createdAt, lastAt } = facts
  const rows: (readonly [string, Words])[] = [
    ['Created', formatTime(createdAt)],
    ['Last event', formatTime(lastAt)],
    ['Trials', states(facts)],
    ...times(facts),
    ...places(facts),
  ]
  return section('How it ran', [{ kind: 'facts', rows }])
}

const ofStates: Readonly<Record<TrialState, string>> = {
  ...{ complete: 'ran to the end', pruned: 'stopped early', failed: 'failed', paused: 'paused' },
  ...{ running: 'running', waiting: 'waiting' },
}

function states({ history }: StudyFacts): string {
  if (history.length === 0) return 'none yet'
  const counts = countStates(history)
  const parts = (Object.keys(ofStates) as TrialState[])
    .filter((state) => counts[state] > 0)
    .map((state) => `${whole(counts[state])} ${ofStates[state]}`)
  return `${whole(history.length)}: ${listed(parts)}`
}

/** When trials ran, as far as it is known. */
export interface Busy {
  /** In milliseconds since the epoch. */
  readonly from: number
  readonly to: number
  /** The seconds in which at least one trial ran. */
  readonly seconds: number
  /** How many trials ran at once at most. */
  readonly atOnce: number
}

/** When trials ran; undefined when no run is known to have ended. */
export function busyTimes({ attempts }: Pick<StudyFacts, 'attempts'>): Busy | undefined {
  const edges = attempts.flatMap(({ from, to }): (readonly [at: number, change: 1 | -1])[] =>
    to !== undefined && to >= from
      ? [
          [from, 1],
          [to, -1],
        ]
      : [],
  )
  if (edges.length === 0) return undefined
  // What ends goes before what begins at the same moment.
  edges.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  let [open, busy, atOnce] = [0, 0, 1]
  edges.forEach(([at, change], i) => {
    if (i > 0 && open > 0) busy += at - edges[i - 1]![0]
    open = Math.max(0, open + change)
    atOnce = Math.max(atOnce, open)
  })
  return { from: edges[0]![0], to: edges.at(-1)![0], seconds: busy / 1000, atOnce }
}

function times(facts: StudyFacts): (readonly [string, Words])[] {
  const { history } = facts
  const busy = busyTimes(facts)
  const each = Array.from({ length: history.length }, (_, trial) => cell(history, 'seconds', trial))
  const known = each.filter((seconds) => seconds >= 0)
  const sum = known.reduce((a, b) => a + b, 0)
  const rows: (readonly [string, Words])[] = []
  const copies = [...history.details.values()].filter((one) => one.copyOf !== undefined).length
  const ran = history.finished - copies
  if (busy !== undefined && busy.seconds > 0) {
    const span = (busy.to - busy.from) / 1000
    const breaks =
      span > 1.2 * busy.seconds && span - busy.seconds > 60
        ? `, within ${formatDuration(span)} from the first start to the last end`
        : ''
    rows.push(['Trials ran for', `${formatDuration(busy.seconds)}${breaks}`])
    if (ran > 1) rows.push(['Rate', rateOf(ran, busy.seconds)])
  }
  if (known.length > 1 && sum > 0) {
    const longest = known.reduce((a, b) => Math.max(a, b))
    rows.push([
      'A trial took',
      `${formatDuration(sum / known.length)} on average, ${formatDuration(longest)} at most, ${formatDuration(sum)} in all`,
    ])
  } else if (known.length === 1) rows.push(['The trial took', formatDuration(sum)])
  return [...rows, ...resources(facts)]
}

/** How many trials were finished in a time, of those that did run. */
function rateOf(trials: number, seconds: number): string {
  const minute = (60 * trials) / seconds
  if (minute >= 1) return `${formatNumber(minute, 3)} trials a minute`
  if (60 * minute >= 1) return `${formatNumber(60 * minute, 3)} trials an hour`
  return `${formatNumber(24 * 60 * minute, 2)} trials a day`
}

function resources({ history }: StudyFacts): (readonly [string, Words])[] {
  const all = (column: string): number[] =>
    Array.from({ length: history.length }, (_, trial) => cell(history, column, trial)).filter(
      (x) => x > 0,
    )
  const cpu = all('cpuSeconds').reduce((a, b) => a + b, 0)
  const memory = all('peakMemoryBytes').reduce((a, b) => Math.max(a, b), 0)
  return [
    ...(cpu > 0 ? [['Processor time', `${formatDuration(cpu)} in all`] as const] : []),
    ...(memory > 0
      ? [['Peak memory', `${formatNumber(memory / 1e6)} MB in one trial at most`] as const]
      : []),
  ]
}

function places(facts: StudyFacts): (readonly [string, Words])[] {
  const { history, attempts } = facts
  const workers = new Set(attempts.map(({ worker }) => worker))
  const busy = busyTimes(facts)
  const rows: (readonly [string, Words])[] = []
  if (busy !== undefined) {
    if (history.finished > 1) {
      rows.push([
        'At once',
        busy.atOnce === 1 ? 'one trial after the other' : `up to ${counted(busy.atOnce, 'trial')}`,
      ])
    }
  }
  if (workers.size === 0) return rows
  const hosts = new Set([...workers].map(hostOf))
  const known = [...hosts].filter((host) => host !== undefined).map((host) => plain(host))
  const processes = counted(workers.size, 'process', 'processes')
  if (hosts.has(undefined) || known.length === 0) {
    return [
      ...rows,
      ['Where', `${counted(workers.size, 'worker')}; the journal does not say on which machines`],
    ]
  }
  const names = known.slice(0, 6).map((host) => (host.length > 60 ? `${host.slice(0, 59)}…` : host))
  const more = known.length > 6 ? ` and ${known.length - 6} more` : ''
  return [
    ...rows,
    [
      'Where',
      `${processes} of attune on ${counted(known.length, 'machine')} (${known.length > 6 ? names.join(', ') : listed(names)}${more})`,
    ],
  ]
}
