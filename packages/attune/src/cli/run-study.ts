import type { Executor, Json, Sampler, Scheduler, Study, StudyOptions, Summary } from '@attune/core'
import { createSampler, createScheduler, createStudy, objectiveSpecs } from '@attune/core'
import { commandExecutor } from '../executors/command-executor.ts'
import { createGuard } from '../executors/guard.ts'
import type { Guard } from '../executors/guard.ts'
import { judgedExecutor } from '../executors/judged-executor.ts'
import { moduleExecutor } from '../executors/module-executor.ts'
import { openStore } from '../journals/store.ts'
import { runOrigin } from '../journals/run-origin.ts'
import { workerIdentity } from '../journals/worker-identity.ts'
import type { WithArtifactsOptions } from '../artifacts/with-artifacts.ts'
import type { ArtifactRule } from '../artifacts/artifact-rule.ts'
import { storedRule } from '../artifacts/artifact-rule.ts'
import { gpuEnvironment } from '../executors/gpus.ts'
import type { GpuShare } from '../executors/gpus.ts'
import { reportedObjectives } from '../study-file/judged-metrics.ts'
import type { StudySpec } from '../study-file/study-spec.ts'
import { gpuShareOf, workersOf } from './auto-workers.ts'
import { runLimits } from './run-limits.ts'
import { createWorkerProbe } from './worker-probe.ts'

export interface RunStudyOptions {
  readonly spec: StudySpec
  /** The file of the journal. */
  readonly journal: string
  /** Decides about changes of a stored study. */
  readonly accept: NonNullable<Parameters<typeof createStudy>[0]>['acceptChanges']
  readonly signal: AbortSignal
  /** Called when the study has been opened and before it is shown. */
  readonly prepare?: (study: Study) => Promise<void>
  /** Gives the executor that runs trials by the one of the specification; default: that one. */
  readonly around?: (executor: Executor) => Executor
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
  const others = createWorkerProbe()
  await using study = await createStudy({
    ...optionsOf(spec),
    journal: await store.journal(spec.name),
    worker,
    probeWorker: others.probe,
    acceptChanges: options.accept ?? false,
  })
  await others.swept()
  await options.prepare?.(study as Study)
  const guard = createGuard({ mark: `${worker}/` })
  try {
    const gpuShare = gpuShareOf(spec)
    const workers = workersOf(spec, gpuShare)
    const place = options.opened(study as Study, workers)
    const programs = executorOf(spec, {
      journal,
      workers,
      guard,
      mark: `${worker}/`,
      note: place.note,
      ...(gpuShare === undefined ? {} : { gpuShare }),
    })
    const around = options.around?.(programs) ?? programs
    await using executor = await keeping(spec, around, { study, journal, note: place.note })
    const origin = runOrigin(['attune', ...process.argv.slice(2)])
    const judged = spec.judge === undefined ? executor : judgedExecutor(executor)
    const summary = await study.optimize(judged, { workers, signal, origin, ...runLimits(spec) })
    await summarise(study as Study, summary)
    return summary
  } finally {
    await guard.close()
  }
}

/** What a study is, as its specification says. */
export function optionsOf(spec: StudySpec): StudyOptions<unknown, StudySpec['objectives']> {
  return {
    name: spec.name,
    space: spec.space,
    objective: spec.objectives,
    constraints: spec.constraints,
    ...chosen(spec),
    ...(spec.seed === undefined ? {} : { seed: spec.seed }),
    ...(spec.deterministic === undefined ? {} : { deterministic: spec.deterministic }),
    ...(spec.lag === undefined ? {} : { lag: spec.lag }),
    ...(spec.retry === undefined ? {} : { retry: spec.retry }),
    ...(spec.duplicates === undefined ? {} : { duplicates: spec.duplicates }),
    program: programOf(spec),
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
function programOf(spec: StudySpec): Json {
  const { command, module, judge, cwd, result, metric, artifacts } = spec
  const asked = judge === undefined ? {} : { judge: judge as Json }
  if ((command ?? module) === undefined) return asked
  return {
    ...(command === undefined ? {} : { command: command as Json }),
    ...(module === undefined ? {} : { module }),
    cwd,
    result,
    ...(metric === undefined ? {} : { metric }),
    ...(artifacts === undefined
      ? {}
      : { artifacts: storedRule(artifactsKept(spec, artifacts), spec.objectives.length) }),
    ...asked,
  }
}

/** Files that people compare are kept of all trials, unless the study says otherwise. */
function artifactsKept({ judge }: StudySpec, rule: ArtifactRule): ArtifactRule {
  return judge === undefined ? rule : { keep: 'all', ...rule }
}

/** The executor that also keeps the files that trials leave, if the study says so. */
async function keeping(
  { artifacts }: StudySpec,
  executor: Executor,
  place: Omit<WithArtifactsOptions, 'rule'>,
): Promise<Executor> {
  if (artifacts === undefined) return executor
  const { withArtifacts } = await import('../artifacts/with-artifacts.ts')
  return withArtifacts(executor, { ...place, rule: artifacts })
}

function executorOf(
  spec: StudySpec,
  place: {
    readonly journal: string
    readonly workers: number
    readonly guard: Guard
    readonly mark: string
    readonly note: (line: string) => void
    readonly gpuShare?: GpuShare
  },
): Executor {
  const { gpuShare } = place
  const common = {
    cwd: spec.cwd,
    study: spec.name,
    journal: place.journal,
    objectives: objectiveSpecs(
      reportedObjectives(spec.objectives, spec.judge?.map(({ metric }) => metric) ?? []),
    ),
    slots: place.workers,
    guard: place.guard,
    mark: place.mark,
    ...(spec.env === undefined ? {} : { env: spec.env }),
    ...spec.trial,
    ...(gpuShare === undefined
      ? {}
      : { slotEnvironment: (slot: number) => gpuEnvironment(slot, gpuShare) }),
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
