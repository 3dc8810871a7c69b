import { bestTrials } from '../analysis/best.ts'
import type { Problem } from '../errors.ts'
import { AttuneError, refuseProblems } from '../errors.ts'
import type { Executor } from '../executors/executor.ts'
import type { Objective } from '../executors/inline.ts'
import type { StudyConfig, StudyEvent } from '../journal/event.ts'
import type { History, TrialState } from '../journal/history.ts'
import { stateOf } from '../journal/history.ts'
import { jointSpace } from '../journal/discovered.ts'
import { checkValues, flatten } from '../space/nest.ts'
import type { SearchSpace, Values } from '../space/space.ts'
import type { Outcome } from '../trial/outcome.ts'
import { outcomeOf, outcomeOfError } from '../trial/outcome.ts'
import type { TrialRecord } from '../trial/record.ts'
import { recordIn } from '../trial/record.ts'
import type { Trial } from '../trial/trial.ts'
import type { OptimizeLimits, Summary } from './optimize.ts'
import { optimize } from './optimize.ts'
import { adjustedSpace } from './current-space.ts'
import type { Ranges } from './narrow.ts'
import { distributionsOf } from './narrow.ts'
import type { StudyCore } from './study-core.ts'
import { resultWith } from './ran.ts'
import type { Annotation, AnnotationResult } from './annotations.ts'
import { annotateStudy } from './annotations.ts'

/** A configuration of which any part may be missing. */
export type Partially<P> = P extends readonly unknown[]
  ? P
  : P extends object
    ? { readonly [K in keyof P]?: Partially<P[K]> }
    : P

export interface EnqueueOptions {
  /** An earlier trial: what it left in its folder is copied, so that its checkpoint can be continued. */
  readonly from?: number
}

/** An open study. `P` is the type of a configuration, `R` what an objective returns. */
export interface Study<P = unknown, R = unknown> extends AsyncDisposable {
  readonly name: string
  readonly config: StudyConfig
  readonly space: SearchSpace<P>
  /** What is known so far; only to be read. */
  readonly history: History
  /**
   * Opens the next trial, to be told later.
   * @throws AttuneError `study/no-trial` when the sampler has come to its end.
   */
  ask(): Promise<Trial<P>>
  /** Records the result of a trial that was asked for here. */
  tell(trial: Trial<P> | number, result: R | 'pruned' | Error): Promise<TrialRecord<P>>
  /** Puts a configuration, or a part of one, in front of what the sampler proposes. */
  enqueue(params: Partially<P>, options?: EnqueueOptions): Promise<void>
  /** As enqueue, by flat names. */
  enqueueValues(values: Values, options?: EnqueueOptions): Promise<void>
  /**
   * Tells whoever runs the study, here or elsewhere, to open no further trials (`pause`; what runs goes
   * on), to go on (`resume`), or to end the run and put back what runs (`stop`).
   */
  steer(command: 'pause' | 'resume' | 'stop', why?: string): Promise<void>
  /**
   * Ends a trial that waits, runs or has paused, as pruned: wherever it runs, it is ended there.
   * @throws AttuneError `trial/state` when it has ended already
   */
  skip(trial: number, why?: string): Promise<void>
  /**
   * Ends a trial that waits or runs as failed, wherever it is; what its worker still sends is stale.
   * @throws AttuneError `trial/state` when it is not open
   */
  fail(trial: number, why?: string): Promise<void>
  /**
   * Records the result of a trial that waits or runs, whoever asked for it, such as a person's who judged
   * it; the worker that runs it, if there is one, ends it. What the program of a trial gave that waits to
   * be judged stands beside what is told here.
   * @throws AttuneError `trial/state` when it is not open or has no values yet
   */
  tellOpen(trial: number, result: R | 'pruned' | Error): Promise<TrialRecord<P>>
  /**
   * Says something of a trial or of the study: a note, tags, a title; whether it is archived, or a trial
   * excluded. With `was` a note that somebody else has written meanwhile is a conflict and stays.
   * @throws AttuneError `usage`, `trial/state`
   */
  annotate(annotation: Annotation): Promise<AnnotationResult>
  /**
   * Searches parameters in other ranges from the next suggestion on; old trials stay and guide the
   * search. The space stays declared as it was, and a parameter set to null goes back to that.
   * @throws AttuneError `space/values`, `space/infeasible`
   */
  narrow(ranges: Ranges): Promise<void>
  /** Runs trials until a limit is reached. */
  optimize(objective: Objective<P, R> | Executor<P>, limits?: OptimizeLimits): Promise<Summary>
  /** The best feasible trial; with several objectives the first of the Pareto front. */
  best(): TrialRecord<P> | undefined
  /** The best feasible trial, or all of the Pareto front. */
  bestTrials(): TrialRecord<P>[]
  trials(filter?: { readonly state?: TrialState }): TrialRecord<P>[]
  trial(number: number): TrialRecord<P>
  /** Reads what other workers did. */
  refresh(): Promise<void>
  /** Calls back for every event that is applied from now on; gives the way to end it. */
  subscribe(listener: (event: StudyEvent) => void): () => void
  /** Re-queues trials that are still running here and closes the journal. */
  close(): Promise<void>
}

export function studyHandle<P, R>(core: StudyCore): Study<P, R> {
  const { history, config } = core.parts
  const space = core.parts.space as SearchSpace<P>
  const isOpened = (trial: number): boolean =>
    Number.isInteger(trial) && trial >= 0 && trial < history.length
  const record = (trial: number): TrialRecord<P> => recordIn(history, space, trial)

  const checkOpened = (trial: number): void => {
    if (isOpened(trial)) return
    const count = history.length === 0 ? 'no trials yet' : `trials 0 to ${history.length - 1}`
    throw new AttuneError('trial/state', `Study "${config.name}" has ${count}, got ${trial}.`)
  }

  const enqueueValues = async (values: Values, options: EnqueueOptions = {}): Promise<void> => {
    const { from } = options
    const problemsIn = (declared: SearchSpace): Problem[] =>
      checkValues(jointSpace(history, declared), values, { partial: true })
    // Others may have opened the trial, or widened a range, since this process looked.
    const isStrange = from !== undefined && !isOpened(from)
    if (isStrange || problemsIn(space as SearchSpace).length > 0) await core.log.catchUp()
    if (from !== undefined) checkOpened(from)
    // What lies outside of a narrowed range may still be tried by hand.
    const declared = problemsIn(space as SearchSpace)
    const adjusted = adjustedSpace(history, space as SearchSpace)
    const problems = declared.length > 0 && adjusted !== space ? problemsIn(adjusted) : declared
    refuseProblems('space/values', `Enqueued configuration for study "${config.name}"`, problems)
    const whole = checkValues(space as SearchSpace, values).length === 0
    const broken = space.constraints.find((c) => (whole || c.partial) && !c.satisfied(values))
    if (broken !== undefined) {
      throw new AttuneError(
        'space/values',
        `The enqueued configuration breaks "${broken.source}". Change its values.`,
      )
    }
    const event = { type: 'trial-enqueued', at: core.parts.clock.now(), values } as const
    await core.log.commit([from === undefined ? event : { ...event, from }])
  }

  const endOpen = async (
    trial: number,
    outcome: Parameters<typeof core.runs.endOpen>[1],
  ): Promise<void> => {
    if (await core.runs.endOpen(trial, outcome)) return core.runs.abortEnded(trial)
    checkOpened(trial)
    const state = stateOf(history, trial)
    const about = history.open.has(trial) ? 'has no values yet' : `is ${state}`
    throw new AttuneError('trial/state', `Trial ${trial} ${about}; only open trials can be ended.`)
  }

  return {
    name: config.name,
    config,
    space,
    history,
    async ask() {
      for (;;) {
        const next = await core.openings.next(Number.POSITIVE_INFINITY, { asked: true })
        if (next.kind === 'trial') return next.own.trial as unknown as Trial<P>
        // Something happened already: a result was taken over, as by `duplicates`.
        if (next.kind === 'wait' && history.seq > next.seq) continue
        const own = core.runs.running.size > 0
        if (next.kind === 'done' || core.parts.config.deterministic || own) {
          throw new AttuneError('study/no-trial', noTrial(core, next.kind))
        }
        await core.runs.reclaim()
        await core.parts.clock.sleep(100)
      }
    },
    async tell(given, result) {
      const number = typeof given === 'number' ? given : given.number
      const own = core.runs.running.get(number)
      if (own === undefined) {
        const state = isOpened(number) ? stateOf(history, number) : 'not opened'
        throw new AttuneError(
          'trial/state',
          `Trial ${number} is ${state}; tell() takes trials that were asked for here and are running.`,
        )
      }
      await core.runs.finish(own.trial, tellOutcome(result, config))
      return record(number)
    },
    enqueue: (params, options) => enqueueValues(flatten(space, params), options),
    enqueueValues,
    async steer(command, why) {
      const event = { type: 'study-steered', at: core.parts.clock.now(), command } as const
      await core.log.commit([why === undefined ? event : { ...event, why }])
    },
    async skip(trial, why) {
      await core.log.catchUp()
      checkOpened(trial)
      const state = stateOf(history, trial)
      if (!['waiting', 'running', 'paused'].includes(state)) {
        throw new AttuneError(
          'trial/state',
          `Trial ${trial} is ${state}; only trials that wait, run or have paused can be skipped.`,
        )
      }
      const event = { type: 'trial-skipped', at: core.parts.clock.now(), trial } as const
      await core.log.commit([why === undefined ? event : { ...event, why }])
      await core.runs.endSkipped()
    },
    async fail(trial, why = 'Somebody marked it as failed.') {
      await endOpen(trial, { state: 'failed', failure: { reason: 'killed', message: why } })
    },
    async tellOpen(trial, result) {
      const own = core.runs.running.get(trial)
      await core.log.catchUp()
      const outcome = tellOutcome(resultWith(history.details.get(trial), result), config)
      if (own !== undefined) await core.runs.finish(own.trial, outcome)
      else if (outcome.state !== 'interrupted' && outcome.state !== 'ran') {
        await endOpen(trial, outcome)
      }
      return record(trial)
    },
    async annotate(annotation) {
      await core.log.catchUp()
      if (annotation.trial !== undefined) checkOpened(annotation.trial)
      return await annotateStudy(core, annotation)
    },
    async narrow(ranges) {
      await core.log.catchUp()
      const params = distributionsOf(history, space as SearchSpace, ranges)
      await core.log.commit([{ type: 'space-adjusted', at: core.parts.clock.now(), params }])
    },
    optimize: (objective, limits) => optimize<P, R>(core, objective, limits ?? {}),
    best: () => bestTrials(history).slice(0, 1).map(record)[0],
    bestTrials: () => bestTrials(history).map(record),
    trials: ({ state } = {}) => {
      const all = Array.from({ length: history.length }, (_, i) => i)
      return all.filter((t) => state === undefined || stateOf(history, t) === state).map(record)
    },
    trial(number) {
      checkOpened(number)
      return record(number)
    },
    refresh: () => core.log.catchUp(),
    subscribe: (listener) => core.log.subscribe(listener),
    close: () => core.close(),
    [Symbol.asyncDispose]: () => core.close(),
  }
}

function tellOutcome(result: unknown, config: StudyConfig): Outcome {
  if (result === 'pruned') return { state: 'pruned' }
  return result instanceof Error ? outcomeOfError(result) : outcomeOf(result, config.objectives)
}

function noTrial(core: StudyCore, kind: 'wait' | 'done'): string {
  const { config, sampler } = core.parts
  if (kind === 'done') return `Sampler "${sampler.name}" has proposed every configuration there is.`
  if (core.parts.history.steering?.command === 'pause') {
    return `Study "${config.name}" is paused, and trials that were asked for are still running. Tell them, or resume it: study.steer('resume').`
  }
  return config.deterministic
    ? `Trials that must finish first are still running (deterministic mode, lag ${config.lag}). Tell them before asking again.`
    : `Sampler "${sampler.name}" has proposed every configuration; some are still running.`
}
