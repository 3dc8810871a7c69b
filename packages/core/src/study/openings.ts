import { AttuneError } from '../errors.ts'
import type { StudyEvent, TrialFinished } from '../journal/event.ts'
import { storeNumbers } from '../journal/event.ts'
import { cell, rowOf, stateCode, stateOf, valuesOf } from '../journal/history.ts'
import type { CoreParts, Next } from './core-parts.ts'
import { nextPromotion } from './decide.ts'
import { createDuplicates } from './duplicates.ts'
import type { Runs } from './runs.ts'
import type { StudyLog } from './study-log.ts'
import { createSuggest, isExhausted, viewOf } from './suggest.ts'
import type { WorkerLease } from './worker-lease.ts'

/** How trials come into being: which one is run next, and with which values. */
export interface Openings {
  /**
   * Opens or takes over the next trial, unless the study has `limit` trials. Trials that were
   * `asked` for are never waited for by others: only who asked can end them. With `waiting` none is
   * started while so many run or wait to be judged.
   */
  next(limit: number, options?: NextOptions): Promise<Next>
  /**
   * Opens the next trial and works out its values, for whoever is free next; does nothing when one is
   * waiting already, or when none may be opened now.
   */
  prepare(limit: number, options?: NextOptions): Promise<void>
  /** Milliseconds that working out the values of the last trial took. */
  readonly suggestMs: number
}

export interface NextOptions {
  readonly asked?: boolean | undefined
  readonly waiting?: number | undefined
}

export function createOpenings(
  parts: CoreParts,
  log: StudyLog,
  runs: Runs,
  lease: WorkerLease,
): Openings {
  const { history, config, clock, worker } = parts
  const suggestionOf = createSuggest(parts)
  const duplicates = createDuplicates(history, parts.space)
  let suggestMs = 0
  let last: Promise<unknown> = Promise.resolve()
  /** Runs openings one after the other, so that the slots of a process do not race. */
  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work)
    last = result.catch(() => undefined)
    return result
  }

  /** Deterministic mode: trials up to n - lag have settled and all before n have values. */
  const mayOpen = (trial: number): boolean => {
    for (const open of history.open) {
      if (open <= trial - config.lag || history.details.get(open)?.suggested !== true) return false
    }
    return true
  }

  async function suggest(trial: number): Promise<void> {
    const seen = history.seq
    const started = clock.now()
    const suggestion = await suggestionOf(trial)
    suggestMs = clock.now() - started
    await log.commit([{ type: 'trial-suggested', at: clock.now(), trial, seen, ...suggestion }])
  }

  /** The trial of the same values whose result is taken over, if the study wants that. */
  function originalOf(trial: number): number | undefined {
    const rule = config.duplicates
    if (rule?.policy !== 'memoise') return undefined
    const view = viewOf(parts, trial)
    const states = history.columns.get('state')?.data
    const complete = duplicates
      .before(view, valuesOf(history, trial))
      .filter((t) => view.sees(t) && states?.[t] === stateCode.complete)
    return complete.length < rule.evaluations ? undefined : complete.at(-1)
  }

  async function takeOver(trial: number, epoch: number, copyOf: number): Promise<void> {
    const at = clock.now()
    const standardErrors = rowOf(history, 'se:', copyOf)
    const finished: TrialFinished = {
      type: 'trial-finished',
      at,
      trial,
      epoch,
      state: 'complete',
      metrics: storeNumbers(rowOf(history, 'metric:', copyOf)),
      ...(Object.keys(standardErrors).length === 0
        ? {}
        : { standardErrors: storeNumbers(standardErrors) }),
      resources: { seconds: 0 },
      copyOf,
    }
    await log.commit([finished], history.seq)
  }

  /** Claims a trial and makes it ready; undefined when others were first. */
  async function claim(
    trial: number,
    epoch: number,
    events: readonly StudyEvent[],
    asked: boolean,
  ): Promise<Next | undefined> {
    const done = runs.claiming(trial)
    try {
      // Before it is written: a journal may fail with the claim in it.
      runs.setClaimed(trial, true)
      if (!(await log.commit(events, history.seq))) {
        runs.setClaimed(trial, false)
        return undefined
      }
      try {
        if (history.details.get(trial)?.suggested !== true) await suggest(trial)
      } catch (error) {
        await runs.requeue(trial, epoch)
        throw error
      }
      if (!runs.isOurs(trial, epoch)) return undefined
      const original = epoch === 0 ? originalOf(trial) : undefined
      if (original === undefined) return { kind: 'trial', own: runs.start(trial, epoch, asked) }
      await takeOver(trial, epoch, original)
      // Back to the run, which may end by what is known now; it goes on at once if it does not.
      return { kind: 'wait', seq: history.seq - 1 }
    } finally {
      done()
    }
  }

  /** Whether `limit` leaves room for one more trial, beside those that wait. */
  const hasRoom = (limit: number): boolean => history.length < limit

  /** Whether so many trials run, or ran and wait to be judged, that no other one is started. */
  const isFull = (waiting: number): boolean => {
    if (waiting === Number.POSITIVE_INFINITY) return false
    const started = [...history.open].filter((trial) => stateOf(history, trial) === 'running')
    return started.length >= waiting
  }

  async function tryNext(
    limit: number,
    { asked = false, waiting: most = Number.POSITIVE_INFINITY }: NextOptions,
  ): Promise<Next | undefined> {
    const at = clock.now()
    if (lease.isDue()) await lease.keep()
    if (history.skipped.size > 0) await runs.endSkipped()
    const open = [...history.open]
    const wait: Next = { kind: 'wait', seq: history.seq }
    const isReached = history.length - open.length >= limit
    if (history.steering?.command === 'pause') {
      // Nothing is left that it could go on with.
      const isDone = isReached && nextPromotion(parts) === undefined
      return isDone ? { kind: 'done', why: 'trials' } : wait
    }
    if (isFull(most)) return isReached ? { kind: 'done', why: 'trials' } : wait
    const waiting = open.filter((trial) => stateOf(history, trial) === 'waiting')
    const again = waiting[0]
    if (again !== undefined && history.length - waiting.length < limit) {
      const epoch = cell(history, 'epoch', again)
      const event: StudyEvent = { type: 'trial-claimed', at, trial: again, worker, epoch }
      return await claim(again, epoch, [event], asked)
    }
    const resumed = nextPromotion(parts)
    if (resumed !== undefined) {
      const { trial, reason } = resumed
      const epoch = cell(history, 'epoch', trial) + 1
      const promotion: StudyEvent[] = [
        { type: 'trial-promoted', at, trial, epoch, reason },
        { type: 'trial-claimed', at, trial, worker, epoch },
      ]
      return await claim(trial, epoch, promotion, asked)
    }
    const trial = history.length
    const awaited = open.some((t) => asked || runs.running.get(t)?.asked !== true)
    if (!hasRoom(limit)) {
      return awaited && !isReached ? wait : { kind: 'done', why: 'trials' }
    }
    if (config.deterministic && !mayOpen(trial)) {
      if (awaited) return wait
      throw new AttuneError(
        'study/no-trial',
        `Trials that were asked for must be told before trial ${trial} can be opened (deterministic mode, lag ${config.lag}). Tell them.`,
      )
    }
    if (isExhausted(parts)) return awaited ? wait : { kind: 'done', why: 'exhausted' }
    const opening: StudyEvent[] = [
      { type: 'trial-opened', at, trial },
      { type: 'trial-claimed', at, trial, worker, epoch: 0 },
    ]
    return await claim(trial, 0, opening, asked)
  }

  return {
    get suggestMs() {
      return suggestMs
    },
    next: (limit, options = {}) =>
      exclusive(async () => {
        for (;;) {
          const step = await tryNext(limit, options)
          if (step === undefined) continue
          // Whoever opened a trial was at the end of the journal; only what waits must look again.
          const seen = history.seq
          if (step.kind !== 'trial') await log.catchUp()
          if (step.kind === 'trial' || history.seq === seen) return step
        }
      }),
    prepare: (limit, { waiting = Number.POSITIVE_INFINITY } = {}) =>
      exclusive(async () => {
        const trial = history.length
        const isWaiting = [...history.open].some((t) => stateOf(history, t) === 'waiting')
        const paused = history.steering?.command === 'pause'
        if (isWaiting || paused || !hasRoom(limit) || isFull(waiting) || isExhausted(parts)) return
        if (config.deterministic && !mayOpen(trial)) return
        if (nextPromotion(parts) !== undefined) return
        const done = runs.claiming(trial)
        try {
          const opened = { type: 'trial-opened', at: clock.now(), trial } as const
          if (await log.commit([opened], history.seq)) await suggest(trial)
        } finally {
          done()
        }
      }),
  }
}
