import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  AttuneError,
  countStates,
  createGuard,
  createStudy,
  hashText,
  liveView,
  moduleExecutor,
  objectiveSpecs,
  openHistory,
  probeWorker,
  space,
  spaceToJson,
  workerIdentity,
} from 'attune'
import type { HistoryView, Json, JournalStore, Study } from 'attune'
import type { Say } from './progress.ts'
import { createProgress } from './progress.ts'
import type { StudyPlan } from './reproduction.ts'

export interface RunStudySurroundings {
  readonly store: JournalStore
  readonly workers: number
  readonly data: string | undefined
  readonly signal: AbortSignal
  readonly say: Say
}

/** Trials in a row that may fail before a study is given up. */
const mostFailures = 10
const usualLag = 4

/**
 * Runs what is missing of a study and gives its history. The study is deterministic: which results come
 * out depends neither on the workers nor on interrupts.
 *
 * @throws AttuneError `study/changed` when another plan was stored under its name, `executor/failed` when
 *   its trials fail one after the other; the reason of `signal` when it aborts
 */
export async function runStudy(
  plan: StudyPlan,
  surroundings: RunStudySurroundings,
): Promise<HistoryView> {
  const { store, signal, say } = surroundings
  signal.throwIfAborted()
  const key = keyOf(plan)
  await using journal = await store.journal(plan.name)
  const { history } = await openHistory(journal)
  refuseOther(plan, history.config?.program, key, store.file)
  const spent = plan.seconds !== undefined && history.finished > 0
  if (spent || (history.finished >= plan.trials && history.open.size === 0)) {
    reportFailures(plan.name, history, say)
    return liveView(history, -1)
  }
  const worker = workerIdentity()
  const lag = plan.lag ?? usualLag
  await using study = await createStudy({
    name: plan.name,
    space: space(plan.space, { require: plan.require ?? [] }),
    objective: plan.objective,
    sampler: plan.sampler,
    seed: plan.seed,
    deterministic: true,
    lag,
    program: { plan: key },
    journal: await store.journal(plan.name),
    worker,
    probeWorker,
  })
  const { enqueued } = study.history
  for (const params of (plan.enqueue ?? []).slice(enqueued.length)) await study.enqueue(params)
  const workers = Math.min(plan.workers ?? surroundings.workers, lag)
  const guard = createGuard({ mark: `${worker}/` })
  const progress = createProgress(study as Study, plan.trials, say, plan.seconds)
  try {
    await using executor = moduleExecutor({
      ...{ file: fileURLToPath(plan.module), cwd: dirname(fileURLToPath(plan.module)) },
      ...{ study: plan.name, journal: store.file, objectives: objectiveSpecs(plan.objective) },
      ...{ slots: workers, guard, mark: `${worker}/`, env: environmentOf(plan, surroundings) },
    })
    const { trials, seconds } = plan
    const budget = seconds === undefined ? {} : { seconds }
    const limits = { trials, ...budget, workers, signal, failures: mostFailures }
    const { reason } = await study.optimize(executor, limits)
    signal.throwIfAborted()
    if (reason === 'failures') throw tooManyFailures(study as Study)
  } finally {
    progress.end()
    await guard.close()
  }
  reportFailures(plan.name, study.history, say)
  return liveView(study.history, -1)
}

function environmentOf(
  { settings }: StudyPlan,
  { data }: RunStudySurroundings,
): Record<string, string> {
  return {
    REPRODUCTION: JSON.stringify(settings ?? {}),
    ...(data === undefined ? {} : { ATTUNE_DATA: data }),
  }
}

/** What decides about the results of a study, but for the code of its objective. */
function keyOf({ space: shape, require, objective, sampler, ...plan }: StudyPlan): string {
  const { seed, settings, enqueue, lag } = plan
  const declared = spaceToJson(space(shape, { require: require ?? [] }))
  const { name, options } = sampler
  const whole = { declared, objective, name, options, seed, settings, enqueue, lag }
  return hashText(JSON.stringify(whole))
}

function refuseOther(
  { name }: StudyPlan,
  stored: Json | undefined,
  key: string,
  file: string,
): void {
  if (stored === undefined || (stored as { plan?: Json }).plan === key) return
  throw new AttuneError(
    'study/changed',
    `Study "${name}" in ${file} was run with another space, sampler, seed or other settings. Run with --fresh to begin the document anew.`,
  )
}

function tooManyFailures(study: Study): AttuneError {
  const failure = study.trials({ state: 'failed' }).at(-1)?.failure
  const output = (failure?.output ?? []).map((line) => `\n| ${line}`).join('')
  return new AttuneError(
    'executor/failed',
    `${mostFailures} trials of study "${study.name}" failed one after the other. The last one: ${failure?.message ?? 'unknown'}${output}`,
  )
}

function reportFailures(name: string, history: HistoryView['history'], say: Say): void {
  const { failed } = countStates(history)
  if (failed === 0) return
  const first = [...history.details].find(([, { failure }]) => failure !== undefined)
  say(
    `${name}: ${failed} of ${history.finished} trials failed, first trial ${first?.[0]}: ${first?.[1].failure?.message}`,
  )
}

/** Workers that a machine has cores for. */
export const usualWorkers = (): number => Math.min(usualLag, availableParallelism())
