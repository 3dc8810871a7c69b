import type { History } from '@attune/core'
import { recordOf } from '@attune/core'
import { byName, jsonLine } from '../text/json-line.ts'
import type { Progress, ProgressIo, ProgressStart } from './progress-contract.ts'
import type { Happening, Tracker } from './tracker.ts'
import { trackStudy } from './tracker.ts'

/**
 * JSON lines and nothing else: one of type `start`, then `trial` for every trial that finished or
 * was re-queued, and `note`. `best` is null while there is none; with several objectives `onFront`
 * tells whether the trial is on the Pareto front now, and `front` how many are.
 */
export function jsonProgress(io: Pick<ProgressIo, 'write'>): Progress {
  let unsubscribe: (() => void) | undefined
  return {
    start(info) {
      io.write(jsonLine(startObject(info)))
      const { history } = info.study
      const tracker = trackStudy(info.study)
      unsubscribe = info.study.subscribe((event) => {
        const happening = tracker.apply(event)
        if (happening !== undefined) io.write(jsonLine(trialObject(happening, history, tracker)))
      })
    },
    stop() {
      unsubscribe?.()
      unsubscribe = undefined
    },
    note: (line) => io.write(jsonLine({ type: 'note', text: line })),
  }
}

function startObject({ study, ...info }: ProgressStart): object {
  const { config } = study
  return {
    type: 'start',
    study: study.name,
    objectives: config.objectives,
    sampler: config.sampler.name,
    scheduler: config.scheduler.name,
    seed: config.seed,
    trials: info.trials,
    seconds: info.seconds,
    target: info.target,
    patience: info.patience,
    cost: info.cost,
    cpuSeconds: info.cpuSeconds,
    failures: info.failures,
    regret: info.regret,
    workers: info.workers,
    journal: info.journal,
    resumedFrom: info.resumedFrom,
  }
}

function trialObject(happening: Happening, history: History, tracker: Tracker): object {
  const record = recordOf(history, happening.trial)
  const { number, params } = record
  if (happening.kind === 'requeued') {
    return { type: 'trial', number, state: 're-queued', reason: happening.cause, params }
  }
  const objectives = history.config?.objectives ?? []
  return {
    type: 'trial',
    number,
    state: record.state,
    reason: record.failure?.reason ?? record.stopped,
    message: record.failure?.message,
    help: record.failure?.help,
    step: record.step,
    objectives: byName(objectives, record.objectives),
    ...(record.state === 'pruned' || record.state === 'paused'
      ? { lastReport: record.lastReport }
      : {}),
    ...(record.violation > 0 ? { violation: record.violation } : {}),
    params,
    seconds: record.seconds,
    copyOf: record.copyOf,
    ...standing(history, number, tracker.best()),
    finished: tracker.finished,
  }
}

function standing(history: History, trial: number, best: readonly number[]): object {
  const objectives = history.config?.objectives ?? []
  if (objectives.length > 1) return { onFront: best.includes(trial), front: best.length }
  const [first] = best
  if (first === undefined) return { best: null }
  const record = recordOf(history, first)
  return { best: { number: first, objectives: byName(objectives, record.objectives) } }
}
