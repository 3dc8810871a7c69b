import type { Clock } from '../clock.ts'
import { AttuneError } from '../errors.ts'
import type { Entry, Journal } from '../journal/journal.ts'
import type { Failure, StudyConfig, StudyEvent, TrialFinished } from '../journal/event.ts'
import { storeNumbers } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { cell, createHistory, rungAt, stateOf } from '../journal/history.ts'
import { jointSpace } from '../journal/discovered.ts'
import { applyEntry } from '../journal/reduce.ts'
import type { HistoryView } from '../journal/view.ts'
import { laggedView, liveView } from '../journal/view.ts'
import { createRng } from '../math/rng.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import type { Distribution, Label } from '../space/distribution.ts'
import { nest } from '../space/nest.ts'
import type { SearchSpace, Values } from '../space/space.ts'
import type { Decision } from '../trial/decision.ts'
import type { Outcome } from '../trial/outcome.ts'
import type { LiveTrial } from '../trial/trial.ts'
import { trialSeed } from '../trial/trial-seed.ts'
import { createTrial } from '../trial/trial.ts'
import { completeProposal } from './complete-proposal.ts'
import { failureOfLoss, isRetried } from './retry.ts'

/** How long a worker counts as alive after its last sign, and how often it gives one. */
const leaseMs = 30_000
const heartbeatMs = 10_000
/** A snapshot is worth writing after this many events. */
const snapshotEvery = 20_000

export interface CoreParts {
  readonly journal: Journal
  readonly history: History
  readonly config: StudyConfig
  readonly space: SearchSpace
  readonly sampler: Sampler
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly worker: string
  readonly probeWorker: (worker: string) => 'alive' | 'dead' | 'unknown'
  readonly snapshotSeq: number
}

/** A trial this process runs. */
export interface OwnTrial {
  readonly trial: LiveTrial<unknown>
  readonly abort: AbortController
  /** Whether somebody asked for it, who is to tell how it ends. */
  readonly asked: boolean
}

export type Next =
  | { readonly kind: 'trial'; readonly own: OwnTrial }
  /** Nothing can be opened before something happens after event `seq`. */
  | { readonly kind: 'wait'; readonly seq: number }
  | { readonly kind: 'done'; readonly why: 'trials' | 'exhausted' }

/**
 * The engine room of a study: turns what happens into events, appends them and keeps the history
 * at the end of the journal. Many processes may run one study; whoever appends first wins and the
 * others see it when they read on.
 */
export class StudyCore {
  readonly parts: CoreParts
  readonly running: Map<number, OwnTrial> = new Map()
  /** Trials that are being claimed or ended here just now. */
  readonly #changing: Set<number> = new Set()
  /** Trials claimed here that have not ended here: what a journal that failed left is no loss. */
  readonly #claimed: Set<number> = new Set()
  readonly #listeners: Set<(event: StudyEvent) => void> = new Set()
  #opening: Promise<unknown> = Promise.resolve()
  #reading: Promise<void> | undefined
  #changed: (() => void)[] = []
  #endHeartbeat: (() => void) | undefined
  #heldUntil = 0
  #snapshotSeq: number
  readonly #declared: Readonly<Record<string, Distribution>>

  constructor(parts: CoreParts) {
    this.parts = parts
    this.#snapshotSeq = parts.snapshotSeq
    this.#declared = Object.fromEntries(parts.space.params.map((p) => [p.name, p.distribution]))
  }

  subscribe(listener: (event: StudyEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Resolves as soon as the history has an event after `seq`, or somebody calls `wake`. */
  changedSince(seq: number): Promise<void> {
    if (this.parts.history.seq > seq) return Promise.resolve()
    return new Promise((resolve) => this.#changed.push(resolve))
  }

  #apply(entry: Entry): void {
    if (entry.seq <= this.parts.history.seq) return
    applyEntry(this.parts.history, entry)
    for (const listener of this.#listeners) listener(entry.event)
  }

  wake(): void {
    const waiting = this.#changed
    this.#changed = []
    for (const resolve of waiting) resolve()
  }

  /** Reads what others appended. */
  async catchUp(): Promise<void> {
    this.#reading ??= (async () => {
      try {
        const before = this.parts.history.seq
        for await (const entries of this.parts.journal.read(before)) {
          for (const entry of entries) this.#apply(entry)
        }
        if (this.parts.history.seq !== before) this.wake()
      } finally {
        this.#reading = undefined
      }
    })()
    return this.#reading
  }

  /** Appends events and applies them; with `ifLast`, false when others were first. */
  async commit(events: readonly StudyEvent[], ifLast?: number): Promise<boolean> {
    const { journal, history } = this.parts
    const result = await journal.append(events, ifLast === undefined ? {} : { ifLast })
    if ('conflict' in result) {
      await this.catchUp()
      return false
    }
    const first = result.seq - events.length + 1
    if (history.seq === first - 1) {
      events.forEach((event, i) => this.#apply({ seq: first + i, event }))
      this.wake()
    }
    while (history.seq < result.seq) await this.catchUp()
    return true
  }

  /** Runs openings one after the other, so that the slots of a process do not race. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#opening.then(work, work)
    this.#opening = result.catch(() => undefined)
    return result
  }

  /**
   * Opens or takes over the next trial, unless the study has `limit` trials. Trials that were
   * `asked` for are never waited for by others: only who asked can end them.
   */
  next(limit: number, asked = false): Promise<Next> {
    return this.#exclusive(async () => {
      for (;;) {
        const step = await this.#tryNext(limit, asked)
        if (step === undefined) continue
        // Whoever opened a trial was at the end of the journal; only what waits must look again.
        const seen = this.parts.history.seq
        if (step.kind !== 'trial') await this.catchUp()
        if (step.kind === 'trial' || this.parts.history.seq === seen) return step
      }
    })
  }

  async #tryNext(limit: number, asked: boolean): Promise<Next | undefined> {
    const { history, config, clock, worker } = this.parts
    const at = clock.now()
    await this.#stayAlive()
    const open = [...history.open]
    const waiting = open.filter((trial) => stateOf(history, trial) === 'waiting')
    const room = limit - history.finished - (open.length - waiting.length)
    const again = waiting[0]
    if (again !== undefined && room > 0) {
      const epoch = cell(history, 'epoch', again)
      const claim: StudyEvent = { type: 'trial-claimed', at, trial: again, worker, epoch }
      return this.#claim(again, epoch, [claim], asked)
    }
    const trial = history.length
    const awaited = open.some((t) => asked || this.running.get(t)?.asked !== true)
    const wait: Next = { kind: 'wait', seq: history.seq }
    if (room <= 0) {
      return awaited && history.finished < limit ? wait : { kind: 'done', why: 'trials' }
    }
    if (config.deterministic && !this.#mayOpen(trial)) {
      if (awaited) return wait
      throw new AttuneError(
        'study/no-trial',
        `Trials that were asked for must be told before trial ${trial} can be opened (deterministic mode, lag ${config.lag}). Tell them.`,
      )
    }
    if (this.#exhausted()) return awaited ? wait : { kind: 'done', why: 'exhausted' }
    const opening: StudyEvent[] = [
      { type: 'trial-opened', at, trial },
      { type: 'trial-claimed', at, trial, worker, epoch: 0 },
    ]
    return this.#claim(trial, 0, opening, asked)
  }

  /** Claims a trial and makes it ready; undefined when others were first. */
  async #claim(
    trial: number,
    epoch: number,
    events: readonly StudyEvent[],
    asked: boolean,
  ): Promise<Next | undefined> {
    this.#changing.add(trial)
    this.#claimed.add(trial)
    try {
      if (!(await this.commit(events, this.parts.history.seq))) {
        this.#claimed.delete(trial)
        return undefined
      }
      return await this.#start(trial, epoch, asked)
    } finally {
      this.#changing.delete(trial)
    }
  }

  /** Deterministic mode: trials up to n - lag have finished and all before n have values. */
  #mayOpen(trial: number): boolean {
    const { history, config } = this.parts
    for (const open of history.open) {
      if (open <= trial - config.lag || history.details.get(open)?.suggested !== true) return false
    }
    return true
  }

  #exhausted(): boolean {
    const { history, sampler, config } = this.parts
    if (sampler.remaining === undefined) return false
    if (history.taken < history.enqueued.length) return false
    const view = this.view(history.length)
    return sampler.remaining(this.#jointSpace(view), view, config.seed) <= 0
  }

  view(trial: number): HistoryView {
    const { history, config } = this.parts
    return config.deterministic ? laggedView(history, trial, config.lag) : liveView(history, trial)
  }

  /** Makes a claimed trial ready to run; undefined when it was taken over meanwhile. */
  async #start(trial: number, epoch: number, asked: boolean): Promise<Next | undefined> {
    const { history, config, space } = this.parts
    try {
      if (history.details.get(trial)?.suggested !== true) await this.#suggest(trial)
    } catch (error) {
      await this.requeue(trial, epoch)
      throw error
    }
    if (!this.#isOurs(trial, epoch)) return undefined
    const values = this.#declaredValues(trial)
    // Made when somebody asks: most objectives never look at their signal.
    let controller: AbortController | undefined
    const abort = (): AbortController => (controller ??= new AbortController())
    const live = createTrial<unknown>(
      {
        number: trial,
        params: nest(space, values),
        values,
        seed: trialSeed(config.seed, trial),
        epoch,
        studySeed: config.seed,
        objective: config.objectives[0]?.name ?? '',
        proposed: history.details.get(trial)?.proposed ?? {},
        declared: this.#declared,
      },
      {
        get signal() {
          return abort().signal
        },
        send: async (step, metrics, discovered) => {
          try {
            return await this.#report(trial, epoch, step, metrics, discovered, abort)
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
    const own: OwnTrial = {
      trial: live,
      asked,
      get abort() {
        return abort()
      },
    }
    this.running.set(trial, own)
    return { kind: 'trial', own }
  }

  /** The declared values of a trial, without what a former run of it discovered. */
  #declaredValues(trial: number): Record<string, Label> {
    const { history, space } = this.parts
    const values: Record<string, Label> = {}
    for (const { name } of space.params) {
      const value = history.values.get(name, trial)
      if (value !== undefined) values[name] = value
    }
    return values
  }

  /** What the sampler searches: declared and discovered parameters, as far as the view shows. */
  #jointSpace({ order, settledCount }: HistoryView): SearchSpace {
    const { history, space } = this.parts
    return jointSpace(history, space, order === 'number' ? settledCount : undefined)
  }

  async #suggest(trial: number): Promise<void> {
    const { history, config, space, sampler, clock } = this.parts
    const view = this.view(trial)
    const joint = this.#jointSpace(view)
    const rng = createRng(config.seed, 'suggest', trial)
    const draw = { view, trial, rng, seed: config.seed }
    const fixed = history.details.get(trial)?.fixed
    const proposal = await completeProposal(joint, fixed, rng, () => sampler.propose(joint, draw))
    const [declared, proposed] = splitValues(space, proposal.values)
    await this.commit([
      {
        type: 'trial-suggested',
        at: clock.now(),
        trial,
        values: declared,
        ...(proposed === undefined ? {} : { proposed }),
        ...(proposal.why === undefined ? {} : { why: proposal.why }),
        ...(proposal.memo === undefined ? {} : { memo: proposal.memo }),
      },
    ])
  }

  async #report(
    trial: number,
    epoch: number,
    step: number,
    metrics: Readonly<Record<string, number>>,
    discovered: TrialFinished['discovered'],
    abort: () => AbortController,
  ): Promise<Decision> {
    const { history, config, clock, scheduler } = this.parts
    const name = config.objectives[0]?.name ?? ''
    const reached = (): number => cell(history, `nextRung:${name}`, trial) || 0
    if (!this.#isOurs(trial, epoch)) return this.#lost(abort)
    const before = reached()
    await this.commit([
      {
        type: 'trial-reported',
        at: clock.now(),
        trial,
        epoch,
        step,
        values: storeNumbers(metrics),
        ...(discovered === undefined || discovered.length === 0 ? {} : { discovered }),
      },
    ])
    if (!this.#isOurs(trial, epoch)) return this.#lost(abort)
    const stopped = history.details.get(trial)?.stopped
    if (stopped !== undefined) return { kind: 'stop', reason: stopped }
    const { rungs } = scheduler
    if (rungs === undefined || reached() === before) return { kind: 'continue' }
    const decision = scheduler.onReport(
      {
        step,
        rung: rungAt(rungs, step),
        objective: config.objectives[0] as StudyConfig['objectives'][number],
        value: metrics[name] as number,
      },
      this.view(trial),
    )
    await this.commit([
      {
        type: 'trial-decided',
        at: clock.now(),
        trial,
        epoch,
        step,
        decision: decision.kind,
        ...(decision.kind === 'stop' ? { reason: decision.reason } : {}),
      },
    ])
    return decision
  }

  #isOurs(trial: number, epoch: number): boolean {
    const { history } = this.parts
    return history.open.has(trial) && cell(history, 'epoch', trial) === epoch
  }

  #lost(abort: () => AbortController): Decision {
    const reason = 'another worker took this trial over, because this one seemed to have died'
    abort().abort(reason)
    return { kind: 'stop', reason }
  }

  /** Records how a run ended, under an old epoch as stale; false when the trial is to run again. */
  async finish(own: LiveTrial<unknown>, outcome: Outcome): Promise<boolean> {
    const { number: trial, epoch } = own
    this.running.delete(trial)
    this.#changing.add(trial)
    try {
      let ended = false
      if (outcome.state === 'interrupted') await this.requeue(trial, epoch)
      else ended = await this.#record(own, outcome)
      this.#claimed.delete(trial)
      return ended
    } finally {
      this.#changing.delete(trial)
    }
  }

  async #record(
    own: LiveTrial<unknown>,
    outcome: Exclude<Outcome, { state: 'interrupted' }>,
  ): Promise<boolean> {
    const { history, clock } = this.parts
    const { number: trial, epoch } = own
    const at = clock.now()
    const { state } = outcome
    const metrics = state === 'complete' ? { metrics: storeNumbers(outcome.metrics) } : undefined
    const discovered = own.takeDiscovered()
    const seconds = (at - cell(history, 'startedAt', trial)) / 1000
    const resources = { seconds, ...outcome.resources }
    const finished: TrialFinished = {
      type: 'trial-finished',
      at,
      trial,
      epoch,
      state,
      ...metrics,
      ...(state === 'complete' && outcome.standardErrors !== undefined
        ? { standardErrors: storeNumbers(outcome.standardErrors) }
        : {}),
      ...(state === 'failed' ? { failure: outcome.failure } : {}),
      resources,
      ...(discovered.length === 0 ? {} : { discovered }),
    }
    while (this.#isOurs(trial, epoch)) {
      const again = state === 'failed' && isRetried(history, trial, outcome.failure)
      const event = again ? retried(finished, outcome.failure) : finished
      if (await this.commit([event], history.seq)) return !again
    }
    await this.commit([{ type: 'trial-stale', at, trial, epoch, state, ...metrics }])
    return true
  }

  /** Puts a trial back to be run again, unless somebody did it first. */
  async requeue(trial: number, epoch: number): Promise<void> {
    await this.catchUp()
    if (!this.#isOurs(trial, epoch)) return
    const at = this.parts.clock.now()
    await this.commit([
      { type: 'trial-requeued', at, trial, epoch: epoch + 1, cause: 'interrupted' },
    ])
  }

  /**
   * Puts a trial back whose worker is gone, or ends it as failed when that happened too often.
   * Whoever appends first does it: a later append finds the trial ended or under another epoch.
   */
  async #lose(trial: number, epoch: number): Promise<void> {
    const { history, clock } = this.parts
    await this.catchUp()
    while (this.#isOurs(trial, epoch)) {
      const at = clock.now()
      const failure = failureOfLoss(history, trial)
      const failed = { type: 'trial-finished', at, trial, epoch, state: 'failed' } as const
      const event: StudyEvent =
        failure === undefined
          ? { type: 'trial-requeued', at, trial, epoch: epoch + 1, cause: 'lost' }
          : isRetried(history, trial, failure)
            ? retried(failed, failure)
            : { ...failed, failure }
      if (await this.commit([event], history.seq)) return
    }
  }

  /**
   * Re-queues the trials of workers that are gone; tells how many. Trials under this worker's own
   * name that it does not run were left behind: by a process before it, or by a journal that failed.
   */
  async reclaim(): Promise<number> {
    const { history, journal, clock, worker, probeWorker } = this.parts
    await this.catchUp()
    let leases: ReadonlyMap<string, number> | undefined
    let count = 0
    for (const trial of Array.from(history.open)) {
      const holder = history.details.get(trial)?.worker
      if (holder === undefined || this.running.has(trial) || this.#changing.has(trial)) continue
      const epoch = cell(history, 'epoch', trial)
      const state = holder === worker ? 'dead' : probeWorker(holder)
      if (state === 'alive') continue
      if (state === 'unknown') {
        leases ??= await journal.leases.all()
        if ((leases.get(holder) ?? 0) > clock.now()) continue
      }
      // What a failing journal left behind here was no worker's end.
      if (holder === worker && this.#claimed.has(trial)) await this.requeue(trial, epoch)
      else await this.#lose(trial, epoch)
      count++
    }
    return count
  }

  /** Whether trials of other workers are running. */
  othersRun(): boolean {
    const { history } = this.parts
    return [...history.open].some((trial) => !this.running.has(trial))
  }

  async #stayAlive(): Promise<void> {
    const { journal, clock, worker } = this.parts
    if (clock.now() < this.#heldUntil - leaseMs + heartbeatMs) return
    this.#heldUntil = clock.now() + leaseMs
    await journal.leases.hold(worker, this.#heldUntil)
    // A missed beat is made good by the next one; the lease outlasts three.
    this.#endHeartbeat ??= clock.every(heartbeatMs, () => {
      // Who runs nothing holds nothing: what a failure left behind is free for others.
      if (this.running.size + this.#changing.size === 0) return
      this.#heldUntil = clock.now() + leaseMs
      journal.leases.hold(worker, this.#heldUntil).catch(() => undefined)
    })
  }

  /** Re-queues what still runs here, writes a snapshot where it pays and closes the journal. */
  async close(): Promise<void> {
    this.#endHeartbeat?.()
    for (const own of Array.from(this.running.values())) {
      const { trial } = own
      own.abort.abort('the study was closed')
      this.running.delete(trial.number)
      await this.requeue(trial.number, trial.epoch)
    }
    const { journal, history, worker } = this.parts
    if (history.seq - this.#snapshotSeq >= snapshotEvery) {
      const { snapshotBytes } = await import('../journal/snapshot.ts')
      await journal.snapshot?.save(history.seq, snapshotBytes(history))
      this.#snapshotSeq = history.seq
    }
    if (this.#heldUntil > 0) await journal.leases.release(worker)
    await journal[Symbol.asyncDispose]()
  }
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

/** Values of declared parameters, and those for parameters met while running, if there are any. */
function splitValues(space: SearchSpace, values: Values): [Values, Values?] {
  const entries = Object.entries(values)
  if (entries.every(([name]) => space.index.has(name))) return [values]
  return [
    Object.fromEntries(entries.filter(([name]) => space.index.has(name))),
    Object.fromEntries(entries.filter(([name]) => !space.index.has(name))),
  ]
}

/** The history of a journal, from its snapshot where there is one. */
export async function openHistory(
  journal: Journal,
): Promise<{ history: History; snapshotSeq: number }> {
  const saved = await journal.snapshot?.load()
  const history = saved === undefined ? createHistory() : await fromSnapshot(saved.bytes)
  const snapshotSeq = history.seq
  for await (const entries of journal.read(history.seq)) {
    for (const entry of entries) applyEntry(history, entry)
  }
  return { history, snapshotSeq }
}

async function fromSnapshot(bytes: Uint8Array): Promise<History> {
  const { historyFromSnapshot } = await import('../journal/snapshot.ts')
  try {
    return historyFromSnapshot(bytes) ?? createHistory()
  } catch {
    // Damaged; the log holds everything.
    return createHistory()
  }
}
