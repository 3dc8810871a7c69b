import { AttuneError } from '../errors.ts'
import type { Executor } from '../executors/executor.ts'
import type { Objective } from '../executors/inline.ts'
import { inline } from '../executors/inline.ts'
import type { Outcome } from '../trial/outcome.ts'
import type { StoppingCondition, StoppingLimits } from './stopping.ts'
import { createStopping } from './stopping.ts'
import type { RunOrigin } from './note-run.ts'
import { withNotedRun } from './note-run.ts'
import { stateOf } from '../journal/history.ts'
import type { OwnTrial } from './core-parts.ts'
import type { StudyCore } from './study-core.ts'

/** When a run of a study ends; whichever comes first. */
export interface OptimizeLimits extends StoppingLimits {
  /** The number of trials the study shall have in all, earlier ones included; default: no limit. */
  readonly trials?: number
  /** Wall-clock seconds from now; trials still running then are re-queued. Default: no limit. */
  readonly seconds?: number
  /** How many trials run at once; default: the slots of the executor, 1 for a function. */
  readonly workers?: number
  /**
   * For executors whose trials people judge (`ran`): no trial is started while so many run or wait to be
   * judged; a whole number >= 1, default: no limit.
   */
  readonly waiting?: number
  /** Ends the run when it aborts; running trials are re-queued. */
  readonly signal?: AbortSignal
  /** What the journal keeps of who runs it, for people alone; default: nothing. */
  readonly origin?: RunOrigin
}

/** Why a run of a study ended, and how many trials it ran here. */
export interface Summary {
  readonly reason:
    | 'trials'
    | 'time'
    | 'exhausted'
    | 'signal'
    | 'stopped'
    | StoppingCondition['name']
  /** Trials that ended in this run of this process. */
  readonly ran: number
}

/** How often other processes are looked at while nothing can be done here. */
const pollMs = 100
/** How often the journal is looked at for commands while trials run. */
const steerMs = 500
/** The next suggestion is worked out ahead where waiting for it would take more of a trial's time. */
const worthPreparing = 0.02

/** The loop: slots that open, run and finish trials until something ends the run. */
export async function optimize<P, R>(
  core: StudyCore,
  objective: Objective<P, R> | Executor<P>,
  limits: OptimizeLimits,
): Promise<Summary> {
  const executor =
    typeof objective === 'function'
      ? inline<P>(objective, {
          objectives: core.parts.config.objectives,
          slots: limits.workers ?? 1,
        })
      : objective
  const slots = Math.min(limits.workers ?? executor.slots, executor.slots)
  checkLimits(core, limits, slots)
  const stopping = await createStopping(limits, core.parts.config, core.parts.space)
  const run = new Run(core, executor as Executor, limits, stopping)
  const { origin } = limits
  if (origin === undefined) return run.until(slots)
  return withNotedRun(core, origin, limits, slots, () => run.until(slots))
}

function checkLimits(core: StudyCore, limits: OptimizeLimits, slots: number): void {
  const { config } = core.parts
  const refuse = (message: string): never => {
    throw new AttuneError('study/config', message)
  }
  const { trials = 0, seconds = 0, waiting = 1 } = limits
  if (!(slots >= 1)) refuse(`A run needs at least one worker, got ${slots}.`)
  if (!Number.isInteger(slots)) refuse(`A run needs a whole number of workers, got ${slots}.`)
  if (!(trials >= 0) || (Number.isFinite(trials) && !Number.isInteger(trials))) {
    refuse(`trials is a whole number >= 0, got ${trials}.`)
  }
  if (!(waiting >= 1) || (Number.isFinite(waiting) && !Number.isInteger(waiting))) {
    refuse(`waiting is a whole number >= 1, got ${waiting}.`)
  }
  if (!(seconds >= 0)) refuse(`seconds is a number >= 0, got ${seconds}.`)
  if (config.deterministic && slots > config.lag) {
    refuse(
      `Deterministic mode runs at most lag = ${config.lag} trials at once, got ${slots} workers. Use fewer, or a new study with a larger lag.`,
    )
  }
}

class Run {
  readonly #core: StudyCore
  readonly #executor: Executor
  readonly #limits: OptimizeLimits
  readonly #stopping: readonly StoppingCondition[]
  readonly #ending: AbortController = new AbortController()
  #reason: Summary['reason'] | undefined
  #failure: { readonly error: unknown } | undefined
  #ran = 0
  /** Trials that ran here and wait to be judged. */
  readonly #toJudge = new Set<number>()
  /** Runs of trials that ended here, and how long they took, in milliseconds. */
  #ended = 0
  #endedMs = 0
  /** Whether suggestions may be worked out before they are needed. */
  #ahead = false
  #preparing: Promise<void> | undefined
  /** What of the trials was known when the conditions were looked at last. */
  #judged = ''

  constructor(
    core: StudyCore,
    executor: Executor,
    limits: OptimizeLimits,
    stopping: readonly StoppingCondition[],
  ) {
    this.#core = core
    this.#executor = executor
    this.#limits = limits
    this.#stopping = stopping
  }

  async until(slots: number): Promise<Summary> {
    const { signal, seconds } = this.#limits
    const { clock } = this.#core.parts
    const interrupt = (): void => this.#end('signal')
    if (signal?.aborted) interrupt()
    signal?.addEventListener('abort', interrupt, { once: true })
    if (seconds !== undefined) {
      void clock.sleep(seconds * 1000, this.#ending.signal).then(() => this.#end('time'))
    }
    const endSteering = this.#watchSteering()
    this.#ahead = slots > 1
    try {
      await Promise.all(Array.from({ length: slots }, () => this.#slot()))
      await this.#preparing
    } finally {
      endSteering()
    }
    signal?.removeEventListener('abort', interrupt)
    this.#end('trials')
    if (this.#failure !== undefined) throw this.#failure.error
    return { reason: this.#reason ?? 'trials', ran: this.#ran }
  }

  /** Obeys those who steer the study from elsewhere: ends the run, or the trials they skip. */
  #watchSteering(): () => void {
    const { log, runs, parts } = this.#core
    const before = parts.history.steering?.seq ?? 0
    const obey = (): void => {
      const { steering, skipped } = parts.history
      // What was said before this run was meant for an earlier one; only a pause lasts.
      if (steering?.command === 'stop' && steering.seq > before) this.#end('stopped')
      if (skipped.size > 0) void runs.endSkipped().catch((error) => this.#fail(error))
    }
    const stop = log.subscribe((event) => {
      const { type } = event
      if (type === 'study-steered' || type === 'trial-skipped') obey()
      // Of a trial that runs here only others write that it has ended.
      if (type !== 'trial-finished') return
      runs.abortEnded(event.trial)
      if (this.#toJudge.delete(event.trial)) this.#ran++
    })
    // A look that fails is made good by the next; what is appended here says when the journal is gone.
    const look = (): void => void log.catchUp().catch(() => undefined)
    const endLooking = parts.clock.every(steerMs, look)
    return () => {
      stop()
      endLooking()
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#end('signal')
  }

  /** Ends the run once; the first reason stands. */
  #end(reason: Summary['reason']): void {
    if (this.#ending.signal.aborted) return
    // A slot that found nothing left to do knows better why.
    this.#reason ??= reason
    this.#ending.abort(reason)
    this.#core.log.wake()
  }

  async #slot(): Promise<void> {
    try {
      while (!this.#isOver()) {
        const next = await this.#core.openings.next(
          this.#limits.trials ?? Number.POSITIVE_INFINITY,
          this.#limits,
        )
        if (next.kind === 'done') {
          this.#reason ??= next.why
          return
        }
        if (next.kind === 'wait') await this.#wait(next.seq)
        else await this.#run(next.own)
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  /**
   * Works out the next suggestion while trials run, so that no slot waits for it. Outside of
   * deterministic mode, where it changes nothing, it then knows less by the trials that end meanwhile;
   * so only where a suggestion takes a noticeable part of a trial.
   */
  #prepareNext(): void {
    const { openings, parts } = this.#core
    const { trials = Number.POSITIVE_INFINITY } = this.#limits
    const meanMs = this.#ended === 0 ? Number.POSITIVE_INFINITY : this.#endedMs / this.#ended
    const pays = parts.config.deterministic || openings.suggestMs > worthPreparing * meanMs
    if (!this.#ahead || !pays || this.#preparing !== undefined || this.#isOver()) return
    this.#preparing = openings
      .prepare(trials, this.#limits)
      .catch((error) => this.#fail(error))
      .finally(() => (this.#preparing = undefined))
  }

  async #run(own: OwnTrial): Promise<void> {
    const { clock } = this.#core.parts
    const started = clock.now()
    const stop = (): void => own.abort().abort(this.#ending.signal.reason)
    if (this.#ending.signal.aborted) stop()
    this.#ending.signal.addEventListener('abort', stop, { once: true })
    let outcome: Outcome
    try {
      const running = this.#executor.run(own.trial)
      this.#prepareNext()
      outcome = await running
    } catch (error) {
      await this.#core.runs.finish(own.trial, { state: 'interrupted' })
      throw error
    } finally {
      this.#ending.signal.removeEventListener('abort', stop)
    }
    if (!(await this.#core.runs.finish(own.trial, outcome))) return
    this.#endedMs += clock.now() - started
    this.#ended++
    const { history } = this.#core.parts
    // A trial that paused has not ended, but its run says how long runs take.
    const { number } = own.trial
    if (history.details.get(number)?.ran !== undefined) this.#toJudge.add(number)
    else if (stateOf(history, number) !== 'paused') this.#ran++
  }

  /** Until something happens here, or for a moment when others may be doing it. */
  async #wait(seq: number): Promise<void> {
    const core = this.#core
    if (this.#ending.signal.aborted) return
    const woken = new AbortController()
    const paused = core.parts.history.steering?.command === 'pause'
    const polling =
      core.othersRun() || paused
        ? core.parts.clock
            .sleep(pollMs, woken.signal)
            .then(() => woken.signal.aborted || core.log.wake())
        : undefined
    await core.log.changedSince(seq)
    woken.abort()
    if (polling !== undefined) await core.runs.reclaim()
  }

  /** Whether the run has ended, which it does here as soon as a condition holds. */
  #isOver(): boolean {
    const { history } = this.#core.parts
    // Trials that go on after a pause have their place already: then the era tells that they ended.
    const known = `${history.finished} ${history.era}`
    if (!this.#ending.signal.aborted && known !== this.#judged) {
      this.#judged = known
      const reached = this.#stopping.find((condition) => condition.reached(history))
      if (reached !== undefined) this.#end(reached.name)
    }
    return this.#ending.signal.aborted
  }
}
