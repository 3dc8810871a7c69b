import { availableParallelism } from 'node:os'
import type { Executor, Json, Sampler, Scheduler, Study, Summary } from '@attune/core'
import { createSampler, createScheduler, createStudy, objectiveSpecs } from '@attune/core'
import { commandExecutor } from '../executors/command-executor.ts'
import { createGuard } from '../executors/guard.ts'
import type { Guard } from '../executors/guard.ts'
import { moduleExecutor } from '../executors/module-executor.ts'
import { sweepMarked } from '../executors/process-tree.ts'
import { openStore } from '../journals/store.ts'
import { probeWorker, workerIdentity } from '../journals/worker-identity.ts'
import type { StudySpec } from '../study-file/study-spec.ts'

export interface RunStudyOptions {
  readonly spec: StudySpec
  /** The file of the journal. */
  readonly journal: string
  /** Decides about changes of a stored study. */
  readonly accept: NonNullable<Parameters<typeof createStudy>[0]>['acceptChanges']
  readonly signal: AbortSignal
  /** Called when the study is open, before the first trial; gives a place for notes. */
  readonly opened: (study: Study, workers: number) => { note(line: string): void }
}

/** Runs a study as its specification says, and leaves no process behind. */
export async function runStudy(
  options: RunStudyOptions,
  summarise: (study: Study, summary: Summary) => Promise<void>,
): Promise<Summary> {
  const { spec, journal, signal } = options
  await using store = await openStore(journal)
  const worker = workerIdentity()
  const sweeps: Promise<unknown>[] = []
  await using study = await createStudy({
    name: spec.name,
    space: spec.space,
    objective: spec.objectives,
    constraints: spec.constraints,
    ...chosen(spec),
    ...(spec.seed === undefined ? {} : { seed: spec.seed }),
    ...(spec.deterministic === undefined ? {} : { deterministic: spec.deterministic }),
    ...(spec.lag === undefined ? {} : { lag: spec.lag }),
    ...(spec.retry === undefined ? {} : { retry: spec.retry }),
    program: programOf(spec),
    journal: await store.journal(spec.name),
    worker,
    probeWorker: (other) => {
      const state = probeWorker(other)
      // What a dead worker left running goes before its trials are run again.
      if (state === 'dead') sweeps.push(sweepMarked(`${other}/`))
      return state
    },
    acceptChanges: options.accept ?? false,
  })
  await Promise.all(sweeps)
  const guard = createGuard({ mark: `${worker}/` })
  try {
    const workers = spec.workers === 'auto' ? availableParallelism() : (spec.workers ?? 1)
    const place = options.opened(study as Study, workers)
    await using executor = executorOf(spec, {
      journal,
      workers,
      guard,
      mark: `${worker}/`,
      note: place.note,
    })
    const summary = await study.optimize(executor, {
      workers,
      signal,
      ...(spec.trials === undefined ? {} : { trials: spec.trials }),
      ...(spec.seconds === undefined ? {} : { seconds: spec.seconds }),
      ...(spec.target === undefined ? {} : { target: spec.target }),
      ...(spec.patience === undefined ? {} : { patience: spec.patience }),
      ...(spec.cost === undefined ? {} : { cost: spec.cost }),
      ...(spec.regret === undefined ? {} : { regret: spec.regret }),
    })
    await summarise(study as Study, summary)
    return summary
  } finally {
    await guard.close()
  }
}

/** Samplers and schedulers that were not named are those the study was stored with. */
function chosen({ sampler, scheduler }: StudySpec): { sampler?: Sampler; scheduler?: Scheduler } {
  return {
    ...(sampler === undefined ? {} : { sampler: createSampler(sampler) }),
    ...(scheduler === undefined ? {} : { scheduler: createScheduler(scheduler) }),
  }
}

/** What is stored of how the objective is run, to repeat a trial by hand. */
function programOf({ command, module, cwd, result, metric }: StudySpec): Json {
  return {
    ...(command === undefined ? {} : { command: command as Json }),
    ...(module === undefined ? {} : { module }),
    cwd,
    result,
    ...(metric === undefined ? {} : { metric }),
  }
}

function executorOf(
  spec: StudySpec,
  place: {
    readonly journal: string
    readonly workers: number
    readonly guard: Guard
    readonly mark: string
    readonly note: (line: string) => void
  },
): Executor {
  const { timeoutSeconds, graceSeconds } = spec.trial
  const common = {
    cwd: spec.cwd,
    study: spec.name,
    journal: place.journal,
    objectives: objectiveSpecs(spec.objectives),
    slots: place.workers,
    guard: place.guard,
    mark: place.mark,
    ...(spec.env === undefined ? {} : { env: spec.env }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(graceSeconds === undefined ? {} : { graceSeconds }),
  }
  if (spec.module !== undefined) return moduleExecutor({ ...common, file: spec.module })
  return commandExecutor({
    ...common,
    command: spec.command ?? [],
    space: spec.space,
    result: spec.result,
    ...(spec.metric === undefined ? {} : { metric: spec.metric }),
    note: place.note,
  })
}
