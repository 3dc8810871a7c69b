import type { History, TrialRecord } from '@attune/core'
import { recordOf } from '@attune/core'
import { formatLabel, formatNumber, formatSeconds, formatValues, word } from '../text/format.ts'
import type { Progress, ProgressIo, ProgressStart } from './progress-contract.ts'
import { shownPath } from '../text/shown-path.ts'
import { firstLine, plain } from '../text/text.ts'
import type { Happening, Tracker } from './tracker.ts'
import { trackStudy } from './tracker.ts'

/**
 * One line a trial, for pipes and logs:
 *
 *   trial 17 complete accuracy=0.9631 lr=0.0123 act=relu 3.2s best=0.9702 (trial 12) [18/60]
 *   trial 18 pruned step=3 accuracy=0.31 lr=0.4 act=tanh 0.9s best=0.9702 (trial 12) [19/60]
 *   trial 19 failed not-a-number lr=0.9 act=tanh 0.2s best=0.9702 (trial 12) [20/60]: loss is NaN.
 *   trial 20 re-queued interrupted
 *
 * With several objectives `front=5` is the number of trials on the Pareto front.
 */
export function linesProgress(io: Pick<ProgressIo, 'write'>): Progress {
  let unsubscribe: (() => void) | undefined
  const print = (line: string): void => io.write(`${line}\n`)
  return {
    start(info) {
      print(startLine(info))
      const { history } = info.study
      const tracker = trackStudy(info.study)
      unsubscribe = info.study.subscribe((event) => {
        const happening = tracker.apply(event)
        if (happening !== undefined) print(trialLine(happening, history, tracker, info.trials))
      })
    },
    stop() {
      unsubscribe?.()
      unsubscribe = undefined
    },
    note: (line) => print(`note: ${plain(line)}`),
  }
}

function startLine(info: ProgressStart): string {
  const { study, trials, seconds, workers, journal, resumedFrom } = info
  const { config, name } = study
  const parts = [
    ...(trials === undefined ? [] : [`${trials} trials`]),
    ...(seconds === undefined ? [] : [`at most ${formatNumber(seconds)} s`]),
    workers === 1 ? '1 worker' : `${workers} workers`,
    `sampler ${config.sampler.name}`,
    `scheduler ${config.scheduler.name}`,
    `seed ${config.seed}`,
    ...config.objectives.map((o) => `${o.direction} ${o.name}`),
    `stored in ${shownPath(journal)}`,
    ...(resumedFrom === 0 ? [] : [`continues after ${resumedFrom} trials`]),
  ]
  return `study ${word(name)}: ${parts.map(plain).join(', ')}`
}

function trialLine(
  happening: Happening,
  history: History,
  tracker: Tracker,
  trials: number | undefined,
): string {
  const { trial } = happening
  if (happening.kind === 'requeued') return `trial ${trial} re-queued ${happening.cause}`
  const record = recordOf(history, trial)
  const count = trials === undefined ? `${tracker.finished}` : `${tracker.finished}/${trials}`
  const parts = [
    `trial ${trial} ${record.state}`,
    ...(record.copyOf === undefined ? [] : [`copied from trial ${record.copyOf}`]),
    ...outcome(record, history),
    formatValues(record.values),
    record.seconds === undefined ? '' : `${formatSeconds(record.seconds)}s`,
    standing(tracker, history),
    `[${count}]`,
  ]
  const line = parts.filter((part) => part !== '').join(' ')
  return record.failure === undefined ? line : `${line}: ${firstLine(record.failure.message)}`
}

function outcome(record: TrialRecord, history: History): string[] {
  const names = (history.config?.objectives ?? []).map((o) => o.name)
  if (record.state === 'failed') return [record.failure?.reason ?? 'error']
  if (record.state === 'complete') {
    const violation = record.violation > 0 ? [`violation=${formatNumber(record.violation)}`] : []
    return [...names.map((name, i) => equation(name, record.objectives[i])), ...violation]
  }
  const seen = names.filter((name) => record.lastReport[name] !== undefined)
  return [
    ...(record.step === undefined ? [] : [`step=${formatNumber(record.step)}`]),
    ...seen.map((name) => equation(name, record.lastReport[name])),
  ]
}

const equation = (name: string, x = Number.NaN): string => `${word(name)}=${formatLabel(x)}`

function standing(tracker: Tracker, history: History): string {
  const best = tracker.best()
  const objectives = history.config?.objectives ?? []
  const [first] = best
  if (first === undefined) return ''
  if (objectives.length > 1) return `front=${best.length}`
  return `best=${formatNumber(recordOf(history, first).objectives[0] ?? Number.NaN)} (trial ${first})`
}
