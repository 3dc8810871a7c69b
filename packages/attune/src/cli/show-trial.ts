import { existsSync } from 'node:fs'

import type { History, TrialRecord } from '@attune/core'
import { recordOf } from '@attune/core'

import { trialFolder } from '../executors/trial-folder.ts'
import { formatDuration, formatNumber } from '../text/format.ts'
import { table } from '../text/table.ts'
import { firstLine, plain, plainLines } from '../text/text.ts'
import { commandOf } from './command-of.ts'
import { describeValues } from '../describe/describe-study.ts'
import { formatTime } from '../describe/format-time.ts'
import type { OpenStudy } from './open-study.ts'
import type { Section } from './show.ts'

/** Everything that is known of a trial. */
export function describeTrial({ history, name, file }: OpenStudy, trial: number): Section[] {
  const record = recordOf(history, trial)
  const command = record.state === 'waiting' ? undefined : commandOf(history, trial, file)
  const folder = trialFolder(file, name, trial)
  const files = existsSync(folder) ? [plain(folder)] : []
  return [
    { title: `Trial ${trial} of study ${name}`, lines: table(describeOutcome(history, record)) },
    { title: 'Values', lines: describeValues(history, trial) },
    { title: 'Why it was suggested', lines: plainLines(record.why ?? '').filter(Boolean) },
    { title: reportsTitle(record), lines: table(numbers(record.lastReport)) },
    { title: 'Failure', lines: describeFailure(record) },
    { title: 'Earlier attempts', lines: describeAttempts(record) },
    { title: 'Run', lines: table(describeRun(record)) },
    { title: 'Its files', lines: files },
    { title: 'To run it again', lines: command === undefined ? [] : plainLines(command) },
  ]
}

function describeOutcome(history: History, record: TrialRecord): string[][] {
  const state = record.ran === undefined ? record.state : 'to be judged; its program has ended'
  const rows = [
    ['state', record.failure === undefined ? state : `failed: ${record.failure.reason}`],
  ]
  if (history.excluded.has(record.number)) {
    const why = history.details.get(record.number)?.excludedFor
    rows.push(['excluded', why ?? 'from search, best and charts'])
  }
  if (record.stopped !== undefined) {
    rows.push([record.state === 'paused' ? 'paused' : 'stopped', record.stopped])
  }
  if (record.copyOf !== undefined) {
    rows.push([
      'result',
      `that of trial ${record.copyOf}, which had the same values; it did not run`,
    ])
  }
  const objectives = new Map((history.config?.objectives ?? []).map((o) => [o.name, o.direction]))
  for (const [name, x] of Object.entries({ ...record.ran, ...record.metrics })) {
    const error = record.standardErrors[name]
    const deviation = error === undefined ? '' : ` ± ${formatNumber(error)} (standard error)`
    const direction = objectives.get(name)
    rows.push([name, `${x}${deviation}${direction === undefined ? '' : `, ${direction}d`}`])
  }
  if (record.state === 'complete' && (history.config?.constraints.length ?? 0) > 0) {
    const feasible = record.violation === 0
    rows.push(['violation', feasible ? 'none' : formatNumber(record.violation)])
  }
  return rows
}

function reportsTitle({ reports, step }: TrialRecord): string {
  const count = reports === 1 ? '1 report' : `${reports} reports`
  return `${count}, the last at step ${step}`
}

function numbers(values: Readonly<Record<string, number>>): string[][] {
  return Object.entries(values).map(([name, x]) => [name, String(x)])
}

function describeFailure({ failure }: TrialRecord): string[] {
  if (failure === undefined) return []
  const output = failure.output ?? []
  return [
    ...plainLines(failure.message),
    ...(failure.help === undefined ? [] : plainLines(failure.help)),
    ...(output.length === 0 ? [] : ['The last lines of its output:']),
    ...output.map((line) => plain(`| ${line}`)),
  ]
}

/** Why the attempts failed after which it was tried again. */
function describeAttempts({ retried }: TrialRecord): string[] {
  return retried.map(({ reason, message }, i) => `${i + 1}. ${reason}: ${firstLine(message)}`)
}

function describeRun(record: TrialRecord): string[][] {
  const { startedAt, finishedAt, seconds, cpuSeconds, peakMemoryBytes, worker, epoch, promoted } =
    record
  const { startedFrom, artifacts } = record
  const row = <T>(title: string, x: T | undefined, text: (x: T) => string): string[][] =>
    x === undefined ? [] : [[title, text(x)]]
  return [
    ...row('started', startedAt, formatTime),
    ...row('finished', finishedAt, formatTime),
    ...row('took', seconds, formatDuration),
    ...row('processor time', cpuSeconds, formatDuration),
    ...row('peak memory', peakMemoryBytes, (bytes) => `${formatNumber(bytes / 1e6)} MB`),
    ...row('started from', startedFrom, (n) => `the files of trial ${n}`),
    ...row('worker', worker, String),
    ...row('files kept', artifacts.length || undefined, String),
    ...row('promoted', promoted > 0 ? promoted : undefined, times),
    ...row('re-queued', epoch > promoted ? epoch - promoted : undefined, times),
  ]
}

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`)
