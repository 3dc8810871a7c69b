import type { TrialRecord } from '@attune/core'
import { recordOf, stateOf } from '@attune/core'
import { formatDuration, formatNumber } from '../text/format.ts'
import type { FrameModel } from './frame-model.ts'
import type { Line } from '../text/line.ts'
import { aligned, span } from '../text/line.ts'
import { firstLine, pad } from '../text/text.ts'

const shownMetrics = 6
const shownFailures = 3

/** Each running trial with its age, its latest step and what it reported there. */
export function runningLines({ info, now }: FrameModel): Line[] {
  const { history, config } = info.study
  const records = [...history.open]
    .filter((trial) => stateOf(history, trial) === 'running')
    .filter((trial) => history.details.get(trial)?.ran === undefined)
    .map((trial) => recordOf(history, trial))
  const names = metricNames(
    config.objectives.map((o) => o.name),
    records,
  )
  const label = trialLabels(records.map((record) => record.number))
  const rows = records.map((record) => {
    const { number, step, lastReport, startedAt, epoch } = record
    const seconds = Math.max(0, (now - (startedAt ?? now)) / 1000)
    return [
      span(label(number)),
      span(formatDuration(seconds, { whole: true }), 'faint'),
      span(step === undefined ? '' : `step ${formatNumber(step)}`),
      ...names.map((name) => {
        const x = lastReport[name]
        return span(x === undefined ? '' : `${name} ${formatNumber(x)}`)
      }),
      span(epoch > 0 ? `attempt ${epoch + 1}` : '', 'faint'),
    ]
  })
  return aligned(rows, '  ', ['left', 'right'])
}

/** What running trials report, objectives first. */
function metricNames(objectives: readonly string[], records: readonly TrialRecord[]): string[] {
  const reported = new Set(records.flatMap((record) => Object.keys(record.lastReport)))
  const first = objectives.filter((name) => reported.has(name))
  const others = [...reported].filter((name) => !objectives.includes(name))
  return [...first, ...others].slice(0, shownMetrics)
}

/** The last failed trials, newest first, with the reason and the first line of the message. */
export function failureLines({ info, tracker }: FrameModel): Line[] {
  const { history } = info.study
  const trials = tracker.failures().slice(0, shownFailures)
  const label = trialLabels(trials)
  const rows = trials.map((trial) => {
    const failure = history.details.get(trial)?.failure
    return [
      span(label(trial)),
      span(failure?.reason ?? 'error', 'bad'),
      span(firstLine(failure?.message ?? ''), 'faint'),
    ]
  })
  return aligned(rows, '  ')
}

/** `trial 7` with the number as wide as the widest of these. */
export function trialLabels(trials: readonly number[]): (trial: number) => string {
  const width = String(Math.max(0, ...trials)).length
  return (trial) => `trial ${pad(String(trial), width, 'right')}`
}
