import { systemClock } from '../clock.ts'
import type { Json } from '../errors.ts'
import { AttuneError, refuseProblems } from '../errors.ts'
import type { Described, StudyConfig, StudyEvent } from '../journal/event.ts'
import { journalVersion } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { memoryJournal } from '../journal/memory-journal.ts'
import { checkOutcomeConstraints } from '../journal/outcome-constraint.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import { none } from '../schedulers/scheduler.ts'
import { countValues } from '../space/distribution.ts'
import type { SearchSpace } from '../space/space.ts'
import { space as makeSpace } from '../space/space.ts'
import { spaceToJson } from '../space/to-json.ts'
import { objectiveSpecs } from './objective-specs.ts'
import { checkDuplicates, duplicateRule } from './duplicates.ts'
import { checkRetry, retryRule } from './retry.ts'
import type { Study } from './study.ts'
import { studyHandle } from './study.ts'
import type { StudyCore } from './study-core.ts'
import { createStudyCore } from './study-core.ts'
import { openHistory } from './study-log.ts'
import type { ObjectivesOption, ResultOf, StudyOptions } from './study-options.ts'

/** A name that no other process has; it decides nothing. */
function newWorkerName(): string {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint32Array(2))
  return `local-${a.toString(36)}${b.toString(36)}`
}

/** What createStudy does, loaded when it is called. */
export async function openStudy<P, O extends ObjectivesOption>(
  options: StudyOptions<P, O>,
): Promise<Study<P, ResultOf<O>>> {
  const clock = options.clock ?? systemClock
  const journal = options.journal ?? memoryJournal()
  const { history, snapshotSeq } = await openHistory(journal)
  const stored = history.config
  const space = (options.space ?? (await storedSpace(history))) as SearchSpace
  refuseProblems('study/config', 'Study', checkOptions(options))
  const { createSampler, createScheduler } = await registry(options, stored)
  const sampler = options.sampler ?? createSampler(stored?.sampler ?? { name: 'auto' })
  const scheduler =
    options.scheduler ?? (stored === undefined ? none() : createScheduler(stored.scheduler))
  const retry = options.retry === undefined ? stored?.retry : retryRule(options.retry)
  const duplicates =
    options.duplicates === undefined ? stored?.duplicates : duplicateRule(options.duplicates)
  const config: StudyConfig = {
    name: options.name ?? stored?.name ?? 'study',
    space: spaceToJson(space),
    objectives:
      options.objective === undefined && stored !== undefined
        ? stored.objectives
        : objectiveSpecs(options.objective ?? 'minimize'),
    constraints: options.constraints ?? stored?.constraints ?? [],
    seed: options.seed ?? stored?.seed ?? 0,
    deterministic: options.deterministic ?? stored?.deterministic ?? false,
    lag: options.lag ?? stored?.lag ?? 8,
    ...(retry === undefined ? {} : { retry }),
    ...(duplicates === undefined ? {} : { duplicates }),
    ...((options.program ?? stored?.program) === undefined
      ? {}
      : { program: options.program ?? (stored?.program as Json) }),
    sampler: describeSampler(sampler),
    scheduler: {
      name: scheduler.name,
      ...(scheduler.options === undefined ? {} : { options: scheduler.options }),
      ...(scheduler.rungs === undefined ? {} : { rungs: scheduler.rungs }),
    },
  }
  checkCapabilities(config, space, sampler, scheduler)
  const core = createStudyCore({
    journal,
    history,
    config,
    space,
    sampler,
    scheduler,
    clock,
    worker: options.worker ?? newWorkerName(),
    probeWorker: options.probeWorker ?? (() => 'unknown'),
    snapshotSeq,
  })
  if (stored === undefined) await create(core)
  else await reopen(core, stored, options)
  await core.runs.reclaim()
  return studyHandle<P, ResultOf<O>>(core)
}

interface Registry {
  createSampler(described: Described): Sampler
  createScheduler(described: Described): Scheduler
}

/** The space a study was stored with, for those who open it without saying one. */
async function storedSpace(history: History): Promise<SearchSpace> {
  if (history.config === undefined) return makeSpace({}) as SearchSpace
  const { spaceOf } = await import('../journal/stored-space.ts')
  return spaceOf(history)
}

/** Loaded only when a sampler or scheduler must be made from its stored name. */
async function registry(
  options: { readonly sampler?: unknown; readonly scheduler?: unknown },
  stored: StudyConfig | undefined,
): Promise<Registry> {
  if (options.sampler !== undefined && (options.scheduler !== undefined || stored === undefined)) {
    return { createSampler: unneeded, createScheduler: unneeded }
  }
  return import('./registry.ts')
}

function unneeded(): never {
  throw new AttuneError('study/config', 'The registry was not loaded.')
}

function describeSampler({ name, options }: Sampler): StudyConfig['sampler'] {
  return options === undefined ? { name } : { name, options }
}

function checkOptions(
  options: Pick<
    StudyOptions<unknown, ObjectivesOption>,
    'constraints' | 'seed' | 'lag' | 'objective' | 'retry' | 'duplicates'
  >,
): { path: string; message: string }[] {
  const problems = [
    ...checkOutcomeConstraints(options.constraints ?? []),
    ...checkRetry(options.retry ?? {}),
    ...checkDuplicates(options.duplicates),
  ]
  const { seed, lag, objective } = options
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    problems.push({ path: 'seed', message: `a seed is a whole number, got ${seed}.` })
  }
  if (lag !== undefined && !(Number.isInteger(lag) && lag >= 1)) {
    problems.push({ path: 'lag', message: `the lag is a whole number >= 1, got ${lag}.` })
  }
  const names = objectiveSpecs(objective ?? 'minimize').map((o) => o.name)
  if (names.length === 0) {
    problems.push({ path: 'objective', message: 'a study needs at least one objective.' })
  }
  for (const name of new Set(names.filter((n, i) => names.indexOf(n) !== i))) {
    problems.push({
      path: 'objective',
      message: `"${name}" stands twice. Every objective needs its own name.`,
    })
  }
  if (names.some((name) => typeof name !== 'string' || name === '' || name === 'standardErrors')) {
    problems.push({
      path: 'objective',
      message: 'an objective is the name of a metric, and not "standardErrors".',
    })
  }
  return problems
}

function checkCapabilities(
  config: StudyConfig,
  space: SearchSpace,
  sampler: Sampler,
  scheduler: Scheduler,
): void {
  const refuse = (message: string): never => {
    throw new AttuneError('study/capability', message)
  }
  const { name, objectives } = config
  const many = objectives.length > 1
  if (many && sampler.supports.objectives === 'one') {
    refuse(
      `Sampler "${sampler.name}" optimises one objective, but study "${name}" has ${objectives.length}. Use another sampler.`,
    )
  }
  if (many && scheduler.supports.objectives === 'one') {
    refuse(
      `Scheduler "${scheduler.name}" watches one objective, but study "${name}" has ${objectives.length}. Use scheduler none.`,
    )
  }
  if (config.deterministic && config.lag > 1 && scheduler.next !== undefined) {
    refuse(
      `Scheduler "${scheduler.name}" pauses trials and promotes them by what has finished until then, so study "${name}" can be deterministic only with one trial at a time, got lag ${config.lag}. Set lag to 1, or let the scheduler stop trials instead (promote: false).`,
    )
  }
  if (!sampler.supports.conditional && space.params.some((p) => p.when.length > 0)) {
    refuse(
      `Sampler "${sampler.name}" knows no conditional parameters, but the space of study "${name}" has some. Use another sampler.`,
    )
  }
  if (!sampler.supports.constraints && space.constraints.length > 0) {
    refuse(
      `Sampler "${sampler.name}" knows no constraints, but the space of study "${name}" has some. Use another sampler.`,
    )
  }
  const continuous = space.params.find(
    (p) => countValues(p.distribution) === Number.POSITIVE_INFINITY,
  )
  if (!sampler.supports.continuous && continuous !== undefined) {
    refuse(
      `Sampler "${sampler.name}" needs finitely many values, but parameter "${continuous.name}" is continuous. Give it a step, or use another sampler.`,
    )
  }
}

async function create(core: StudyCore): Promise<void> {
  const { config, space, clock, history } = core.parts
  const at = clock.now()
  const events: StudyEvent[] = [
    { type: 'study-created', version: journalVersion, at, study: config },
  ]
  const defaults = space.params.filter((p) => p.default !== undefined)
  if (defaults.length > 0) {
    const values = Object.fromEntries(defaults.map((p) => [p.name, p.default as never]))
    events.push({ type: 'trial-enqueued', at, values })
  }
  if (await core.log.commit(events, 0)) return
  // Another process created the study in the same moment.
  await reopen(core, history.config as StudyConfig, {})
}

async function reopen(
  core: StudyCore,
  stored: StudyConfig,
  options: Pick<StudyOptions<unknown, ObjectivesOption>, 'acceptChanges'>,
): Promise<void> {
  const { config, history, clock } = core.parts
  if (stored.name !== config.name) {
    throw new AttuneError(
      'study/exists',
      `This journal holds study "${stored.name}", not "${config.name}". Use that name or another journal.`,
    )
  }
  // Loaded only where a study is opened again, as is all that an ordinary page does not need.
  const { compareStudies, describeChanges } = await import('./changes.ts')
  const { spaceOf } = await import('../journal/stored-space.ts')
  const changes = compareStudies(
    { config: stored, space: spaceOf(history) },
    { config, space: core.parts.space },
  )
  if (changes.length === 0) return
  if (changes.some((change) => change.consent)) {
    const accept = options.acceptChanges ?? false
    const accepted = typeof accept === 'function' ? await accept(changes) : accept
    if (!accepted) {
      throw new AttuneError(
        'study/changed',
        `Study "${stored.name}" was stored with other settings:\n${describeChanges(changes)}\nAccept the changes (acceptChanges, --accept-changes), restore the settings, or choose another name.`,
        { details: changes as never },
      )
    }
  }
  await core.log.commit([{ type: 'study-changed', at: clock.now(), study: config }])
}
