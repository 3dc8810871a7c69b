import { AttuneError } from '../errors.ts'
import type { Failure, StudyEvent, TrialFinished } from '../journal/event.ts'
import { storeNumbers } from '../journal/event.ts'
import type { TrialDetails } from '../journal/history.ts'
import { cell } from '../journal/history.ts'
import type { Distribution, Label } from '../space/distribution.ts'
import { nest } from '../space/nest.ts'
import type { Decision } from '../trial/decision.ts'
import type { Outcome } from '../trial/outcome.ts'
import { trialSeeds } from '../trial/trial-seed.ts'
import type { LiveTrial, TrialData } from '../trial/trial.ts'
import { createTrial } from '../trial/trial.ts'
import type { CoreParts, OwnTrial } from './core-parts.ts'
import { decide } from './decide.ts'
import { endedWith, ranOf } from './ran.ts'
import { failureOfLoss, isRetried } from './retry.ts'
import type { StudyLog } from './study-log.ts'

/** The trials that this process runs: how they start, report and end. */
export interface Runs {
  readonly running: ReadonlyMap<number, OwnTrial>
  /** Whether this process runs a trial, or is claiming or ending one. */
  isBusy(): boolean
  /** Marks a trial as being claimed here, until the function it gives is called. */
  claiming(trial: number): () => void
  /** Remembers whether a claim of this process is in the journal, or may be. */
  setClaimed(trial: number, isClaimed: boolean): void
  /** Makes a claimed trial that has its values ready to run. */
  start(trial: number, epoch: number, asked: boolean): OwnTrial
  /** Whether a trial is open under this epoch. */
  isOurs(trial: number, epoch: number): boolean
  /**
   * Records how a run ended, under an old epoch as stale; false when the trial is to run again. One that
   * people are to judge stays open.
   */
  finish(own: LiveTrial<unknown>, outcome: Outcome): Promise<boolean>
  /** Puts a trial back to be run again, unless somebody did it first. */
  requeue(trial: number, epoch: number): Promise<void>
  /**
   * Re-queues the trials of workers that are gone; tells how many. Trials under this worker's own
   * name that it does not run were left behind: by a process before it, or by a journal that failed.
   */
  reclaim(): Promise<number>
  /** Ends the runs of trials that somebody skipped, wherever they stand. */
  endSkipped(): Promise<void>
  /**
   * Records how a trial ended that waits or runs wherever it does, because somebody says so; whoever runs
   * it ends it, and what it sends then is stale. False when it was not open, or had no values yet.
   */
  endOpen(trial: number, outcome: Ended): Promise<boolean>
  /** Aborts the run of a trial here that was ended from elsewhere. */
  abortEnded(trial: number): void
  /** Re-queues all that runs here. */
  abandon(): Promise<void>
}

type Ended = Exclude<Outcome, { state: 'interrupted' | 'ran' }>
type Ran = Extract<Outcome, { state: 'ran' }>

export function createRuns(parts: CoreParts, log: StudyLog): Runs {
  const { history, config, space, clock, worker } = parts
  const declared: Readonly<Record<string, Distribution>> = Object.fromEntries(
    space.params.map((p) => [p.name, p.distribution]),
  )
  const seedOf = trialSeeds(config.seed)
  const running = new Map<number, OwnTrial>()
  /** Trials that are being claimed or ended here just now. */
  const changing = new Set<number>()
  /** Trials claimed here that have not ended here: what a journal that failed left is no loss. */
  const claimed = new Set<number>()

  const isOurs = (trial: number, epoch: number): boolean =>
    history.open.has(trial) && cell(history, 'epoch', trial) === epoch
  const secondsOf = (trial: number): number =>
    (clock.now() - cell(history, 'startedAt', trial)) / 1000

  async function requeue(trial: number, epoch: number): Promise<void> {
    await log.catchUp()
    if (!isOurs(trial, epoch)) return
    const seconds = secondsOf(trial)
    const resources = Number.isNaN(seconds) ? {} : { resources: { seconds } }
    const at = clock.now()
    const again = { type: 'trial-requeued', at, trial, epoch: epoch + 1, ...resources } as const
    await log.commit([{ ...again, cause: 'interrupted' }])
  }

  function finishedBy(
    trial: number,
    epoch: number,
    given: Ended,
    discovered: TrialFinished['discovered'] = [],
  ): TrialFinished {
    const outcome = endedWith(history.details.get(trial), given)
    const { state } = outcome
    const seconds = secondsOf(trial)
    const resources = { ...(Number.isNaN(seconds) ? {} : { seconds }), ...outcome.resources }
    const artifacts = state === 'failed' ? [] : (outcome.artifacts ?? [])
    return {
      type: 'trial-finished',
      at: clock.now(),
      trial,
      epoch,
      state,
      ...(state === 'complete' ? { metrics: storeNumbers(outcome.metrics) } : {}),
      ...(state === 'complete' && outcome.standardErrors !== undefined
        ? { standardErrors: storeNumbers(outcome.standardErrors) }
        : {}),
      ...(state === 'failed' ? { failure: outcome.failure } : {}),
      ...(Object.keys(resources).length === 0 ? {} : { resources }),
      ...(discovered.length === 0 ? {} : { discovered }),
      ...(artifacts.length === 0 ? {} : { artifacts }),
    }
  }

  async function record(own: LiveTrial<unknown>, outcome: Ended): Promise<boolean> {
    const { number: trial, epoch } = own
    const finished = finishedBy(trial, epoch, outcome, own.takeDiscovered())
    const { at, state } = finished
    while (isOurs(trial, epoch)) {
      const again = outcome.state === 'failed' && isRetried(history, trial, outcome.failure)
      const paused = state === 'pruned' && history.details.get(trial)?.pausing === true
      const event = again
        ? retried(finished, outcome.failure)
        : paused
          ? asPause(finished)
          : finished
      if (await log.commit([event], history.seq)) return !again
    }
    const { metrics } = finished
    const told = metrics === undefined ? {} : { metrics }
    await log.commit([{ type: 'trial-stale', at, trial, epoch, state, ...told }])
    return true
  }

  /** Has a trial wait for people; one that was skipped meanwhile, or is not ours any more, ends here. */
  async function recordRan(own: LiveTrial<unknown>, outcome: Ran): Promise<boolean> {
    const { number: trial, epoch } = own
    const { state: _, ...gave } = outcome
    if (history.skipped.has(trial)) return record(own, { ...gave, state: 'pruned' })
    const at = clock.now()
    const ran = {
      type: 'trial-ran',
      at,
      trial,
      epoch,
      ...ranOf(outcome, secondsOf(trial)),
    } as const
    const event = { ...ran, ...someOf(own.takeDiscovered()) }
    while (isOurs(trial, epoch)) if (await log.commit([event], history.seq)) return true
    return record(own, { ...gave, state: 'complete' })
  }

  /**
   * Puts a trial back whose worker is gone, or ends it as failed when that happened too often.
   * Whoever appends first does it: a later append finds the trial ended or under another epoch.
   */
  async function lose(trial: number, epoch: number): Promise<void> {
    await log.catchUp()
    while (isOurs(trial, epoch)) {
      const at = clock.now()
      const failure = failureOfLoss(history, trial)
      const failed = { type: 'trial-finished', at, trial, epoch, state: 'failed' } as const
      const event: StudyEvent =
        failure === undefined
          ? { type: 'trial-requeued', at, trial, epoch: epoch + 1, cause: 'lost' }
          : isRetried(history, trial, failure)
            ? retried(failed, failure)
            : { ...failed, failure }
      if (await log.commit([event], history.seq)) return
    }
  }

  async function report(
    trial: number,
    epoch: number,
    { step, metrics, discovered }: Report,
    abort: () => AbortController,
  ): Promise<Decision> {
    const { scheduler } = parts
    const name = config.objectives[0]?.name ?? ''
    const reached = (): number => cell(history, `nextRung:${name}`, trial) || 0
    if (!isOurs(trial, epoch)) return lost(abort)
    const before = reached()
    const at = clock.now()
    const values = storeNumbers(metrics)
    await log.commit([
      { type: 'trial-reported', at, trial, epoch, step, values, ...someOf(discovered) },
    ])
    if (!isOurs(trial, epoch)) return lost(abort)
    const { stopped, pausing } = history.details.get(trial) ?? {}
    if (stopped !== undefined) {
      return { kind: 'stop', reason: stopped, ...(pausing === true ? { pause: true } : {}) }
    }
    if (scheduler.rungs === undefined || reached() === before) return { kind: 'continue' }
    const seen = history.seq
    const decided = decide(parts, { trial, step, value: metrics[name] as number })
    if (decided === undefined) return { kind: 'continue' }
    const { decision, stored } = decided
    await log.commit([
      { type: 'trial-decided', at: clock.now(), trial, epoch, seen, step, ...stored },
    ])
    return decision
  }

  /** The declared values of a trial, without what a former run of it discovered. */
  function declaredValues(trial: number): Record<string, Label> {
    const values: Record<string, Label> = {}
    for (const { name } of space.params) {
      const value = history.values.get(name, trial)
      if (value !== undefined) values[name] = value
    }
    return values
  }

  async function endSkipped(): Promise<void> {
    for (const trial of history.skipped) {
      const own = running.get(trial)
      if (own !== undefined) own.abort().abort('the trial was skipped')
      else if (!changing.has(trial) && !isRunning(trial)) await endUnrun(trial)
    }
  }
  const isRunning = (trial: number): boolean => history.details.get(trial)?.worker !== undefined

  /** Ends a skipped trial that nobody runs. */
  async function endUnrun(trial: number): Promise<void> {
    while (history.skipped.has(trial) && !isRunning(trial)) {
      const epoch = cell(history, 'epoch', trial)
      const at = clock.now()
      const ran = history.details.get(trial)?.ran !== undefined
      const event: StudyEvent = ran
        ? finishedBy(trial, epoch, { state: 'pruned' })
        : { type: 'trial-finished', at, trial, epoch, state: 'pruned' }
      if (await log.commit([event], history.seq)) return
    }
  }

  async function endOpen(trial: number, outcome: Ended): Promise<boolean> {
    await log.catchUp()
    while (history.open.has(trial) && history.details.get(trial)?.suggested === true) {
      const event = finishedBy(trial, cell(history, 'epoch', trial), outcome)
      if (await log.commit([event], history.seq)) return true
    }
    return false
  }

  return {
    running,
    isBusy: () => running.size + changing.size > 0,
    isOurs,
    requeue,
    endSkipped,
    endOpen,
    abortEnded(trial) {
      const own = running.get(trial)
      if (own === undefined || history.open.has(trial)) return
      own.abort().abort('somebody ended the trial')
    },
    claiming(trial) {
      changing.add(trial)
      return () => void changing.delete(trial)
    },
    setClaimed(trial, isClaimed) {
      if (isClaimed) claimed.add(trial)
      else claimed.delete(trial)
    },
    start(trial, epoch, asked) {
      const values = declaredValues(trial)
      const details = history.details.get(trial)
      // Made when somebody asks: most objectives never look at their signal.
      let controller: AbortController | undefined
      const abort = (): AbortController => (controller ??= new AbortController())
      const live = createTrial<unknown>(
        {
          number: trial,
          params: nest(space, values),
          values,
          seed: seedOf(trial),
          epoch,
          studySeed: config.seed,
          objective: config.objectives[0]?.name ?? '',
          proposed: details?.proposed ?? {},
          declared,
          ...resumption(trial, details),
        },
        {
          signal: () => abort().signal,
          send: async (step, metrics, discovered) => {
            try {
              return await report(trial, epoch, { step, metrics, discovered }, abort)
            } catch (error) {
              // A journal that fails is no fault of the trial: it ends, to be run again.
              if (error instanceof AttuneError && error.code.startsWith('journal/')) {
                abort().abort(error)
              }
              throw error
            }
          },
        },
      )
      const own: OwnTrial = { trial: live, asked, abort }
      running.set(trial, own)
      return own
    },
    async finish(own, outcome) {
      const { number: trial, epoch } = own
      running.delete(trial)
      changing.add(trial)
      try {
        let ended = false
        const skipped = history.skipped.has(trial)
        if (outcome.state === 'ran') ended = await recordRan(own, outcome)
        else if (outcome.state !== 'interrupted') ended = await record(own, outcome)
        else if (skipped) ended = await record(own, { state: 'pruned' })
        else await requeue(trial, epoch)
        claimed.delete(trial)
        return ended
      } finally {
        changing.delete(trial)
      }
    },
    async reclaim() {
      const { journal } = parts
      await log.catchUp()
      let leases: ReadonlyMap<string, number> | undefined
      let count = 0
      for (const trial of Array.from(history.open)) {
        const holder = history.details.get(trial)?.worker
        if (holder === undefined || running.has(trial) || changing.has(trial)) continue
        const epoch = cell(history, 'epoch', trial)
        const state = holder === worker ? 'dead' : parts.probeWorker(holder)
        if (state === 'alive') continue
        if (state === 'unknown') {
          leases ??= await journal.leases.all()
          if ((leases.get(holder) ?? 0) > clock.now()) continue
        }
        // What a failing journal left behind here was no worker's end.
        if (holder === worker && claimed.has(trial)) await requeue(trial, epoch)
        else await lose(trial, epoch)
        count++
      }
      await endSkipped()
      return count
    },
    async abandon() {
      for (const own of Array.from(running.values())) {
        const { trial } = own
        own.abort().abort('the study was closed')
        running.delete(trial.number)
        await requeue(trial.number, trial.epoch)
      }
    },
  }
}

interface Report {
  readonly step: number
  readonly metrics: Readonly<Record<string, number>>
  readonly discovered: TrialFinished['discovered']
}

const someOf = (discovered: Report['discovered']): Pick<TrialFinished, 'discovered'> =>
  discovered === undefined || discovered.length === 0 ? {} : { discovered }

function lost(abort: () => AbortController): Decision {
  const reason = 'another worker took this trial over, because this one seemed to have died'
  abort().abort(reason)
  return { kind: 'stop', reason }
}

/** Where a trial goes on that was promoted, or that starts with what another one left. */
function resumption(trial: number, details: TrialDetails | undefined): Pick<TrialData, 'resume'> {
  const { paused, start } = details ?? {}
  if (paused !== undefined) return { resume: { from: trial, step: Number(paused.step) || 0 } }
  return start === undefined ? {} : { resume: start }
}

/** The event that puts a trial back which failed, instead of ending it. */
function retried({ at, trial, epoch, resources }: TrialFinished, failure: Failure): StudyEvent {
  return {
    type: 'trial-requeued',
    at,
    trial,
    epoch: epoch + 1,
    cause: 'failed',
    failure,
    ...(resources === undefined ? {} : { resources }),
  }
}

/** The event of a run that the scheduler ended to go on later. */
function asPause({ at, trial, epoch, resources, discovered }: TrialFinished): StudyEvent {
  return {
    type: 'trial-paused',
    at,
    trial,
    epoch,
    ...(resources === undefined ? {} : { resources }),
    ...someOf(discovered),
  }
}
