import type { History, ObjectiveSpec } from '@attune/core'
import { recordOf } from '@attune/core'
import type { Progress, ProgressIo, ProgressStart } from './progress-contract.ts'
import type { Happening, Tracker } from './tracker.ts'
import { trackStudy } from './tracker.ts'

/**
 * Any data as one line of JSON with its line break. NaN and infinities become strings; what a
 * terminal would act on is escaped, so that a line can be looked at as well as parsed.
 */
export function jsonLine(data: unknown): string {
  const text = JSON.stringify(data, (_, x: unknown) =>
    typeof x === 'number' && !Number.isFinite(x) ? String(x) : x,
  )
  const escaped = text.replaceAll(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${escaped}\n`
}

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
    ...(record.state === 'pruned' ? { lastReport: record.lastReport } : {}),
    ...(record.violation > 0 ? { violation: record.violation } : {}),
    params,
    seconds: record.seconds,
    ...standing(history, number, tracker.best()),
    finished: tracker.finished,
  }
}

/** Values by the names of their objectives; those that a trial does not have are left out. */
export function byName(
  objectives: readonly ObjectiveSpec[],
  values: readonly number[],
): Record<string, number> {
  const entries = objectives.map((o, i) => [o.name, values[i] ?? Number.NaN] as const)
  return Object.fromEntries(entries.filter(([, x]) => !Number.isNaN(x)))
}

function standing(history: History, trial: number, best: readonly number[]): object {
  const objectives = history.config?.objectives ?? []
  if (objectives.length > 1) return { onFront: best.includes(trial), front: best.length }
  const [first] = best
  if (first === undefined) return { best: null }
  const record = recordOf(history, first)
  return { best: { number: first, objectives: byName(objectives, record.objectives) } }
}
